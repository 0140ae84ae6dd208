import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('PerformanceSummary')
export class PerformanceSummaryModel {
  @Field(() => Int)
  added: number;
  @Field(() => Int)
  changed: number;
  @Field(() => Int)
  kept: number;
  @Field(() => Int)
  refused: number;
}

@ObjectType('PerformanceImport')
export class PerformanceImportModel {
  @Field(() => ID)
  id: string;
  @Field({ description: '2026, 2026-H1, 2026-Q2 or 2026-05' })
  period: string;
  @Field({ description: 'checked committed cancelled' })
  state: string;
  @Field(() => PerformanceSummaryModel)
  summary: PerformanceSummaryModel;
  @Field(() => Date)
  createdAt: Date;
}

@ObjectType('PerformanceImportRow')
export class PerformanceImportRowModel {
  @Field(() => Int)
  line: number;
  @Field()
  employeeNumber: string;
  @Field(() => Float, { nullable: true })
  figure: number | null;
  @Field({ description: 'added changed kept refused' })
  outcome: string;
  @Field(() => String, {
    nullable: true,
    description: 'person-unknown person-not-active number-twice figure-not-a-number',
  })
  problem: string | null;
  personId: string | null;
}

@ObjectType('MentorCandidate')
export class MentorCandidateModel {
  @Field()
  period: string;
  @Field(() => Float)
  figure: number;
  @Field(() => Int, { description: 'in the department; 1 is the best' })
  rank: number;
  @Field(() => Int)
  of: number;
  @Field({ description: 'is one already' })
  mentor: boolean;
  personId: string;
}
