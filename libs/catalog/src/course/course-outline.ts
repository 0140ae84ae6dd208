import type { Locale } from '@waymark/kernel';
import type { FlowLevel } from '../progress/flow.js';
import type { Criterion, LessonKind } from '../lesson/lesson.js';
import type { CourseModule, CourseStatus } from './course.js';

export interface OutlineFile {
  kind: string;
  durationSeconds: number | null;
  pages: number | null;
}

/** What is said in a film, to be read along: at most one file for each language. */
export interface OutlineCaption {
  locale: Locale;
  fileId: string;
}

export interface OutlineLesson {
  lessonId: string;
  key: string;
  kind: LessonKind;
  criterion: Criterion;
  minutes: number;
  contentId: string;
  fileId: string | null;
  file: OutlineFile | null;
  captions: OutlineCaption[];
}

export interface OutlineCheckpoint {
  passMark: number;
  questionIds: string[];
  /** Null until the version is published. */
  assessmentId: string | null;
  assessmentCode: string | null;
}

export interface OutlineLevel {
  levelId: string;
  key: string;
  contentId: string;
  checkpoint: OutlineCheckpoint | null;
  lessons: OutlineLesson[];
}

/** The structure of one version, without its texts. */
export interface CourseOutline {
  courseId: string;
  courseCode: string;
  versionId: string;
  number: number;
  contentId: string;
  module: CourseModule;
  minutes: number;
  competencies: string[];
  published: boolean;
  levels: OutlineLevel[];
}

export interface CourseHead {
  id: string;
  code: string;
  status: CourseStatus;
  currentVersionId: string | null;
  draftVersionId: string | null;
  audienceId: string | null;
  revision: number;
  updatedBy: string | null;
  updatedAt: Date;
}

export function flowLevels(outline: CourseOutline): FlowLevel[] {
  return outline.levels.map((l) => ({
    levelId: l.levelId,
    key: l.key,
    checkpoint: l.checkpoint !== null,
    lessons: l.lessons,
  }));
}

export function outlineLessons(outline: CourseOutline): OutlineLesson[] {
  return outline.levels.flatMap((l) => l.lessons);
}

/** The files a lesson shows. */
export function lessonFileIds(lesson: OutlineLesson): string[] {
  return [...(lesson.fileId ? [lesson.fileId] : []), ...lesson.captions.map((c) => c.fileId)];
}

/** Seconds of the film or pages of the document; null for lessons without a measured file. */
export function lessonLength(lesson: OutlineLesson): number | null {
  return lesson.criterion === 'all-pages' ? (lesson.file?.pages ?? null) : (lesson.file?.durationSeconds ?? null);
}

export function contentIds(outline: CourseOutline): string[] {
  return [outline.contentId, ...outline.levels.flatMap((l) => [l.contentId, ...l.lessons.map((x) => x.contentId)])];
}

/** Fields of the texts under a content id. */
export const TITLE = 'title';
export const SUMMARY = 'summary';
export const CHECKPOINT_TITLE = 'checkpoint-title';
export const BODY = 'body';
export const KEY_POINT_FRONT = 'key-point-front';
export const KEY_POINT_BACK = 'key-point-back';
