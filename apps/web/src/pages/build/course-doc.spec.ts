import { describe, expect, it } from 'vitest';
import {
  afterStep,
  courseDoc,
  emptyLesson,
  hintsOf,
  moveLessonTo,
  nextStep,
  placeOf,
  problemsOf,
  readingMinutes,
  shiftLesson,
  shiftLevel,
  withLesson,
  withLevel,
  type CourseDoc,
  type LevelDoc,
  type Step,
} from './course-doc.js';
import { noWords } from './parts/words.js';

const words = (zhCN: string) => ({ ...noWords(), zhCN });
const level = (key: string, lessons: string[]): LevelDoc => ({
  key,
  title: words(key),
  checkpoint: null,
  lessons: lessons.map((l) => ({ ...emptyLesson(l), title: words(l) })),
});
const course = (levels: LevelDoc[]): CourseDoc => ({
  title: words('课'),
  summary: noWords(),
  module: 'skills',
  minutes: 60,
  competencies: [],
  levels,
});

/** A server that does what it is told, as the real one does. */
function told(known: CourseDoc, wanted: CourseDoc, step: Step): CourseDoc {
  const find = (key: string) => wanted.levels.flatMap((l) => l.lessons).find((l) => l.key === key)!;
  const insert = <T>(list: readonly T[], item: T, position: number): T[] => {
    expect(position).toBeGreaterThanOrEqual(1);
    expect(position).toBeLessThanOrEqual(list.length + 1);
    return [...list.slice(0, position - 1), item, ...list.slice(position - 1)];
  };
  switch (step.op) {
    case 'add-level':
      return { ...known, levels: insert(known.levels, level(step.level, []), step.position) };
    case 'remove-level':
      return { ...known, levels: known.levels.filter((l) => l.key !== step.level) };
    case 'move-level': {
      const moving = known.levels.find((l) => l.key === step.level)!;
      return {
        ...known,
        levels: insert(
          known.levels.filter((l) => l !== moving),
          moving,
          step.position,
        ),
      };
    }
    case 'add-lesson':
      return withLevel(known, step.level, (l) => ({
        ...l,
        lessons: insert(l.lessons, find(step.lesson), step.position),
      }));
    case 'move-lesson':
      expect(placeOf(known, step.lesson)).not.toBeNull();
      return moveLessonTo(known, step.lesson, step.level, step.position - 1);
    case 'remove-lesson':
      return {
        ...known,
        levels: known.levels.map((l) => ({ ...l, lessons: l.lessons.filter((x) => x.key !== step.lesson) })),
      };
    default:
      return known;
  }
}
function settle(from: CourseDoc, wanted: CourseDoc): Step[] {
  const steps: Step[] = [];
  let known = from;
  for (let step = nextStep(known, wanted); step; step = nextStep(known, wanted)) {
    steps.push(step);
    expect(steps.length).toBeLessThan(100);
    known = afterStep(told(known, wanted, step), wanted, step);
  }
  expect(known.levels.map((l) => [l.key, l.lessons.map((x) => x.key)])).toEqual(
    wanted.levels.map((l) => [l.key, l.lessons.map((x) => x.key)]),
  );
  return steps;
}

describe('what a server has to be told', () => {
  const start = course([level('l1', ['a', 'b']), level('l2', ['c'])]);
  it('is nothing when nothing changed', () => expect(nextStep(start, start)).toBeNull());
  it('is one step for one edit', () => {
    expect(settle(start, withLesson(start, 'b', { minutes: 9 }))).toEqual([{ op: 'save-lesson', lesson: 'b' }]);
    expect(settle(start, { ...start, minutes: 90 })).toEqual([{ op: 'meta' }]);
    expect(settle(start, shiftLesson(start, 'a', 1)).map((s) => s.op)).toEqual(['move-lesson']);
    expect(settle(start, shiftLevel(start, 'l2', -1)).map((s) => s.op)).toEqual(['move-level']);
  });
  it('carries a lesson over the border of a level and back', () => {
    const over = shiftLesson(start, 'b', 1);
    expect(placeOf(over, 'b')).toEqual({ level: 1, index: 0 });
    settle(start, over);
    settle(over, start);
  });
  it('brings a removed level back with its lessons, and takes lessons out before a level goes', () => {
    const without = { ...start, levels: start.levels.slice(1) };
    expect(settle(start, without)).toEqual([{ op: 'remove-level', level: 'l1' }]);
    settle(without, start);
    settle(start, { ...moveLessonTo(start, 'c', 'l1', 0), levels: [moveLessonTo(start, 'c', 'l1', 0).levels[0]!] });
  });
  it('takes a checkpoint without questions for none', () => {
    const empty = withLevel(start, 'l1', (l) => ({
      ...l,
      checkpoint: { title: noWords(), passMark: 80, questionIds: [] },
    }));
    expect(nextStep(start, empty)).toBeNull();
    const one = withLevel(start, 'l1', (l) => ({
      ...l,
      checkpoint: { title: noWords(), passMark: 80, questionIds: ['q'] },
    }));
    expect(nextStep(start, one)).toEqual({ op: 'checkpoint', level: 'l1' });
    expect(nextStep(one, empty)).toEqual({ op: 'checkpoint', level: 'l1' });
  });
  it('tells captions like any other part of a lesson, whatever their order', () => {
    const of = (...locales: ('zh-CN' | 'en')[]): CourseDoc =>
      withLesson(start, 'a', {
        captions: locales.map((locale) => ({ locale, fileId: `f-${locale}`, url: '', name: 'x.vtt', bytes: 1 })),
      });
    expect(nextStep(of(), of('en'))).toEqual({ op: 'save-lesson', lesson: 'a' });
    expect(nextStep(of('en', 'zh-CN'), of('en'))).toEqual({ op: 'save-lesson', lesson: 'a' });
    expect(nextStep(of('en', 'zh-CN'), of('zh-CN', 'en'))).toBeNull();
  });
  it('does not ask twice when the server tidies words up', () => {
    const wanted = withLesson(start, 'a', { title: words(' a ') });
    const step = nextStep(start, wanted)!;
    expect(nextStep(afterStep(start, wanted, step), wanted)).toBeNull();
  });
  it('arrives at every arrangement of many', () => {
    let seed = 7;
    const random = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 200; round += 1) {
      const keys = ['a', 'b', 'c', 'd', 'e', 'f'].filter(() => random(4) > 0).sort(() => random(3) - 1);
      const levels = ['l1', 'l2', 'l3'].filter(() => random(4) > 0).sort(() => random(3) - 1);
      const wanted = course(levels.map((k) => level(k, [])));
      for (const key of keys)
        if (levels.length > 0)
          wanted.levels[random(levels.length)]!.lessons.push({ ...emptyLesson(key), title: words(key) });
      settle(start, wanted);
      settle(wanted, start);
    }
  });
});

it('hints at a film without captions, which is no problem', () => {
  const media = { fileId: 'f', url: '', name: 'f.mp4', mime: 'video/mp4', bytes: 1, durationSeconds: 9, pages: null };
  const doc = withLesson(course([level('l1', ['a'])]), 'a', { kind: 'video', media });
  const captions = [{ locale: 'en' as const, fileId: 'c', url: '', name: 'c.vtt', bytes: 1 }];
  expect(hintsOf(doc)).toEqual([{ code: 'captions-missing', params: {}, levelKey: 'l1', lessonKey: 'a' }]);
  expect(problemsOf(doc)).toEqual([]);
  expect(hintsOf(withLesson(doc, 'a', { captions }))).toEqual([]);
  expect(hintsOf(withLesson(doc, 'a', { media: null }))).toEqual([]);
});

it('takes a minute for 200 characters or 120 words', () => {
  expect(readingMinutes('字'.repeat(400))).toBe(2);
  expect(readingMinutes('word '.repeat(60))).toBe(0.5);
});

it('makes an empty text of one that is missing', () => {
  expect(
    courseDoc({
      title: { zhCN: null, zhTW: null, en: 'x' },
      summary: {},
      module: 'skills',
      minutes: 1,
      competencies: [],
      levels: [],
    } as never).title,
  ).toEqual({ zhCN: '', zhTW: '', en: 'x' });
});
