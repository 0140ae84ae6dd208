import { Field, ID, InputType, Int } from '@nestjs/graphql';
import { LOCALES, type Locale } from '@waymark/kernel';
import { TextInputModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
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
import { MODULES } from './course.js';

const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;

@InputType('CourseFilter')
export class CourseFilterInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(MODULES)
  module?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 100)
  text?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(['not-started', 'in-progress', 'completed'])
  state?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(CODE)
  competency?: string | null;
}

@InputType('CourseEditFilter')
export class CourseEditFilterInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(MODULES)
  module?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 100)
  text?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(['draft', 'published', 'archived'])
  status?: string | null;
}

@InputType('RangeInput')
export class RangeInput {
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  from: number;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  to: number;
}

@InputType('LessonProgressInput')
export class LessonProgressInput {
  @Field()
  @Matches(CODE)
  courseCode: string;
  @Field()
  @Matches(CODE)
  lessonKey: string;
  @Field(() => Int)
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  place: number;
  @Field(() => [RangeInput], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => RangeInput)
  seen?: RangeInput[] | null;
}

@InputType('CourseMetaInput')
export class CourseMetaInput {
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  title?: TextInputModel | null;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  summary?: TextInputModel | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(MODULES)
  module?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(60_000)
  minutes?: number | null;
  @Field(() => [String], { nullable: true })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(20)
  @Matches(CODE, { each: true })
  competencies?: string[] | null;
}

@InputType('CaptionInput')
export class CaptionInput {
  @Field(() => String)
  @IsIn(LOCALES)
  locale: Locale;
  @Field(() => ID)
  @IsUUID()
  fileId: string;
}

@InputType('LessonInput')
export class LessonInput {
  @Field()
  @Length(1, 40)
  kind: string;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  title: TextInputModel;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  body?: TextInputModel | null;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(600)
  minutes: number;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  fileId?: string | null;
  @Field(() => [CaptionInput], { nullable: true, description: 'of a video; left out, they stay as they are' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(LOCALES.length)
  @ArrayUnique((c: CaptionInput) => c.locale)
  @ValidateNested({ each: true })
  @Type(() => CaptionInput)
  captions?: CaptionInput[] | null;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  keyPointFront?: TextInputModel | null;
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  keyPointBack?: TextInputModel | null;
}

@InputType('CheckpointInput')
export class CheckpointInput {
  @Field(() => TextInputModel, { nullable: true })
  @IsOptional()
  @ValidateNested()
  @Type(() => TextInputModel)
  title?: TextInputModel | null;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(100)
  passMark: number;
  @Field(() => [ID])
  @IsArray()
  @ArrayMaxSize(50)
  @IsUUID(undefined, { each: true })
  questionIds: string[];
}

@InputType('PublishCourseInput')
export class PublishCourseInput {
  @Field(() => ID)
  @IsUUID()
  courseId: string;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  revision: number;
  @Field({ description: 'version or correction' })
  @IsIn(['version', 'correction'])
  as: string;
  @Field({ description: 'stay or move' })
  @IsIn(['stay', 'move'])
  inFlight: string;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 500)
  note?: string | null;
}
