import { describe, expect, it } from 'vitest';
import {
  checkpointCode,
  codeFrom,
  COURSE_CODE,
  courseChange,
  courseHints,
  courseProblems,
  moved,
  type CourseShape,
  type LessonShape,
} from './course.js';

const lesson = (over: Partial<LessonShape> = {}): LessonShape => ({
  key: 'a',
  kind: 'article',
  minutes: 4,
  fileId: null,
  fileKind: null,
  captions: [],
  title: { 'zh-CN': '一' },
  body: { 'zh-CN': '正文' },
  keyPointFront: {},
  keyPointBack: {},
  ...over,
});
const course = (lessons: LessonShape[], over: Partial<CourseShape> = {}): CourseShape => ({
  title: { 'zh-CN': '课' },
  summary: {},
  module: 'basics',
  minutes: 60,
  competencies: [],
  levels: [{ key: 'l1', title: { 'zh-CN': '一' }, lessons, checkpoint: null }],
  ...over,
});
const codes = (shape: CourseShape): string[] => courseProblems(shape).map((p) => p.code);

describe('codes', () => {
  it('come from the English title and are free', () => {
    expect(codeFrom({ en: 'Needs Analysis: the basics' }, 'course', new Set())).toBe('needs-analysis-the-basics');
    expect(codeFrom({ 'zh-CN': '需求' }, 'course', new Set(['course', 'course-2']))).toBe('course-3');
    expect(codeFrom({ 'zh-CN': '需求' }, 'course', new Set(), () => 'xu qiu')).toBe('xu-qiu');
    expect(codeFrom({ en: 'Café' }, 'course', new Set())).toMatch(COURSE_CODE);
    expect(checkpointCode('c'.repeat(36), 'l'.repeat(14)).length).toBeLessThanOrEqual(63);
  });
});

describe('problems', () => {
  it('are none for a whole course', () => {
    expect(codes(course([lesson()]))).toEqual([]);
  });

  it('name what is missing, with its place', () => {
    expect(codes(course([], { levels: [], minutes: 0, title: { en: ' ' } }))).toEqual([
      'title-missing',
      'hours-missing',
      'no-level',
    ]);
    expect(codes(course([]))).toEqual(['level-empty']);
    expect(codes(course([lesson({ body: {} })]))).toEqual(['body-missing']);
    expect(codes(course([lesson({ kind: 'video', body: {} })]))).toEqual(['media-missing']);
    expect(codes(course([lesson({ kind: 'pdf', fileId: 'f', fileKind: 'video' })]))).toEqual(['media-wrong-kind']);
    expect(codes(course([lesson({ keyPointFront: { en: 'Q' }, keyPointBack: { 'zh-CN': '答' } })]))).toEqual([
      'key-point-incomplete',
    ]);
    const withQuiz = course([lesson()]);
    const checkpoint = { title: {}, passMark: 80, questionIds: ['q'], unpublished: ['q-01'] };
    const found = courseProblems({ ...withQuiz, levels: [{ ...withQuiz.levels[0]!, checkpoint }] });
    expect(found).toEqual([
      { code: 'questions-not-published', params: { codes: ['q-01'] }, levelKey: 'l1', lessonKey: null },
    ]);
  });
});

describe('hints', () => {
  it('name films without captions, and stop nothing', () => {
    const film = { kind: 'video', fileId: 'f', fileKind: 'video' } as const;
    const captions = [{ locale: 'zh-CN', fileId: 'c' }] as const;
    const shape = course([
      lesson(),
      lesson({ key: 'b', ...film }),
      lesson({ key: 'c', ...film, captions }),
      lesson({ key: 'd', kind: 'video', fileId: null }),
    ]);
    expect(courseHints(shape)).toEqual([{ code: 'captions-missing', params: {}, levelKey: 'l1', lessonKey: 'b' }]);
    expect(codes(course([lesson({ ...film })]))).toEqual([]);
  });
});

describe('what a draft changes', () => {
  it('tells texts from what a version freezes', () => {
    const before = course([lesson(), lesson({ key: 'b' })]);
    expect(courseChange(before, course([lesson(), lesson({ key: 'b' })]))).toEqual({
      added: [],
      removed: [],
      changed: [],
      structure: false,
      texts: false,
    });
    expect(courseChange(before, course([lesson({ body: { 'zh-CN': '改' } }), lesson({ key: 'b' })]))).toMatchObject({
      changed: ['a'],
      structure: false,
      texts: true,
    });
    expect(courseChange(before, course([lesson({ key: 'b' }), lesson()]))).toMatchObject({
      changed: [],
      structure: true,
    });
    expect(courseChange(before, course([lesson({ minutes: 9 }), lesson({ key: 'c' })]))).toMatchObject({
      added: ['c'],
      removed: ['b'],
      changed: ['a'],
      structure: true,
    });
  });

  it('counts captions among what a version freezes, in whatever order they come', () => {
    const film = (captions: LessonShape['captions']): CourseShape => course([lesson({ kind: 'video', captions })]);
    const en = { locale: 'en', fileId: 'e' } as const;
    const zh = { locale: 'zh-CN', fileId: 'z' } as const;
    for (const other of [[], [en], [zh, { ...en, fileId: 'e2' }]])
      expect(courseChange(film([zh, en]), film(other))).toMatchObject({
        changed: ['a'],
        structure: true,
        texts: false,
      });
    expect(courseChange(film([zh, en]), film([en, zh]))).toMatchObject({ changed: [], structure: false });
  });

  it('does not mind the order of languages', () => {
    const a = course([lesson({ title: { en: 'A', 'zh-CN': '一' } })]);
    const b = course([lesson({ title: { 'zh-CN': '一', en: 'A' } })]);
    expect(courseChange(a, b).texts).toBe(false);
  });
});

it('moves an item to a place or says that there is none', () => {
  const list = [{ key: 'a' }, { key: 'b' }, { key: 'c' }];
  expect(moved(list, 'a', 3)?.map((x) => x.key)).toEqual(['b', 'c', 'a']);
  expect(moved(list, 'c', 1)?.map((x) => x.key)).toEqual(['c', 'a', 'b']);
  expect(moved(list, 'x', 1)).toBeNull();
  expect(moved(list, 'a', 4)).toBeNull();
});
