import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blockOf,
  loadFit,
  match,
  reasonsFor,
  scoreOf,
  type MatchLearner,
  type MatchMentor,
  type MatchWeights,
} from './matching.js';

const WEIGHTS: MatchWeights = { skill: 5, site: 3, language: 4, load: 2 };
const learner = (over: Partial<MatchLearner> = {}): MatchLearner => ({
  id: 'learner',
  needs: [],
  managerIds: [],
  siteId: null,
  offset: 480,
  locale: 'zh-CN',
  ...over,
});
const mentor = (over: Partial<MatchMentor> = {}): MatchMentor => ({
  id: 'mentor',
  skills: [],
  siteId: null,
  offset: 480,
  languages: ['zh-CN'],
  capacity: 2,
  taken: 0,
  absent: false,
  ...over,
});
const CODES = ['communication', 'negotiation', 'teamwork'];

const world = fc.record({
  learners: fc.array(
    fc.record({
      needs: fc.uniqueArray(fc.record({ code: fc.constantFrom(...CODES), gap: fc.integer({ min: 1, max: 3 }) }), {
        selector: (n) => n.code,
      }),
      manager: fc.nat({ max: 5 }),
      siteId: fc.constantFrom('east', 'south'),
      offset: fc.constantFrom(480, 540, 0),
      locale: fc.constantFrom('zh-CN', 'zh-TW', 'en'),
    }),
    { maxLength: 5 },
  ),
  mentors: fc.array(
    fc.record({
      skills: fc.subarray(CODES),
      siteId: fc.constantFrom('east', 'south'),
      offset: fc.constantFrom(480, 540, 0),
      languages: fc.subarray(['zh-CN', 'en']),
      capacity: fc.nat({ max: 3 }),
      taken: fc.nat({ max: 2 }),
      absent: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  rejected: fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 3 })), { maxLength: 3 }),
});

describe('matching', () => {
  it('pairs as many as can be, and nobody finds a better way', () => {
    fc.assert(
      fc.property(world, (w) => {
        const mentors = w.mentors.map((m, j) => mentor({ ...m, id: `m${j}` }));
        const learners = w.learners.map((l, i) => learner({ ...l, id: `l${i}`, managerIds: [`m${l.manager}`] }));
        const rejected = new Set(w.rejected.map(([i, j]) => `l${i} m${j}`));
        const { pairs, unmatched } = match(learners, mentors, WEIGHTS, rejected);

        let best = { n: -1, score: 0 };
        const given = mentors.map(() => 0);
        const go = (i: number, n: number, score: number): void => {
          const l = learners[i];
          if (!l) {
            if (n > best.n || (n === best.n && score > best.score)) best = { n, score };
            return;
          }
          go(i + 1, n, score);
          mentors.forEach((m, j) => {
            const now = { ...m, taken: m.taken + (given[j] as number) };
            if (blockOf(l, now, rejected.has(`${l.id} ${m.id}`))) return;
            given[j] = (given[j] as number) + 1;
            go(i + 1, n + 1, score + scoreOf(reasonsFor(l, m, now.taken), WEIGHTS));
            given[j] = (given[j] as number) - 1;
          });
        };
        go(0, 0, 0);

        expect(pairs.length + unmatched.length).toBe(learners.length);
        expect(pairs).toHaveLength(best.n);
        expect(pairs.reduce((n, p) => n + p.score, 0)).toBeCloseTo(best.score, 6);
        for (const p of pairs) {
          const l = learners.find((x) => x.id === p.learnerId) as MatchLearner;
          const m = mentors.find((x) => x.id === p.mentorId) as MatchMentor;
          expect(blockOf(l, m, rejected.has(`${l.id} ${m.id}`))).toBeNull();
        }
        for (const m of mentors)
          expect(pairs.filter((p) => p.mentorId === m.id).length).toBeLessThanOrEqual(
            Math.max(0, m.capacity - m.taken),
          );
      }),
      { numRuns: 300 },
    );
  });

  it('names the hard rule that keeps two people apart', () => {
    expect(blockOf(learner({ id: 'mentor' }), mentor(), false)).toBe('self');
    expect(blockOf(learner({ managerIds: ['mentor'] }), mentor(), false)).toBe('manager');
    expect(blockOf(learner(), mentor({ absent: true }), false)).toBe('absent');
    expect(blockOf(learner(), mentor({ taken: 2 }), false)).toBe('full');
    expect(blockOf(learner(), mentor(), true)).toBe('rejected');
    expect(blockOf(learner(), mentor({ taken: 1 }), false)).toBeNull();
  });

  it('says why somebody stays without a mentor', () => {
    expect(match([learner()], [], WEIGHTS).unmatched).toEqual([
      { learnerId: 'learner', reason: 'no-mentors', blocked: {} },
    ]);
    expect(match([learner({ managerIds: ['mentor'] })], [mentor()], WEIGHTS).unmatched).toEqual([
      { learnerId: 'learner', reason: 'all-blocked', blocked: { manager: 1 } },
    ]);
    const two = match([learner({ id: 'a' }), learner({ id: 'b' })], [mentor({ capacity: 1 })], WEIGHTS);
    expect(two.pairs).toHaveLength(1);
    expect(two.unmatched).toMatchObject([{ reason: 'no-places', blocked: {} }]);
  });

  it('weighs skills by how many levels are missing', () => {
    const needs = [
      { code: 'communication', gap: 3 },
      { code: 'teamwork', gap: 1 },
    ];
    const reasons = reasonsFor(learner({ needs }), mentor({ skills: ['communication'] }), 0);
    expect(reasons).toMatchObject({ skill: 75, covered: ['communication'], open: ['teamwork'] });
    expect(reasonsFor(learner(), mentor({ skills: ['communication'] }), 0).skill).toBe(50);
  });

  it('prefers the own site, then the own clock, then one near it', () => {
    const fit = (l: Partial<MatchLearner>, m: Partial<MatchMentor>) => reasonsFor(learner(l), mentor(m), 0).siteFit;
    expect(fit({ siteId: 'east' }, { siteId: 'east', offset: 0 })).toBe('same-site');
    expect(fit({ siteId: 'east' }, { siteId: 'south' })).toBe('same-zone');
    expect(fit({}, { offset: 540 })).toBe('near-zone');
    expect(fit({}, { offset: 60 })).toBe('far');
  });

  it('takes the own language before the other script of it, and that before none', () => {
    const fit = (locale: string, languages: string[]) => {
      const { language, shared } = reasonsFor(learner({ locale }), mentor({ languages }), 0);
      return [language, shared];
    };
    expect(fit('zh-TW', ['en', 'zh-TW'])).toEqual([100, 'zh-TW']);
    expect(fit('zh-TW', ['zh-CN'])).toEqual([70, 'zh-CN']);
    expect(fit('en', ['zh-CN'])).toEqual([0, null]);
  });

  it('spreads mentees when only the load counts', () => {
    const onlyLoad = { skill: 0, site: 0, language: 0, load: 5 };
    const mentors = [mentor({ id: 'a', capacity: 4, taken: 2 }), mentor({ id: 'b', capacity: 4 })];
    const { pairs } = match([learner({ id: 'x' }), learner({ id: 'y' })], mentors, onlyLoad);
    expect(pairs.map((p) => p.mentorId)).toEqual(['b', 'b']);
    expect(pairs.map((p) => p.reasons.have).sort()).toEqual([0, 1]);
    expect(loadFit(3, 4)).toBe(25);
  });
});
