import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { Connection } from '@waymark/platform';

@ObjectType('ResumePoint')
export class ResumePointModel {
  @Field(() => String)
  lessonKey: string;
  @Field(() => String)
  title: string;
  @Field(() => String)
  kind: string;
  @Field(() => Int)
  minutes: number;
  @Field(() => Int)
  place: number;
}

@ObjectType('CourseCard')
export class CourseCardModel {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  code: string;
  @Field(() => String)
  title: string;
  @Field(() => String)
  summary: string;
  @Field(() => String)
  module: string;
  @Field(() => Int, { description: 'published training minutes' })
  minutes: number;
  @Field(() => Int, { description: 'sum over the lessons' })
  lessonMinutes: number;
  @Field(() => Int)
  levelCount: number;
  @Field(() => Int)
  lessonCount: number;
  @Field(() => [String])
  competencies: string[];
  @Field(() => String, { description: 'not-started, in-progress or completed' })
  state: string;
  @Field(() => Int, { description: 'lessons and checkpoints done' })
  done: number;
  @Field(() => Int)
  of: number;
  @Field(() => Date, { nullable: true })
  lastAt: Date | null;
  @Field(() => Date, { nullable: true })
  completedAt: Date | null;
  @Field(() => ResumePointModel, { nullable: true })
  resume: ResumePointModel | null;
  @Field(() => CheckpointModel, {
    nullable: true,
    description: 'The checkpoint to pass now: no lesson is left before it',
  })
  checkpoint: CheckpointModel | null;
}

@ObjectType('CourseConnection')
export class CourseConnectionModel extends Connection(CourseCardModel, 'Course') {}

@ObjectType('CourseLessonRow')
export class CourseLessonRowModel {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  key: string;
  @Field(() => String)
  kind: string;
  @Field(() => String)
  title: string;
  @Field(() => Int)
  minutes: number;
  @Field(() => String)
  criterion: string;
  @Field(() => String, { description: 'locked, available, in-progress or completed' })
  state: string;
  @Field(() => Date, { nullable: true })
  completedAt: Date | null;
}

@ObjectType('Checkpoint')
export class CheckpointModel {
  @Field(() => String)
  title: string;
  @Field(() => ID, { nullable: true })
  assessmentId: string | null;
  @Field(() => String, { nullable: true })
  assessmentCode: string | null;
  @Field(() => Int)
  questionCount: number;
  @Field(() => Int)
  passMark: number;
  @Field(() => String, { description: 'locked, available or passed' })
  state: string;
  @Field(() => Float, { nullable: true })
  bestScore: number | null;
  @Field(() => Int)
  attempts: number;
}

@ObjectType('CourseLevel')
export class CourseLevelModel {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  key: string;
  @Field(() => Int)
  number: number;
  @Field(() => String)
  title: string;
  @Field(() => String, { description: 'locked, available or cleared' })
  state: string;
  @Field(() => String, { nullable: true, description: 'title of the level to clear first' })
  lockedBy: string | null;
  @Field(() => [CourseLessonRowModel])
  lessons: CourseLessonRowModel[];
  @Field(() => CheckpointModel, { nullable: true })
  checkpoint: CheckpointModel | null;
  @Field(() => Date, { nullable: true })
  clearedAt: Date | null;
}

@ObjectType('CoursePage')
export class CoursePageModel {
  @Field(() => ID)
  id: string;
  @Field(() => String)
  code: string;
  @Field(() => String)
  title: string;
  @Field(() => String)
  summary: string;
  @Field(() => String)
  module: string;
  @Field(() => Int)
  minutes: number;
  @Field(() => Int)
  lessonMinutes: number;
  @Field(() => [String])
  competencies: string[];
  @Field(() => ID)
  versionId: string;
  @Field(() => Int)
  versionNumber: number;
  @Field(() => Boolean, { description: 'the person stays on an earlier version' })
  newerVersion: boolean;
  @Field(() => Boolean)
  preview: boolean;
  @Field(() => String)
  state: string;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  of: number;
  @Field(() => Date, { nullable: true })
  openedAt: Date | null;
  @Field(() => Date, { nullable: true })
  completedAt: Date | null;
  @Field(() => ResumePointModel, { nullable: true })
  resume: ResumePointModel | null;
  @Field(() => CheckpointModel, {
    nullable: true,
    description: 'The checkpoint to pass now: no lesson is left before it',
  })
  checkpoint: CheckpointModel | null;
  @Field(() => [CourseLevelModel])
  levels: CourseLevelModel[];
}

@ObjectType('Range')
export class RangeModel {
  @Field(() => Int)
  from: number;
  @Field(() => Int)
  to: number;
}

@ObjectType('LessonMedia')
export class LessonMediaModel {
  @Field(() => ID)
  fileId: string;
  @Field(() => String)
  url: string;
  @Field(() => String)
  name: string;
  @Field(() => String)
  mime: string;
  @Field(() => Float)
  bytes: number;
  @Field(() => Int, { nullable: true })
  durationSeconds: number | null;
  @Field(() => Int, { nullable: true })
  pages: number | null;
}

@ObjectType('LessonCaption')
export class LessonCaptionModel {
  @Field(() => String)
  locale: string;
  @Field(() => ID)
  fileId: string;
  @Field(() => String)
  url: string;
  @Field(() => String)
  name: string;
  @Field(() => Float)
  bytes: number;
}

@ObjectType('FlowStep')
export class FlowStepModel {
  @Field(() => String, { description: 'lesson, checkpoint or course-end' })
  kind: string;
  @Field(() => String, { nullable: true })
  lessonKey: string | null;
  @Field(() => String, { nullable: true })
  title: string | null;
  @Field(() => String, { nullable: true })
  lessonKind: string | null;
  @Field(() => Int, { nullable: true })
  minutes: number | null;
  @Field(() => String, { nullable: true })
  levelKey: string | null;
  @Field(() => String, { nullable: true })
  assessmentCode: string | null;
  @Field(() => Boolean)
  locked: boolean;
}

@ObjectType('LessonProgress')
export class LessonProgressModel {
  @Field(() => String)
  lessonKey: string;
  @Field(() => String)
  state: string;
  @Field(() => Int)
  place: number;
  @Field(() => Int)
  furthest: number;
  @Field(() => [RangeModel])
  seen: RangeModel[];
  @Field(() => Float, { description: '0 to 100, of what the criterion counts' })
  covered: number;
  @Field(() => Date, { nullable: true })
  completedAt: Date | null;
}

@ObjectType('Lesson')
export class LessonModel {
  @Field(() => ID)
  id: string;
  @Field(() => ID)
  courseId: string;
  @Field(() => String)
  courseCode: string;
  @Field(() => String)
  courseTitle: string;
  @Field(() => ID)
  versionId: string;
  @Field(() => String)
  key: string;
  @Field(() => String)
  kind: string;
  @Field(() => String)
  criterion: string;
  @Field(() => String)
  title: string;
  @Field(() => Int)
  minutes: number;
  @Field(() => String)
  levelKey: string;
  @Field(() => Int)
  levelNumber: number;
  @Field(() => String)
  levelTitle: string;
  @Field(() => Int)
  number: number;
  @Field(() => Int)
  of: number;
  @Field(() => String, { description: 'Markdown' })
  body: string;
  @Field(() => String)
  bodyLocale: string;
  @Field(() => LessonMediaModel, { nullable: true })
  media: LessonMediaModel | null;
  @Field(() => [LessonCaptionModel], { description: 'of a video, the nearest language first' })
  captions: LessonCaptionModel[];
  @Field(() => LessonProgressModel)
  progress: LessonProgressModel;
  @Field(() => FlowStepModel)
  next: FlowStepModel;
  @Field(() => FlowStepModel, { nullable: true })
  previous: FlowStepModel | null;
  @Field(() => Boolean)
  preview: boolean;
}

@ObjectType('LessonSaved')
export class LessonSavedModel {
  @Field(() => LessonProgressModel)
  progress: LessonProgressModel;
  @Field(() => Boolean)
  completedNow: boolean;
  @Field(() => Boolean)
  levelClearedNow: boolean;
  @Field(() => Boolean)
  courseCompletedNow: boolean;
  @Field(() => Int)
  done: number;
  @Field(() => Int)
  of: number;
  @Field(() => FlowStepModel)
  next: FlowStepModel;
}

@ObjectType('CourseSearchHit')
export class CourseSearchHitModel {
  @Field(() => String)
  courseCode: string;
  @Field(() => String)
  courseTitle: string;
  @Field(() => String)
  module: string;
  @Field(() => String, { nullable: true })
  lessonKey: string | null;
  @Field(() => String, { nullable: true })
  lessonTitle: string | null;
  @Field(() => String)
  snippet: string;
}
