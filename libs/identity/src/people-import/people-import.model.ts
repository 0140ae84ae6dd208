import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar } from '@waymark/platform';
import { IsIn, IsInt, IsOptional, Length, Max, Min } from 'class-validator';
import { IMPORT_FIELDS, missingFields } from './import-columns.js';
import type { ImportMode, ImportRun, StoredRow } from './people-import.repository.js';

export enum ImportModeModel {
  add_and_change = 'add_and_change',
  full_list = 'full_list',
}
registerEnumType(ImportModeModel, { name: 'ImportMode' });

export enum ImportStateModel {
  mapping = 'mapping',
  checked = 'checked',
  committing = 'committing',
  committed = 'committed',
  cancelled = 'cancelled',
  failed = 'failed',
}
registerEnumType(ImportStateModel, { name: 'ImportState' });

export enum ImportOutcomeModel {
  added = 'added',
  changed = 'changed',
  kept = 'kept',
  refused = 'refused',
  leaving = 'leaving',
}
registerEnumType(ImportOutcomeModel, { name: 'ImportOutcome' });

@ObjectType('ImportColumn')
export class ImportColumnModel {
  @Field(() => Int)
  index: number;
  @Field()
  heading: string;
  @Field(() => String, { nullable: true })
  field: string | null;
  @Field(() => [String])
  sample: string[];
}

@ObjectType('ImportCounts')
export class ImportCountsModel {
  @Field(() => Int)
  added: number;
  @Field(() => Int)
  changed: number;
  @Field(() => Int)
  kept: number;
  @Field(() => Int)
  refused: number;
  @Field(() => Int)
  leaving: number;
}

@ObjectType('ImportProblem')
export class ImportProblemModel {
  @Field()
  field: string;
  @Field()
  code: string;
  @Field(() => JsonScalar, { nullable: true })
  params: unknown;
}

@ObjectType('ImportRow')
export class ImportRowModel {
  @Field(() => Int)
  line: number;
  @Field(() => ImportOutcomeModel)
  outcome: ImportOutcomeModel;
  @Field(() => String, { nullable: true })
  employeeNumber: string | null;
  @Field(() => String, { nullable: true })
  name: string | null;
  @Field(() => JsonScalar)
  cells: unknown;
  @Field(() => JsonScalar)
  changes: unknown;
  @Field(() => [ImportProblemModel])
  problems: ImportProblemModel[];
  @Field(() => ID, { nullable: true })
  personId: string | null;
}

@ObjectType('PeopleImport')
export class PeopleImportModel {
  @Field(() => ID)
  id: string;
  @Field()
  fileName: string;
  @Field(() => ImportStateModel)
  state: ImportStateModel;
  @Field(() => ImportModeModel)
  mode: ImportModeModel;
  @Field()
  createMissing: boolean;
  @Field()
  createdAt: Date;
  @Field(() => [String])
  missingFields: string[];
  @Field(() => Int)
  rowCount: number;
  @Field(() => ImportCountsModel)
  counts: ImportCountsModel;
  @Field()
  leavingTooMany: boolean;
  @Field(() => [String])
  missingOrgUnits: string[];
  @Field(() => [String])
  missingJobRoles: string[];
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
  @Field(() => String, { nullable: true })
  error: string | null;
  run: ImportRun;
}

@InputType('ImportMappingInput')
export class ImportMappingInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(99)
  index: number;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(IMPORT_FIELDS)
  field?: string | null;
}

@InputType('ImportCellInput')
export class ImportCellInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  line: number;
  @Field()
  @IsIn(IMPORT_FIELDS)
  field: string;
  @Field()
  @Length(0, 500)
  value: string;
}

export function toImportMode(mode: ImportModeModel): ImportMode {
  return mode === ImportModeModel.full_list ? 'full-list' : 'add-and-change';
}

export function toPeopleImportModel(run: ImportRun): PeopleImportModel {
  const s = run.summary;
  return {
    id: run.id,
    fileName: run.fileName,
    state: ImportStateModel[run.state],
    mode: run.mode === 'full-list' ? ImportModeModel.full_list : ImportModeModel.add_and_change,
    createMissing: run.createMissing,
    createdAt: run.createdAt,
    missingFields: missingFields(run.fields),
    rowCount: run.rowCount,
    counts: {
      added: s.added ?? 0,
      changed: s.changed ?? 0,
      kept: s.kept ?? 0,
      refused: s.refused ?? 0,
      leaving: s.leaving ?? 0,
    },
    leavingTooMany: s.leavingTooMany ?? false,
    missingOrgUnits: s.missingUnits ?? [],
    missingJobRoles: s.missingRoles ?? [],
    done: run.done,
    total: run.total,
    error: run.error,
    run,
  };
}

export function toImportRowModel(row: StoredRow): ImportRowModel {
  return {
    line: row.line,
    outcome: ImportOutcomeModel[row.outcome ?? 'kept'],
    employeeNumber: row.employeeNumber,
    name: row.cells.name ?? row.personName,
    cells: row.cells,
    changes: row.changes,
    problems: row.problems.map((p) => ({ ...p, params: p.params ?? null })),
    personId: row.personId,
  };
}
