import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { TextModel } from '@waymark/platform';
import { JobFamilyModel } from '../job-family/job-family.model.js';

@ObjectType('CareerItem')
export class CareerItemModel {
  @Field()
  code: string;
  @Field()
  title: string;
  @Field()
  met: boolean;
  @Field(() => Int, { nullable: true, description: 'The CompetencyLevel asked for' })
  level: number | null;
  @Field(() => Int, { nullable: true })
  have: number | null;
}

@ObjectType('CareerRequirement')
export class CareerRequirementModel {
  @Field({
    description: 'tenure-months, courses, certifications, competencies, competency-level or training-hours',
  })
  kind: string;
  @Field({ description: 'For competency-level: the name of the level' })
  name: string;
  @Field(() => Int)
  required: number;
  @Field(() => Int)
  have: number;
  @Field()
  met: boolean;
  @Field(() => [CareerItemModel], { description: 'The single things asked for, where they are named' })
  items: CareerItemModel[];
}

@ObjectType('CareerStep')
export class CareerStepModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => String, { nullable: true })
  summary: string | null;
  @Field(() => Int)
  yearsFrom: number;
  @Field(() => Int, { nullable: true })
  yearsTo: number | null;
  @Field({ description: 'The highest step reached' })
  current: boolean;
  @Field({ description: 'The first step not reached' })
  next: boolean;
  @Field()
  reached: boolean;
  @Field(() => [CareerRequirementModel])
  requirements: CareerRequirementModel[];
}

@ObjectType('CareerCompetencyRule')
export class CareerCompetencyRuleModel {
  @Field()
  dimension: string;
  @Field(() => Int)
  level: number;
}

@ObjectType('CareerAnyCompetencyRule')
export class CareerAnyCompetencyRuleModel {
  @Field(() => Int)
  count: number;
  @Field(() => Int)
  level: number;
}

@ObjectType('CareerTarget')
export class CareerTargetModel {
  @Field()
  code: string;
  @Field()
  title: string;
}

@ObjectType('EditedCareerStep')
export class EditedCareerStepModel {
  @Field()
  code: string;
  @Field(() => TextModel)
  names: TextModel;
  @Field(() => TextModel)
  summaries: TextModel;
  @Field(() => Int)
  yearsFrom: number;
  @Field(() => Int, { nullable: true })
  yearsTo: number | null;
  @Field(() => [CareerTargetModel])
  courses: CareerTargetModel[];
  @Field(() => [CareerTargetModel])
  certifications: CareerTargetModel[];
  @Field(() => [CareerCompetencyRuleModel])
  competencies: CareerCompetencyRuleModel[];
  @Field(() => CareerAnyCompetencyRuleModel, { nullable: true })
  anyCompetency: CareerAnyCompetencyRuleModel | null;
  @Field(() => Int)
  trainingHours: number;
}

@ObjectType('CareerLadder')
export class CareerLadderModel {
  @Field(() => ID)
  id: string;
  @Field(() => JobFamilyModel, { nullable: true, description: "Nobody's: the company's own ladder" })
  family: JobFamilyModel | null;
  @Field(() => Int)
  revision: number;
  @Field(() => [EditedCareerStepModel])
  steps: EditedCareerStepModel[];
}
