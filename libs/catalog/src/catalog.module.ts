import { Global, Module } from '@nestjs/common';
import { CourseAccessRegistry } from './course/course-access.registry.js';
import { CompetencyCoursesResolver } from './course/competency-courses.resolver.js';
import { CompetencyCourses } from './course/competency-courses.service.js';
import { CourseContents } from './course/course-content.service.js';
import { CourseDesk } from './course/course-desk.service.js';
import {
  CourseDraftPersonResolver,
  CourseEditorResolver,
  CourseRowPersonResolver,
  CourseVersionPersonResolver,
} from './course/course-editor.resolver.js';
import { CourseEditor } from './course/course-editor.service.js';
import { CourseFiles } from './course/course-files.service.js';
import { CourseOutlines } from './course/course-outlines.service.js';
import { CoursePublisher } from './course/course-publisher.service.js';
import { CourseReading } from './course/course-reading.service.js';
import { CourseResolver } from './course/course.resolver.js';
import { CourseTitles } from './course/course-titles.service.js';
import { CourseVisibility } from './course/course-visibility.service.js';
import { Courses } from './course/courses.service.js';
import { CourseLoader } from './course-seed/course.loader.js';
import { KeyPoints } from './key-point/key-points.service.js';
import { Checkpoints } from './progress/checkpoint.service.js';
import { CourseProgress } from './progress/course-progress.service.js';
import { LearnerCourses } from './progress/learner-course.service.js';
import { LessonWork } from './progress/lesson-work.service.js';
import { ProgressWriter } from './progress/progress-writer.service.js';
import { TranscriptResolver } from './transcript/transcript.resolver.js';
import { Transcripts } from './transcript/transcript.service.js';

const offered = [
  CourseAccessRegistry,
  CourseEditor,
  CourseLoader,
  CourseProgress,
  CoursePublisher,
  Courses,
  CourseVisibility,
  KeyPoints,
  LessonWork,
  Transcripts,
];

/** Global: downstream libs register which courses they open to whom, and read progress. Needs identity and assessment. */
@Global()
@Module({
  providers: [
    ...offered,
    Checkpoints,
    CompetencyCourses,
    CompetencyCoursesResolver,
    CourseContents,
    CourseDesk,
    CourseDraftPersonResolver,
    CourseEditorResolver,
    CourseFiles,
    CourseOutlines,
    CourseReading,
    CourseResolver,
    CourseRowPersonResolver,
    CourseTitles,
    CourseVersionPersonResolver,
    LearnerCourses,
    ProgressWriter,
    TranscriptResolver,
  ],
  exports: offered,
})
export class CatalogModule {}
