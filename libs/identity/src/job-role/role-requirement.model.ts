import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { UpcomingRequirementModel } from '../competency/competency.model.js';

@ObjectType('RoleRequirement')
export class RoleRequirementModel {
  @Field(() => ID)
  jobRoleId: string;
  @Field(() => ID)
  dimensionId: string;
  @Field(() => Int, { nullable: true, description: 'In force today' })
  level: number | null;
  @Field(() => UpcomingRequirementModel, { nullable: true })
  upcoming: UpcomingRequirementModel | null;
}

@InputType('RequirementCellInput')
export class RequirementCellInputModel {
  @Field(() => ID)
  @IsUUID()
  jobRoleId: string;
  @Field(() => ID)
  @IsUUID()
  dimensionId: string;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(9)
  level?: number | null;
  @Field(() => Int, { nullable: true, description: 'What the editor saw in force on the day' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(9)
  saw?: number | null;
}
