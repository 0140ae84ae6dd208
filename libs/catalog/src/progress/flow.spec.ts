import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  courseSteps,
  courseUnits,
  isCourseComplete,
  levelStandings,
  neighbours,
  resumeLesson,
  waitingCheckpoint,
  type FlowFacts,
  type FlowLevel,
} from './flow.js';

const level = (key: string, lessons: string[], checkpoint = true): FlowLevel => ({
  levelId: key,
  key,
  checkpoint,
  lessons: lessons.map((l) => ({ lessonId: l, key: l })),
});
const COURSE = [level('one', ['a', 'b']), level('two', ['c'], false), level('three', ['d'])];
const facts = (completed: string[], cleared: string[] = []): FlowFacts => ({
  completed: new Set(completed),
  cleared: new Set(cleared),
});
const states = (f: FlowFacts): string[] => levelStandings(COURSE, f).map((s) => s.state);

describe('levels', () => {
  it('open one after another; a checkpoint opens when its lessons are done', () => {
    expect(states(facts([]))).toEqual(['available', 'locked', 'locked']);
    expect(levelStandings(COURSE, facts(['a']))[0]?.checkpoint).toBe('locked');
    expect(levelStandings(COURSE, facts(['a', 'b']))[0]?.checkpoint).toBe('available');
    expect(states(facts(['a', 'b']))).toEqual(['available', 'locked', 'locked']);
    expect(states(facts(['a', 'b'], ['one']))).toEqual(['cleared', 'available', 'locked']);
    expect(states(facts(['a', 'b', 'c'], ['one']))).toEqual(['cleared', 'cleared', 'available']);
    expect(levelStandings(COURSE, facts([]))[2]?.lockedBy).toBe(0);
  });

  it('stay cleared behind a level that came in front of them later', () => {
    expect(states(facts(['d'], ['three']))).toEqual(['available', 'locked', 'cleared']);
  });
});

describe('the way through', () => {
  it('puts the checkpoint into the flow and steps over a passed one', () => {
    expect(neighbours(COURSE, facts(['a']), 'a')).toMatchObject({
      number: 1,
      of: 6,
      next: { kind: 'lesson', lesson: 1, locked: false },
      previous: null,
    });
    expect(neighbours(COURSE, facts(['a']), 'b').next).toEqual({ kind: 'checkpoint', level: 0, locked: true });
    expect(neighbours(COURSE, facts(['a', 'b']), 'b').next).toEqual({ kind: 'checkpoint', level: 0, locked: false });
    expect(neighbours(COURSE, facts(['a', 'b'], ['one']), 'b').next).toMatchObject({
      kind: 'lesson',
      level: 1,
      locked: false,
    });
    expect(neighbours(COURSE, facts(['a', 'b', 'c', 'd'], ['one', 'three']), 'd').next).toEqual({
      kind: 'course-end',
      locked: false,
    });
    // a was skipped: it comes before the checkpoint it closes.
    expect(neighbours(COURSE, facts(['b']), 'b').next).toEqual({ kind: 'lesson', level: 0, lesson: 0, locked: false });
    expect(neighbours(COURSE, facts([]), 'c').previous).toMatchObject({ kind: 'lesson', level: 0, lesson: 1 });
  });

  it('goes on where it stopped, or with the first open lesson', () => {
    expect(resumeLesson(COURSE, facts([]), null)?.key).toBe('a');
    expect(resumeLesson(COURSE, facts([]), 'b')?.key).toBe('b');
    expect(resumeLesson(COURSE, facts(['b']), 'b')?.key).toBe('a');
    expect(resumeLesson(COURSE, facts([]), 'd')?.key).toBe('a');
    expect(resumeLesson(COURSE, facts(['a', 'b']), 'b')).toBeNull();
  });

  it('is the checkpoint when no lesson is left before it, also after a failed attempt', () => {
    expect(waitingCheckpoint(COURSE, facts(['a']))).toBeNull();
    expect(waitingCheckpoint(COURSE, facts(['a', 'b']))).toBe(0);
    expect(waitingCheckpoint(COURSE, facts(['a', 'b'], ['one']))).toBeNull();
    expect(waitingCheckpoint(COURSE, facts(['a', 'b', 'c', 'd'], ['one']))).toBe(2);
    expect(waitingCheckpoint(COURSE, facts(['a', 'b', 'c', 'd'], ['one', 'three']))).toBeNull();
  });

  it('counts a lesson among the units of progress, so that both say the same', () => {
    const all = facts(['a', 'b', 'c'], ['one']);
    expect(neighbours(COURSE, all, 'd')).toMatchObject({ number: 5, of: courseUnits(COURSE, all).of });
    expect(courseUnits(COURSE, all).done).toBe(4);
  });

  it('never deadlocks: doing what is open always reaches the end', () => {
    const courses = fc.array(fc.record({ lessons: fc.integer({ min: 1, max: 3 }), checkpoint: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(courses, (shape) => {
        const levels = shape.map((s, i) =>
          level(
            `l${i}`,
            Array.from({ length: s.lessons }, (_, j) => `l${i}-${j}`),
            s.checkpoint,
          ),
        );
        const completed = new Set<string>();
        const cleared = new Set<string>();
        for (let step = 0; step <= courseSteps(levels).length; step += 1) {
          const now = { completed, cleared };
          if (isCourseComplete(levels, now)) break;
          const lesson = resumeLesson(levels, now, null);
          const open = levelStandings(levels, now).findIndex((s) => s.checkpoint === 'available');
          if (lesson) completed.add(lesson.lessonId);
          else cleared.add(levels[open]?.levelId ?? 'none is open');
        }
        expect(courseUnits(levels, { completed, cleared })).toEqual({
          done: courseSteps(levels).length,
          of: courseSteps(levels).length,
        });
      }),
    );
  });
});
