import { Field, ID, Int, ObjectType } from '@nestjs/graphql';

@ObjectType('CompetencyLevel')
export class CompetencyLevelModel {
  @Field(() => Int)
  level: number;
  @Field()
  code: string;
  @Field()
  name: string;
}

@ObjectType('CompetencyDimensionLevel')
export class CompetencyDimensionLevelModel {
  @Field(() => Int)
  level: number;
  @Field()
  description: string;
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

@ObjectType('CompetencyProfileRow')
export class CompetencyProfileRowModel {
  @Field(() => CompetencyDimensionModel)
  dimension: CompetencyDimensionModel;
  @Field(() => Int, { nullable: true })
  required: number | null;
  @Field(() => Int, { nullable: true })
  self: number | null;
  @Field(() => Int, { nullable: true })
  assessed: number | null;
  @Field(() => Int)
  gap: number;
}

@ObjectType('CompetencyProfile')
export class CompetencyProfileModel {
  @Field(() => [CompetencyProfileRowModel])
  rows: CompetencyProfileRowModel[];
  personId: string;
  jobRoleId: string | null;
}

@ObjectType('CareerRequirement')
export class CareerRequirementModel {
  @Field()
  kind: string;
  @Field()
  name: string;
  @Field(() => Int)
  required: number;
  @Field(() => Int)
  have: number;
  @Field()
  met: boolean;
}

@ObjectType('CareerStep')
export class CareerStepModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  name: string;
  @Field(() => Int)
  yearsFrom: number;
  @Field(() => Int, { nullable: true })
  yearsTo: number | null;
  @Field({ description: 'The highest step reached' })
  current: boolean;
  @Field()
  reached: boolean;
  @Field(() => [CareerRequirementModel])
  requirements: CareerRequirementModel[];
}
