import { Field, Float, ID, Int, InputType, ObjectType } from '@nestjs/graphql';
import { TextInputModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

@ObjectType('CertificationRequirementDef')
export class CertificationRequirementDefModel {
  @Field({ description: 'exam course hours node' })
  kind: string;
  @Field(() => String, { nullable: true })
  code: string | null;
  @Field(() => ID, { nullable: true })
  targetId: string | null;
  @Field()
  title: string;
  @Field(() => Float)
  need: number;
}

@ObjectType('Certification')
export class CertificationModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field(() => Int, { nullable: true, description: 'null: never lapses' })
  validityMonths: number | null;
  @Field(() => [Int])
  warnDays: number[];
  @Field(() => Int)
  renewalOpensDays: number;
  @Field(() => Int, { nullable: true })
  renewalWithinMonths: number | null;
  @Field()
  numberPattern: string;
  @Field(() => [String])
  skills: string[];
  @Field(() => ID, { nullable: true })
  audienceId: string | null;
  @Field()
  archived: boolean;
  @Field(() => Int)
  revision: number;
}

@InputType('CertificationRequirementInput')
export class CertificationRequirementInputModel {
  @Field()
  @IsIn(['exam', 'course', 'hours', 'node'])
  kind: 'exam' | 'course' | 'hours' | 'node';
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 130)
  code?: string | null;
  @Field(() => Float, { nullable: true })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 1 })
  @Min(0.1)
  @Max(9_999)
  hours?: number | null;
}

@InputType('CertificationInput')
export class CertificationInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  id?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  revision?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  code?: string | null;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  title: TextInputModel;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  summary: TextInputModel;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  issuer: TextInputModel;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(240)
  validityMonths?: number | null;
  @Field(() => [Int], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(10)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(365, { each: true })
  warnDays?: number[] | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(730)
  renewalOpensDays?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(120)
  renewalWithinMonths?: number | null;
  @Field()
  @Length(3, 60)
  numberPattern: string;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @ArrayMaxSize(30)
  @Length(1, 63, { each: true })
  skills?: string[] | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  audienceId?: string | null;
  @Field(() => [CertificationRequirementInputModel])
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => CertificationRequirementInputModel)
  requirements: CertificationRequirementInputModel[];
  @Field(() => [CertificationRequirementInputModel])
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => CertificationRequirementInputModel)
  renewalRequirements: CertificationRequirementInputModel[];
}
