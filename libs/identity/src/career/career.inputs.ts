import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { TextInputModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsInt, IsOptional, IsUUID, Length, Matches, Max, Min, ValidateNested } from 'class-validator';

const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;

@InputType('CareerCompetencyRuleInput')
export class CareerCompetencyRuleInputModel {
  @Field()
  @Matches(CODE)
  dimension: string;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(9)
  level: number;
}

@InputType('CareerAnyCompetencyRuleInput')
export class CareerAnyCompetencyRuleInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(24)
  count: number;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(9)
  level: number;
}

@InputType('CareerStepInput')
export class CareerStepInputModel {
  @Field()
  @Matches(CODE)
  code: string;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  name: TextInputModel;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  summary?: TextInputModel | null;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(50)
  yearsFrom: number;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(50)
  yearsTo?: number | null;
  @Field(() => [String])
  @ArrayMaxSize(50)
  @Length(1, 63, { each: true })
  courses: string[];
  @Field(() => [String])
  @ArrayMaxSize(20)
  @Length(1, 63, { each: true })
  certifications: string[];
  @Field(() => [CareerCompetencyRuleInputModel])
  @ArrayMaxSize(24)
  @ValidateNested({ each: true })
  @Type(() => CareerCompetencyRuleInputModel)
  competencies: CareerCompetencyRuleInputModel[];
  @Field(() => CareerAnyCompetencyRuleInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => CareerAnyCompetencyRuleInputModel)
  anyCompetency?: CareerAnyCompetencyRuleInputModel | null;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(10_000)
  trainingHours: number;
}

@InputType('CareerLadderInput')
export class CareerLadderInputModel {
  @Field(() => ID, { nullable: true, description: "Nobody's: the company's own ladder" })
  @IsOptional()
  @IsUUID()
  familyId?: string | null;
  @Field(() => Int, { description: 'The one the editor saw; 0 for a ladder nobody has written' })
  @IsInt()
  @Min(0)
  revision: number;
  @Field(() => [CareerStepInputModel])
  @ArrayMaxSize(12)
  @ValidateNested({ each: true })
  @Type(() => CareerStepInputModel)
  steps: CareerStepInputModel[];
}
