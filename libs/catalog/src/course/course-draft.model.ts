import { Field, ID, Int, ObjectType } from '@nestjs/graphql';
import { Connection, JsonScalar, TextModel } from '@waymark/platform';
import { LessonCaptionModel, LessonMediaModel } from './course.model.js';

@ObjectType('CourseRow')
export class CourseRowModel {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  code: string;
  @Field(() => String)
  title: string;
  @Field(() => String)
  module: string;
  @Field(() => String)
  status: string;
  @Field(() => Boolean)
  hasDraft: boolean;
  @Field(() => Int, { description: '0 when never published' })
  versionNumber: number;
  @Field(() => Int)
  minutes: number;
  @Field(() => Int)
  levelCount: number;
  @Field(() => Int)
  lessonCount: number;
  @Field(() => Int)
  inFlight: number;
  @Field(() => Int)
  completed: number;
  @Field(() => ID, { nullable: true })
  audienceId: string | null;
  @Field(() => Date)
  updatedAt: Date;
}

@ObjectType('CourseRowConnection')
export class CourseRowConnectionModel extends Connection(CourseRowModel, 'CourseRow') {}

@ObjectType('DraftCheckpoint')
export class DraftCheckpointModel {
  @Field(() => TextModel)
  title: TextModel;
  @Field(() => Int)
  passMark: number;
  @Field(() => [ID])
  questionIds: string[];
}

@ObjectType('DraftLesson')
export class DraftLessonModel {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  key: string;
  @Field(() => String)
  kind: string;
  @Field(() => String)
  criterion: string;
  @Field(() => Int)
  minutes: number;
  @Field(() => TextModel)
  title: TextModel;
  @Field(() => TextModel)
  body: TextModel;
  @Field(() => TextModel)
  keyPointFront: TextModel;
  @Field(() => TextModel)
  keyPointBack: TextModel;
  @Field(() => LessonMediaModel, { nullable: true })
  media: LessonMediaModel | null;
  @Field(() => [LessonCaptionModel])
  captions: LessonCaptionModel[];
}

@ObjectType('DraftLevel')
export class DraftLevelModel {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  key: string;
  @Field(() => TextModel)
  title: TextModel;
  @Field(() => [DraftLessonModel])
  lessons: DraftLessonModel[];
  @Field(() => DraftCheckpointModel, { nullable: true })
  checkpoint: DraftCheckpointModel | null;
}

@ObjectType('CourseProblem')
export class CourseProblemModel {
  @Field(() => String)
  code: string;
  @Field(() => JsonScalar)
  params: unknown;
  @Field(() => String, { nullable: true })
  levelKey: string | null;
  @Field(() => String, { nullable: true })
  lessonKey: string | null;
}

@ObjectType('CourseVersionRow')
export class CourseVersionRowModel {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  number: number;
  @Field(() => Date)
  publishedAt: Date;
  @Field(() => String, { nullable: true })
  note: string | null;
  @Field(() => Int)
  inFlight: number;
  @Field(() => Int)
  completed: number;
}

@ObjectType('CourseDraft')
export class CourseDraftModel {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  code: string;
  @Field(() => String)
  status: string;
  @Field(() => Boolean)
  hasDraft: boolean;
  @Field(() => Int, { description: 'to send with the next change' })
  revision: number;
  @Field(() => Int)
  versionNumber: number;
  @Field(() => TextModel)
  title: TextModel;
  @Field(() => TextModel)
  summary: TextModel;
  @Field(() => String)
  module: string;
  @Field(() => Int)
  minutes: number;
  @Field(() => [String])
  competencies: string[];
  @Field(() => ID, { nullable: true })
  audienceId: string | null;
  @Field(() => [DraftLevelModel])
  levels: DraftLevelModel[];
  @Field(() => [CourseProblemModel])
  problems: CourseProblemModel[];
  @Field(() => [CourseVersionRowModel])
  versions: CourseVersionRowModel[];
  @Field(() => Date)
  updatedAt: Date;
}

@ObjectType('CoursePublishCheck')
export class CoursePublishCheckModel {
  @Field(() => [CourseProblemModel])
  problems: CourseProblemModel[];
  @Field(() => Int)
  inFlight: number;
  @Field(() => Int)
  completed: number;
  @Field(() => [String])
  addedLessons: string[];
  @Field(() => [String])
  removedLessons: string[];
  @Field(() => [String])
  changedLessons: string[];
  @Field(() => Boolean)
  correctionPossible: boolean;
  @Field(() => Int)
  wouldComplete: number;
}
