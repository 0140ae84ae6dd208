import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Connection } from '@waymark/platform';
import { IsBoolean, IsOptional, IsUUID, Length } from 'class-validator';

@ObjectType('SkillRow', { description: 'The arrays follow the order of the dimensions of the competency model' })
export class SkillRowModel {
  @Field(() => ID)
  id: string;
  @Field(() => [Int], { nullable: 'items' })
  required: (number | null)[];
  @Field(() => [Int], { nullable: 'items' })
  assessed: (number | null)[];
  @Field(() => [Int], { nullable: 'items' })
  self: (number | null)[];
  @Field(() => Int, { description: 'Levels missing over all dimensions' })
  missing: number;
  jobRoleId: string | null;
}

@ObjectType('SkillRowConnection')
export class SkillRowConnectionModel extends Connection(SkillRowModel, 'SkillRow') {}

@ObjectType('SkillSummary')
export class SkillSummaryModel {
  @Field(() => ID)
  dimensionId: string;
  @Field(() => Int, { description: 'People of whom a level is required' })
  required: number;
  @Field(() => Int)
  met: number;
  @Field(() => Int)
  unrated: number;
  @Field(() => Int, { description: 'Levels missing, over all of them' })
  missing: number;
}

@InputType('SkillFilterInput')
export class SkillFilterInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  orgUnitId?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  jobRoleId?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 100)
  text?: string | null;
  @Field(() => ID, { nullable: true, description: 'Only people with a gap in this dimension' })
  @IsOptional()
  @IsUUID()
  gapIn?: string | null;
  @Field(() => Boolean, { nullable: true, description: 'Only people with a gap anywhere' })
  @IsOptional()
  @IsBoolean()
  onlyGaps?: boolean | null;
}
