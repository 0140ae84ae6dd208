import type { Locale, Text } from '@waymark/kernel';
import { mediaKindOf, type LessonKind } from '../lesson/lesson.js';

export const MODULES = ['basics', 'skills', 'process', 'innovation', 'growth'] as const;
export type CourseModule = (typeof MODULES)[number];

export type CourseStatus = 'draft' | 'published' | 'archived';

/** Short enough for the code of a checkpoint quiz to hold course and level. */
export const COURSE_CODE = /^[a-z0-9][a-z0-9-]{0,35}$/;
/** Without a hyphen, so that course and level of a checkpoint code can't be mistaken for another pair. */
export const LEVEL_KEY = /^[a-z0-9]{1,14}$/;
export const LESSON_KEY = /^[a-z0-9][a-z0-9-]{0,62}$/;

export function isModule(value: string): value is CourseModule {
  return (MODULES as readonly string[]).includes(value);
}

/**
 * A code or key from a title: its Latin letters and digits, or `fallback` where there are none; free of those taken.
 * @param reading how a title that is only there in Chinese is written in Latin letters
 */
export function codeFrom(
  title: Text,
  fallback: string,
  taken: ReadonlySet<string>,
  reading: (chinese: string) => string = () => '',
): string {
  const base =
    (title.en?.trim() || reading(title['zh-CN'] ?? title['zh-TW'] ?? ''))
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 30)
      .replace(/-+$/, '') || fallback;
  if (!taken.has(base)) return base;
  for (let n = 2; ; n += 1) if (!taken.has(`${base}-${n}`)) return `${base}-${n}`;
}

/** The quiz of a level keeps its code over all versions of the course. */
export function checkpointCode(courseCode: string, levelKey: string): string {
  return `${courseCode}-${levelKey}-checkpoint`;
}

export interface LessonContent {
  title: Text;
  body: Text;
  keyPointFront: Text;
  keyPointBack: Text;
}

export interface LessonShape extends LessonContent {
  key: string;
  kind: LessonKind;
  minutes: number;
  fileId: string | null;
  /** The kind of the file; null when there is none or it is gone. */
  fileKind: string | null;
  captions: readonly { locale: Locale; fileId: string }[];
}

export interface CheckpointShape {
  title: Text;
  passMark: number;
  questionIds: readonly string[];
  /** Codes of questions that have no published version. */
  unpublished: readonly string[];
}

export interface LevelShape {
  key: string;
  title: Text;
  lessons: readonly LessonShape[];
  checkpoint: CheckpointShape | null;
}

export interface CourseShape {
  title: Text;
  summary: Text;
  module: CourseModule;
  minutes: number;
  competencies: readonly string[];
  levels: readonly LevelShape[];
}

export interface CourseProblem {
  code: string;
  params: Record<string, string | number | string[]>;
  levelKey: string | null;
  lessonKey: string | null;
}

export function hasText(text: Text): boolean {
  return Object.values(text).some((value) => value.trim() !== '');
}

/** Everything that stops a draft from being published; empty when it may be. */
export function courseProblems(course: CourseShape): CourseProblem[] {
  const found: CourseProblem[] = [];
  const add = (
    code: string,
    at: { level?: string; lesson?: string } = {},
    params: CourseProblem['params'] = {},
  ): void => {
    found.push({ code, params, levelKey: at.level ?? null, lessonKey: at.lesson ?? null });
  };
  if (!hasText(course.title)) add('title-missing');
  if (course.minutes <= 0) add('hours-missing');
  if (course.levels.length === 0) add('no-level');
  for (const level of course.levels) {
    const at = { level: level.key };
    if (!hasText(level.title)) add('title-missing', at);
    if (level.lessons.length === 0) add('level-empty', at);
    for (const lesson of level.lessons)
      lessonProblems(lesson, (code, params) => add(code, { ...at, lesson: lesson.key }, params));
    if (!level.checkpoint) continue;
    if (level.checkpoint.questionIds.length === 0) add('questions-missing', at);
    if (level.checkpoint.unpublished.length > 0)
      add('questions-not-published', at, { codes: [...level.checkpoint.unpublished] });
  }
  return found;
}

/** What learners would be better off with, though it stops nothing. */
export function courseHints(course: CourseShape): CourseProblem[] {
  return course.levels.flatMap((level) =>
    level.lessons
      .filter((l) => l.kind === 'video' && l.fileId !== null && l.captions.length === 0)
      .map((l) => ({ code: 'captions-missing', params: {}, levelKey: level.key, lessonKey: l.key })),
  );
}

/** In an order that does not matter to whoever compares. */
function captionPart(lesson: LessonShape): string[] {
  return lesson.captions.map((c) => `${c.locale} ${c.fileId}`).sort();
}

function lessonProblems(lesson: LessonShape, add: (code: string, params?: CourseProblem['params']) => void): void {
  if (!hasText(lesson.title)) add('title-missing');
  const needed = mediaKindOf(lesson.kind);
  if (needed === null && !hasText(lesson.body)) add('body-missing');
  if (needed !== null && lesson.fileKind === null) add('media-missing', { kind: needed });
  if (needed !== null && lesson.fileKind !== null && lesson.fileKind !== needed)
    add('media-wrong-kind', { kind: needed });
  const fronts = new Set(Object.entries(lesson.keyPointFront).flatMap(([l, v]) => (v.trim() ? [l] : [])));
  const backs = new Set(Object.entries(lesson.keyPointBack).flatMap(([l, v]) => (v.trim() ? [l] : [])));
  if (fronts.size !== backs.size || [...fronts].some((l) => !backs.has(l))) add('key-point-incomplete');
}

/** All that a version freezes: ids, order, kinds, files, pass marks, questions, hours. Texts are left out. */
function frozenPart(course: CourseShape): unknown {
  return [
    course.module,
    course.minutes,
    [...course.competencies].sort(),
    course.levels.map((level) => [
      level.key,
      level.checkpoint && [level.checkpoint.passMark, level.checkpoint.questionIds],
      level.lessons.map((l) => [l.key, l.kind, l.minutes, l.fileId, captionPart(l)]),
    ]),
  ];
}

function textPart(course: CourseShape): unknown {
  return [
    course.title,
    course.summary,
    course.levels.map((level) => [
      level.title,
      level.checkpoint?.title,
      level.lessons.map((l) => [l.title, l.body, l.keyPointFront, l.keyPointBack]),
    ]),
  ];
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, v: unknown) =>
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );

export interface CourseChange {
  /** Lessons by key. */
  added: string[];
  removed: string[];
  changed: string[];
  structure: boolean;
  texts: boolean;
}

/** What publishing `draft` would change against what is published. */
export function courseChange(published: CourseShape, draft: CourseShape): CourseChange {
  const lessons = (course: CourseShape): Map<string, LessonShape> =>
    new Map(course.levels.flatMap((l) => l.lessons.map((x) => [x.key, x])));
  const before = lessons(published);
  const after = lessons(draft);
  const content = (l: LessonShape): string =>
    canonical([l.kind, l.minutes, l.fileId, captionPart(l), l.title, l.body, l.keyPointFront, l.keyPointBack]);
  return {
    added: [...after.keys()].filter((k) => !before.has(k)),
    removed: [...before.keys()].filter((k) => !after.has(k)),
    changed: [...after].flatMap(([k, l]) => {
      const old = before.get(k);
      return old && content(old) !== content(l) ? [k] : [];
    }),
    structure: canonical(frozenPart(published)) !== canonical(frozenPart(draft)),
    texts: canonical(textPart(published)) !== canonical(textPart(draft)),
  };
}

/** Puts the item with `key` at the 1-based place; null when there is no such key or place. */
export function moved<T extends { key: string }>(list: readonly T[], key: string, position: number): T[] | null {
  const item = list.find((x) => x.key === key);
  if (!item || position < 1 || position > list.length) return null;
  const rest = list.filter((x) => x !== item);
  return [...rest.slice(0, position - 1), item, ...rest.slice(position - 1)];
}
