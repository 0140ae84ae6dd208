import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { pickText, type Locale } from '@waymark/kernel';
import { Connection, fromText, LocalDayScalar, TextModel } from '@waymark/platform';
import { competencyGap } from './competency.js';
import type { EditedDimension } from './competency-editor.service.js';
import type { CompetencyDimensionRecord, CompetencyProfileRow } from './competency.service.js';

@ObjectType('CompetencyLevel')
export class CompetencyLevelModel {
  @Field(() => Int)
  level: number;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => TextModel)
  names: TextModel;
}

@ObjectType('CompetencyDimensionLevel')
export class CompetencyDimensionLevelModel {
  @Field(() => Int)
  level: number;
  @Field()
  description: string;
  @Field(() => String, { nullable: true, description: 'What proves it' })
  evidence: string | null;
}

@ObjectType('CompetencyDimension')
export class CompetencyDimensionModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => String, { nullable: true })
  description: string | null;
  @Field(() => Int, { description: 'Grows when the words come to mean something else' })
  sense: number;
  @Field(() => [CompetencyDimensionLevelModel])
  levels: CompetencyDimensionLevelModel[];
}

@ObjectType('CompetencyModel')
export class CompetencyModelModel {
  @Field(() => [CompetencyDimensionModel])
  dimensions: CompetencyDimensionModel[];
  @Field(() => [CompetencyLevelModel])
  levels: CompetencyLevelModel[];
}

@ObjectType('UpcomingRequirement')
export class UpcomingRequirementModel {
  @Field(() => Int, { nullable: true })
  level: number | null;
  @Field(() => LocalDayScalar)
  fromDay: string;
}

@ObjectType('CompetencyProfileRow')
export class CompetencyProfileRowModel {
  @Field(() => CompetencyDimensionModel)
  dimension: CompetencyDimensionModel;
  @Field(() => Int, { nullable: true })
  required: number | null;
  @Field(() => UpcomingRequirementModel, { nullable: true })
  upcoming: UpcomingRequirementModel | null;
  @Field(() => Int, { nullable: true })
  self: number | null;
  @Field(() => Date, { nullable: true })
  selfAt: Date | null;
  @Field(() => Int, { nullable: true })
  assessed: number | null;
  @Field(() => String, { nullable: true, description: 'mentor or manager' })
  assessedSource: string | null;
  @Field(() => Date, { nullable: true })
  assessedAt: Date | null;
  @Field({ description: 'Ratings were given when the dimension meant something else; they do not count' })
  outdated: boolean;
  @Field(() => Int)
  gap: number;
  /** Whose profile the row is of, for the fields other libs add. */
  personId: string;
}

@ObjectType('CompetencyProfile')
export class CompetencyProfileModel {
  @Field(() => [CompetencyProfileRowModel])
  rows: CompetencyProfileRowModel[];
  @Field(() => String, {
    nullable: true,
    description: 'What a rating by the viewer counts as; null: they may not rate',
  })
  rateAs: string | null;
  personId: string;
  jobRoleId: string | null;
}

@ObjectType('CompetencyRating')
export class CompetencyRatingModel {
  @Field(() => ID)
  id: string;
  @Field({ description: 'self, mentor or manager' })
  source: string;
  @Field(() => Int)
  level: number;
  @Field(() => Date)
  at: Date;
  @Field(() => String, { nullable: true })
  note: string | null;
  @Field({ description: 'What the level meant when it was given' })
  meaning: string;
  @Field({ description: 'Given under the present sense of the dimension' })
  counts: boolean;
  ratedBy: string;
}

@ObjectType('CompetencyRatingConnection')
export class CompetencyRatingConnectionModel extends Connection(CompetencyRatingModel, 'CompetencyRating') {}

@ObjectType('EditedCompetencyLevel')
export class EditedCompetencyLevelModel {
  @Field(() => Int)
  level: number;
  @Field(() => TextModel)
  descriptions: TextModel;
  @Field(() => TextModel)
  evidences: TextModel;
}

@ObjectType('EditedCompetency')
export class EditedCompetencyModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => TextModel)
  names: TextModel;
  @Field(() => TextModel)
  descriptions: TextModel;
  @Field(() => [EditedCompetencyLevelModel])
  levels: EditedCompetencyLevelModel[];
  @Field(() => Int)
  version: number;
  @Field(() => Int)
  sense: number;
  @Field()
  archived: boolean;
  @Field(() => Int, { description: 'People with a rating that counts' })
  rated: number;
  @Field(() => Date, { nullable: true })
  changedAt: Date | null;
  changedById: string | null;
}

@ObjectType('CompetencyModelDraft')
export class CompetencyModelDraftModel {
  @Field(() => [EditedCompetencyModel], { description: 'Open ones in order, then the archived' })
  dimensions: EditedCompetencyModel[];
  @Field(() => [CompetencyLevelModel])
  levels: CompetencyLevelModel[];
}

@ObjectType('CompetencyVersion')
export class CompetencyVersionModel {
  @Field(() => Int)
  version: number;
  @Field(() => Int)
  sense: number;
  @Field()
  name: string;
  @Field(() => String, { nullable: true })
  description: string | null;
  @Field(() => [CompetencyDimensionLevelModel])
  levels: CompetencyDimensionLevelModel[];
  @Field(() => Date)
  at: Date;
  authorId: string | null;
}

export function toLevelWords(
  levels: CompetencyDimensionRecord['levels'],
  locale: Locale,
): CompetencyDimensionLevelModel[] {
  return levels.map((l) => ({
    level: l.level,
    description: pickText(l.description, locale),
    evidence: pickText(l.evidence, locale) || null,
  }));
}

export function toDimension(d: CompetencyDimensionRecord, locale: Locale): CompetencyDimensionModel {
  return {
    id: d.id,
    code: d.code,
    name: pickText(d.name, locale),
    description: pickText(d.description, locale) || null,
    sense: d.sense,
    levels: toLevelWords(d.levels, locale),
  };
}

export function toEdited(d: EditedDimension, locale: Locale): EditedCompetencyModel {
  return {
    id: d.id,
    code: d.code,
    name: pickText(d.name, locale),
    names: fromText(d.name),
    descriptions: fromText(d.description),
    levels: d.levels.map((l) => ({
      level: l.level,
      descriptions: fromText(l.description),
      evidences: fromText(l.evidence),
    })),
    version: d.version,
    sense: d.sense,
    archived: d.archived,
    rated: d.rated,
    changedAt: d.changedAt,
    changedById: d.changedBy,
  };
}

export function toProfileRows(
  personId: string,
  rows: readonly CompetencyProfileRow[],
  dimensions: readonly CompetencyDimensionRecord[],
  locale: Locale,
): CompetencyProfileRowModel[] {
  const byId = new Map(dimensions.map((d) => [d.id, toDimension(d, locale)]));
  return rows.flatMap(({ dimensionId, ...r }) => {
    const dimension = byId.get(dimensionId);
    return dimension ? [{ ...r, dimension, gap: competencyGap(r), personId }] : [];
  });
}
