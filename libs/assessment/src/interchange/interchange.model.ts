import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { JsonScalar } from '@waymark/platform';
import { PersonCardModel } from '@waymark/identity';
import { IsEnum, IsUUID } from 'class-validator';
import { QuestionFilterInput } from '../question/question.model.js';
import type { QuestionFormat, Remark } from './neutral.js';
import type { ImportOutcome, ImportRow, ImportRun, ImportState } from './interchange.repository.js';

export const ImportOutcomeEnum = { added: 'added', changed: 'changed', same: 'same', refused: 'refused' } as const;
registerEnumType(ImportOutcomeEnum, { name: 'QuestionImportOutcome' });
export const QuestionFormatEnum = {
  gift: 'gift',
  aiken: 'aiken',
  moodle_xml: 'moodle-xml',
  qti2: 'qti2',
  qti3: 'qti3',
  csv: 'csv',
  xlsx: 'xlsx',
} as const;
registerEnumType(QuestionFormatEnum, { name: 'QuestionFormat' });

@ObjectType('Remark', { description: 'A code to be worded, and what it is about' })
export class RemarkModel implements Remark {
  @Field()
  code: string;
  @Field(() => JsonScalar)
  params: Record<string, string | number>;
}

@ObjectType('SimilarRow', {
  description: 'What asks much the same: a question of the bank, or an earlier line of the file',
})
export class SimilarRowModel {
  @Field(() => ID, { nullable: true })
  id: string | null;
  @Field(() => String, { nullable: true })
  code: string | null;
  @Field(() => Int, { nullable: true })
  line: number | null;
  @Field({ description: 'The same words' })
  same: boolean;
}

@ObjectType('QuestionImportRow')
export class QuestionImportRowModel {
  @Field(() => Int)
  n: number;
  @Field(() => Int, { description: 'Line of the file where it starts' })
  line: number;
  @Field()
  title: string;
  @Field(() => String, { nullable: true })
  type: string | null;
  @Field(() => ImportOutcomeEnum)
  outcome: ImportOutcome;
  @Field(() => String, { nullable: true })
  code: string | null;
  @Field(() => [String], { description: 'What is different from the question as it stands' })
  changes: string[];
  @Field(() => RemarkModel, { nullable: true })
  problem: RemarkModel | null;
  @Field(() => [RemarkModel])
  remarks: RemarkModel[];
  @Field(() => SimilarRowModel, { nullable: true })
  near: SimilarRowModel | null;
  @Field(() => ID, { nullable: true })
  questionId: string | null;
}

@ObjectType('QuestionImportCounts')
export class QuestionImportCountsModel {
  @Field(() => Int)
  added: number;
  @Field(() => Int)
  changed: number;
  @Field(() => Int)
  same: number;
  @Field(() => Int)
  refused: number;
}

@ObjectType('QuestionImport')
export class QuestionImportModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  bankId: string;
  @Field()
  fileName: string;
  @Field({ description: 'Language of the words in the file' })
  locale: string;
  @Field(() => [String])
  tags: string[];
  @Field()
  format: string;
  @Field()
  encoding: string;
  @Field(() => String, { description: 'checked · applying · applied · cancelled · failed' })
  state: ImportState;
  @Field(() => QuestionImportCountsModel)
  counts: QuestionImportCountsModel;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  total: number;
  @Field(() => String, { nullable: true, description: 'Why it failed, as an error code' })
  error: string | null;
  @Field()
  createdAt: Date;
  @Field(() => PersonCardModel, { nullable: true })
  createdBy: PersonCardModel | null;
  @Field(() => [QuestionImportRowModel])
  rows: QuestionImportRowModel[];

  run: ImportRun;
}

@ObjectType('QuestionExportLine', { description: 'A question of which something is missing in the file' })
export class QuestionExportLineModel {
  @Field()
  code: string;
  @Field(() => [String])
  lost: string[];
  @Field(() => RemarkModel, { nullable: true, description: 'Why it is not in the file at all' })
  left: RemarkModel | null;
}

@ObjectType('QuestionExportCheck')
export class QuestionExportCheckModel {
  @Field(() => Int, { description: 'Questions the file holds' })
  count: number;
  @Field(() => Int, { description: 'Questions of which something is missing' })
  incomplete: number;
  @Field(() => [QuestionExportLineModel], { description: 'The first 500 of them' })
  report: QuestionExportLineModel[];
}

@InputType('QuestionExportInput')
export class QuestionExportInput extends QuestionFilterInput {
  @Field(() => ID)
  @IsUUID()
  declare bankId: string;
  @Field(() => QuestionFormatEnum)
  @IsEnum(QuestionFormatEnum)
  format: QuestionFormat;
}

export function toImportModel(run: ImportRun): QuestionImportModel {
  return Object.assign(new QuestionImportModel(), {
    id: run.id,
    bankId: run.bankId,
    fileName: run.fileName,
    locale: run.locale,
    tags: run.tags,
    format: run.format,
    encoding: run.encoding,
    state: run.state,
    counts: { added: 0, changed: 0, same: 0, refused: 0, ...run.counts },
    done: run.done,
    total: run.total,
    error: run.error,
    createdAt: run.createdAt,
    run,
  });
}

export function toRowModel(row: ImportRow): QuestionImportRowModel {
  const { near } = row;
  return {
    ...row,
    near:
      near === null
        ? null
        : 'id' in near
          ? { ...near, line: null }
          : { id: null, code: null, line: near.line, same: false },
  };
}
