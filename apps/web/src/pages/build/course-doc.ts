import type { Locale } from '@waymark/kernel';
import {
  courseHints,
  courseProblems,
  type CourseModule,
  type CourseProblem,
  type CourseShape,
  type LessonKind,
} from '@waymark/catalog/rules';
import type { CourseView } from '../../data/course-build.js';
import { asText, noWords, sameWords, toWords, type Words } from './parts/words.js';

export interface MediaDoc {
  fileId: string;
  url: string;
  name: string;
  mime: string;
  bytes: number;
  durationSeconds: number | null;
  pages: number | null;
}
export interface CaptionDoc {
  locale: Locale;
  fileId: string;
  url: string;
  name: string;
  bytes: number;
}
export interface LessonDoc {
  key: string;
  kind: LessonKind;
  minutes: number;
  title: Words;
  body: Words;
  keyPointFront: Words;
  keyPointBack: Words;
  media: MediaDoc | null;
  captions: CaptionDoc[];
}
export interface CheckpointDoc {
  title: Words;
  passMark: number;
  questionIds: string[];
}
export interface LevelDoc {
  key: string;
  title: Words;
  lessons: LessonDoc[];
  checkpoint: CheckpointDoc | null;
}
export interface CourseDoc {
  title: Words;
  summary: Words;
  module: string;
  minutes: number;
  competencies: string[];
  levels: LevelDoc[];
}

export function courseDoc(view: CourseView): CourseDoc {
  return {
    title: toWords(view.title),
    summary: toWords(view.summary),
    module: view.module,
    minutes: view.minutes,
    competencies: [...view.competencies],
    levels: view.levels.map((level) => ({
      key: level.key,
      title: toWords(level.title),
      checkpoint: level.checkpoint && {
        title: toWords(level.checkpoint.title),
        passMark: level.checkpoint.passMark,
        questionIds: [...level.checkpoint.questionIds],
      },
      lessons: level.lessons.map((l) => ({
        key: l.key,
        kind: l.kind as LessonKind,
        minutes: l.minutes,
        title: toWords(l.title),
        body: toWords(l.body),
        keyPointFront: toWords(l.keyPointFront),
        keyPointBack: toWords(l.keyPointBack),
        media: l.media,
        captions: l.captions.map((c) => ({ ...c, locale: c.locale as Locale })),
      })),
    })),
  };
}

export function emptyLesson(key: string, kind: LessonKind = 'article'): LessonDoc {
  return {
    key,
    kind,
    minutes: 3,
    title: noWords(),
    body: noWords(),
    keyPointFront: noWords(),
    keyPointBack: noWords(),
    media: null,
    captions: [],
  };
}

/** Never used before in the course, so that a new lesson can't inherit the progress of one that was removed. */
export function freshLessonKey(): string {
  return `lesson-${Math.random().toString(36).slice(2, 9).padEnd(7, '0')}`;
}

// ---------------------------------------------------------------- changes, without touching what stays

export const withLevel = (doc: CourseDoc, key: string, work: (level: LevelDoc) => LevelDoc): CourseDoc => ({
  ...doc,
  levels: doc.levels.map((level) => (level.key === key ? work(level) : level)),
});
export const withLesson = (doc: CourseDoc, key: string, patch: Partial<LessonDoc>): CourseDoc => ({
  ...doc,
  levels: doc.levels.map((level) =>
    level.lessons.some((l) => l.key === key)
      ? { ...level, lessons: level.lessons.map((l) => (l.key === key ? { ...l, ...patch } : l)) }
      : level,
  ),
});
export const withoutLesson = (doc: CourseDoc, key: string): CourseDoc => ({
  ...doc,
  levels: doc.levels.map((level) => ({ ...level, lessons: level.lessons.filter((l) => l.key !== key) })),
});
export function placeOf(doc: CourseDoc, lessonKey: string): { level: number; index: number } | null {
  for (const [level, l] of doc.levels.entries()) {
    const index = l.lessons.findIndex((x) => x.key === lessonKey);
    if (index >= 0) return { level, index };
  }
  return null;
}
/** Puts a lesson at a 0-based place of a level. */
export function moveLessonTo(doc: CourseDoc, lessonKey: string, levelKey: string, index: number): CourseDoc {
  const lesson = doc.levels.flatMap((l) => l.lessons).find((l) => l.key === lessonKey);
  if (!lesson) return doc;
  return withLevel(withoutLesson(doc, lessonKey), levelKey, (level) => ({
    ...level,
    lessons: [...level.lessons.slice(0, index), lesson, ...level.lessons.slice(index)],
  }));
}
/** One place up or down, over the border of a level too. */
export function shiftLesson(doc: CourseDoc, lessonKey: string, by: -1 | 1): CourseDoc {
  const at = placeOf(doc, lessonKey);
  if (!at) return doc;
  const level = doc.levels[at.level] as LevelDoc;
  const index = at.index + by;
  if (index >= 0 && index < level.lessons.length) return moveLessonTo(doc, lessonKey, level.key, index);
  const next = doc.levels[at.level + by];
  return next ? moveLessonTo(doc, lessonKey, next.key, by < 0 ? next.lessons.length : 0) : doc;
}
export function shiftLevel(doc: CourseDoc, levelKey: string, by: -1 | 1): CourseDoc {
  const from = doc.levels.findIndex((l) => l.key === levelKey);
  const to = from + by;
  const other = doc.levels[to];
  const level = doc.levels[from];
  if (!level || !other) return doc;
  const levels = [...doc.levels];
  levels[from] = other;
  levels[to] = level;
  return { ...doc, levels };
}

// ---------------------------------------------------------------- what the server has to be told

export type Step =
  | { op: 'meta' }
  | { op: 'add-level'; level: string; position: number }
  | { op: 'save-level'; level: string }
  | { op: 'move-level'; level: string; position: number }
  | { op: 'remove-level'; level: string }
  | { op: 'add-lesson'; level: string; lesson: string; position: number }
  | { op: 'save-lesson'; lesson: string }
  | { op: 'move-lesson'; level: string; lesson: string; position: number }
  | { op: 'remove-lesson'; lesson: string }
  | { op: 'checkpoint'; level: string };

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);
function sameCheckpoint(a: CheckpointDoc | null, b: CheckpointDoc | null): boolean {
  // Without questions there is none.
  const x = a && a.questionIds.length > 0 ? a : null;
  const y = b && b.questionIds.length > 0 ? b : null;
  if (!x || !y) return x === y;
  return x.passMark === y.passMark && sameWords(x.title, y.title) && sameList(x.questionIds, y.questionIds);
}
const captionFiles = (lesson: LessonDoc): string[] => lesson.captions.map((c) => `${c.locale} ${c.fileId}`).sort();
const sameLesson = (a: LessonDoc, b: LessonDoc): boolean =>
  a.kind === b.kind &&
  a.minutes === b.minutes &&
  (a.media?.fileId ?? null) === (b.media?.fileId ?? null) &&
  sameList(captionFiles(a), captionFiles(b)) &&
  sameWords(a.title, b.title) &&
  sameWords(a.body, b.body) &&
  sameWords(a.keyPointFront, b.keyPointFront) &&
  sameWords(a.keyPointBack, b.keyPointBack);
const sameMeta = (a: CourseDoc, b: CourseDoc): boolean =>
  a.module === b.module &&
  a.minutes === b.minutes &&
  sameWords(a.title, b.title) &&
  sameWords(a.summary, b.summary) &&
  sameList(a.competencies, b.competencies);

/** The next thing to tell a server that has `known` until it has `wanted`; null when it has. Positions are 1-based. */
export function nextStep(known: CourseDoc, wanted: CourseDoc): Step | null {
  if (!sameMeta(known, wanted)) return { op: 'meta' };
  const levels = new Map(known.levels.map((l) => [l.key, l]));
  for (const [i, level] of wanted.levels.entries()) {
    const there = levels.get(level.key);
    if (!there) return { op: 'add-level', level: level.key, position: Math.min(i, known.levels.length) + 1 };
    if (!sameWords(there.title, level.title)) return { op: 'save-level', level: level.key };
  }
  const wantedLessons = new Set(wanted.levels.flatMap((l) => l.lessons.map((x) => x.key)));
  const wantedLevels = new Set(wanted.levels.map((l) => l.key));
  for (const level of known.levels) {
    if (!wantedLevels.has(level.key)) continue;
    for (const lesson of level.lessons)
      if (!wantedLessons.has(lesson.key)) return { op: 'remove-lesson', lesson: lesson.key };
  }
  for (const level of wanted.levels) {
    const there = (levels.get(level.key) as LevelDoc).lessons;
    for (const [i, lesson] of level.lessons.entries()) {
      if (there[i]?.key === lesson.key) continue;
      const position = Math.min(i, there.length) + 1;
      return placeOf(known, lesson.key)
        ? { op: 'move-lesson', level: level.key, lesson: lesson.key, position }
        : { op: 'add-lesson', level: level.key, lesson: lesson.key, position };
    }
  }
  for (const level of known.levels) if (!wantedLevels.has(level.key)) return { op: 'remove-level', level: level.key };
  for (const [i, level] of wanted.levels.entries())
    if (known.levels[i]?.key !== level.key) return { op: 'move-level', level: level.key, position: i + 1 };
  const lessons = new Map(known.levels.flatMap((l) => l.lessons.map((x) => [x.key, x])));
  for (const level of wanted.levels) {
    for (const lesson of level.lessons)
      if (!sameLesson(lessons.get(lesson.key) as LessonDoc, lesson)) return { op: 'save-lesson', lesson: lesson.key };
    if (!sameCheckpoint((levels.get(level.key) as LevelDoc).checkpoint, level.checkpoint))
      return { op: 'checkpoint', level: level.key };
  }
  return null;
}

/** What the server has after a step: its answer, with our own words where it was told them (it may tidy them up). */
export function afterStep(answer: CourseDoc, wanted: CourseDoc, step: Step): CourseDoc {
  switch (step.op) {
    case 'meta': {
      const { title, summary, module, minutes, competencies } = wanted;
      return { ...answer, title, summary, module, minutes, competencies };
    }
    case 'add-level':
    case 'save-level': {
      const level = wanted.levels.find((l) => l.key === step.level);
      return level ? withLevel(answer, step.level, (l) => ({ ...l, title: level.title })) : answer;
    }
    case 'add-lesson':
    case 'save-lesson': {
      const lesson = wanted.levels.flatMap((l) => l.lessons).find((l) => l.key === step.lesson);
      return lesson ? withLesson(answer, step.lesson, lesson) : answer;
    }
    case 'checkpoint': {
      const level = wanted.levels.find((l) => l.key === step.level);
      return level ? withLevel(answer, step.level, (l) => ({ ...l, checkpoint: level.checkpoint })) : answer;
    }
    default:
      return answer;
  }
}

// ---------------------------------------------------------------- what is wrong with it

const fileKind = (mime: string): string =>
  mime.startsWith('video/') ? 'video' : mime === 'application/pdf' ? 'document' : 'other';

/** The same rules as the server's, at once; whether questions are published only the server knows. */
export const problemsOf = (doc: CourseDoc): CourseProblem[] => courseProblems(shapeOf(doc));
/** What would help learners and stops nothing. */
export const hintsOf = (doc: CourseDoc): CourseProblem[] => courseHints(shapeOf(doc));

function shapeOf(doc: CourseDoc): CourseShape {
  return {
    title: asText(doc.title),
    summary: asText(doc.summary),
    module: doc.module as CourseModule,
    minutes: doc.minutes,
    competencies: doc.competencies,
    levels: doc.levels.map((level) => ({
      key: level.key,
      title: asText(level.title),
      checkpoint: level.checkpoint && {
        title: asText(level.checkpoint.title),
        passMark: level.checkpoint.passMark,
        questionIds: level.checkpoint.questionIds,
        unpublished: [],
      },
      lessons: level.lessons.map((l) => ({
        key: l.key,
        kind: l.kind,
        minutes: l.minutes,
        fileId: l.media?.fileId ?? null,
        fileKind: l.media ? fileKind(l.media.mime) : null,
        captions: l.captions,
        title: asText(l.title),
        body: asText(l.body),
        keyPointFront: asText(l.keyPointFront),
        keyPointBack: asText(l.keyPointBack),
      })),
    })),
  };
}

/** Minutes to study a text: 200 Chinese characters or 120 words a minute. */
export function readingMinutes(text: string): number {
  const han = (text.match(/[\u3400-\u9fff]/g) ?? []).length;
  const words = (text.replace(/[\u3400-\u9fff]/g, ' ').match(/[A-Za-z0-9][\w'-]*/g) ?? []).length;
  return han / 200 + words / 120;
}
