import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { LOCALES } from '@waymark/kernel';
import { LocalDayScalar, TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

@ObjectType('SetupState')
export class SetupStateModel {
  @Field({ description: 'True while no person exists' })
  needed: boolean;
}

@ObjectType('CompanyBrand')
export class CompanyBrandModel {
  @Field()
  name: string;
  @Field(() => String, { nullable: true })
  logoUrl: string | null;
  @Field()
  colour: string;
  @Field(() => [String])
  languages: string[];
  @Field()
  defaultLocale: string;
  @Field()
  pointName: string;
}

@ObjectType('QuietHours', { description: 'Local hours 0–23' })
export class QuietHoursModel {
  @Field(() => Int)
  from: number;
  @Field(() => Int)
  to: number;
}

@ObjectType('CompanySettings')
export class CompanySettingsModel {
  @Field()
  name: string;
  @Field(() => ID, { nullable: true })
  logoFileId: string | null;
  @Field(() => String, { nullable: true })
  logoUrl: string | null;
  @Field()
  colour: string;
  @Field(() => [String])
  languages: string[];
  @Field()
  defaultLocale: string;
  @Field()
  zone: string;
  @Field(() => TextModel)
  pointNames: TextModel;
  @Field()
  pointName: string;
  @Field(() => QuietHoursModel)
  quietHours: QuietHoursModel;
  @Field(() => [Int])
  weekend: number[];
  @Field(() => Int)
  revision: number;
}

@InputType('QuietHoursInput')
export class QuietHoursInputModel {
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(23)
  from: number;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(23)
  to: number;
}

@InputType('CompanySettingsInput')
export class CompanySettingsInputModel {
  @Field(() => Int)
  @IsInt()
  revision: number;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 120)
  name?: string | null;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  logoFileId?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(/^#[0-9a-fA-F]{6}$/)
  colour?: string | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(3)
  @IsIn(LOCALES, { each: true })
  languages?: string[] | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(LOCALES)
  defaultLocale?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(1, 64)
  zone?: string | null;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  pointName?: TextInputModel | null;
  @Field(() => QuietHoursInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => QuietHoursInputModel)
  quietHours?: QuietHoursInputModel | null;
  @Field(() => [Int], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(6)
  @IsInt({ each: true })
  @Min(1, { each: true })
  @Max(7, { each: true })
  weekend?: number[] | null;
}

@ObjectType('WorkCalendarException')
export class WorkCalendarExceptionModel {
  @Field(() => LocalDayScalar)
  day: string;
  @Field()
  working: boolean;
  @Field(() => String, { nullable: true })
  name: string | null;
}

@InputType('WorkCalendarExceptionInput')
export class WorkCalendarExceptionInputModel {
  @Field(() => LocalDayScalar)
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  day: string;
  @Field()
  @IsBoolean()
  working: boolean;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 80)
  name?: string | null;
}

@ObjectType('ImportRefusal')
export class ImportRefusalModel {
  @Field(() => Int)
  line: number;
  @Field()
  code: string;
}

@ObjectType('WorkCalendarImport')
export class WorkCalendarImportModel {
  @Field(() => Int)
  added: number;
  @Field(() => Int)
  changed: number;
  @Field(() => Int)
  kept: number;
  @Field(() => [ImportRefusalModel])
  refused: ImportRefusalModel[];
}
