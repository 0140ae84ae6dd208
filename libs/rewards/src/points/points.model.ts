import { Field, Float, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Connection, fromText, JsonScalar, LocalDayScalar, TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, Length, Matches, Max, Min, ValidateNested } from 'class-validator';
import type { StoredRule } from './point-rules.service.js';

@ObjectType('Points')
export class PointsModel {
  @Field(() => Int, { description: 'Ever earned: levels and ranks' })
  earned: number;
  @Field(() => Int, { description: 'Can be spent now' })
  balance: number;
  @Field(() => Int, { description: 'In open orders' })
  held: number;
  @Field(() => Int, { description: 'Taken from later awards' })
  recoverable: number;
  @Field(() => Int)
  today: number;
  @Field(() => Int, { description: 'Since Monday' })
  week: number;
}

@ObjectType('ExpiringPoints')
export class ExpiringPointsModel {
  @Field(() => Int)
  points: number;
  @Field(() => LocalDayScalar)
  on: string;
}

@ObjectType('PointsPolicy')
export class PointsPolicyModel {
  @Field(() => Int, {
    nullable: true,
    description: 'Points live to the end of the month that many after the one they were earned in; null is for ever',
  })
  expireMonths: number | null;
  @Field(() => LocalDayScalar, { nullable: true, description: 'Nothing expires before' })
  expireFrom: string | null;
  @Field(() => Int)
  revision: number;
}

@ObjectType('PersonLevelStep')
export class PersonLevelStepModel {
  @Field(() => Int)
  level: number;
  @Field()
  title: string;
  @Field(() => Int)
  from: number;
}

@ObjectType('PersonLevel')
export class PersonLevelModel extends PersonLevelStepModel {
  @Field(() => PersonLevelStepModel, { nullable: true })
  next: PersonLevelStepModel | null;
  @Field(() => Float, { description: '0 to 1 of the way to the next level' })
  progress: number;
  @Field(() => Int)
  missing: number;
}

@ObjectType('PointsEntry')
export class PointsEntryModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  amount: number;
  @Field({ description: 'award grant hold release reversal expiry' })
  kind: string;
  @Field()
  reasonCode: string;
  @Field({ description: "The rule's reason; empty for other kinds: word those by reasonCode" })
  reason: string;
  @Field(() => String, { nullable: true })
  subjectType: string | null;
  @Field(() => String, { nullable: true })
  subjectId: string | null;
  @Field(() => String, { nullable: true })
  subjectTitle: string | null;
  @Field(() => Int, { nullable: true, description: 'What the rule pays without caps, where a cap cut it' })
  full: number | null;
  @Field(() => String, { nullable: true, description: 'day | week' })
  capped: string | null;
  @Field(() => LocalDayScalar)
  localDay: string;
  @Field()
  at: Date;
}

@ObjectType('PointsEntryConnection')
export class PointsEntryConnection extends Connection(PointsEntryModel, 'PointsEntry') {}

@ObjectType('PointRule')
export class PointRuleModel {
  @Field()
  code: string;
  @Field()
  verb: string;
  @Field(() => JsonScalar)
  when: unknown;
  @Field(() => Int)
  points: number;
  @Field()
  once: boolean;
  @Field(() => Int, { nullable: true })
  capDay: number | null;
  @Field(() => Int, { nullable: true })
  capWeek: number | null;
  @Field()
  reason: string;
  @Field(() => TextModel)
  reasons: TextModel;
  @Field()
  active: boolean;
  @Field(() => Int)
  revision: number;
  @Field(() => Int)
  paidLast30Days: number;
  @Field(() => Int)
  people30Days: number;
}

@InputType('PointRuleInput')
export class PointRuleInputModel {
  @Field()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  code: string;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  revision?: number | null;
  @Field()
  @Length(3, 60)
  verb: string;
  @Field(() => JsonScalar)
  @IsOptional()
  when: unknown;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(100_000)
  points: number;
  @Field()
  @IsBoolean()
  once: boolean;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  capDay?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  capWeek?: number | null;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  reason: TextInputModel;
  @Field()
  @IsBoolean()
  active: boolean;
}

@ObjectType('RuleSimulationDay')
export class RuleSimulationDayModel {
  @Field(() => LocalDayScalar)
  day: string;
  @Field(() => Int)
  points: number;
}

@ObjectType('RuleSimulation')
export class RuleSimulationModel {
  @Field(() => LocalDayScalar)
  fromDay: string;
  @Field(() => LocalDayScalar)
  toDay: string;
  @Field(() => Int)
  activities: number;
  @Field(() => Int)
  awards: number;
  @Field(() => Int)
  people: number;
  @Field(() => Int)
  points: number;
  @Field(() => Int)
  capped: number;
  @Field(() => Int)
  perPersonMedian: number;
  @Field(() => Int)
  perPersonMax: number;
  @Field(() => Int)
  paid: number;
  @Field(() => [RuleSimulationDayModel])
  days: RuleSimulationDayModel[];
}

export function toRuleModel(rule: StoredRule, reason: string): PointRuleModel {
  return { ...rule, reason, reasons: fromText(rule.reason) };
}
