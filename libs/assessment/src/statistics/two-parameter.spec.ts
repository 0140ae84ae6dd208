import { mulberry32, shuffled } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { finish } from './analysis.js';
import { LSAT6 } from './published-data.js';
import { calibrationPeople, calibrationProblem, estimateProblem } from './screening.js';
import { calibrationSteps, type CalibrationPerson } from './two-parameter.js';

const lsat = LSAT6.flatMap(([pattern, people]) =>
  Array.from({ length: people }, () => ({ items: [0, 1, 2, 3, 4], right: [...pattern].map(Number) })),
);

/** Box–Muller on a seeded stream. */
function normals(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

interface World {
  a: number[];
  b: number[];
  people: CalibrationPerson[];
}
function simulate(seed: number, people: number, items: number, draw: number): World {
  const random = mulberry32(seed);
  const normal = normals(random);
  const a = Array.from({ length: items }, () => 0.6 + 1.4 * random());
  const b = Array.from({ length: items }, () => Math.max(-2, Math.min(2, normal())));
  const all = [...a.keys()];
  return {
    a,
    b,
    people: Array.from({ length: people }, () => {
      const theta = normal();
      const paper = draw === items ? all : shuffled(all, random).slice(0, draw);
      return {
        items: paper,
        right: paper.map((i) =>
          random() < 1 / (1 + Math.exp(-(a[i] as number) * (theta - (b[i] as number)))) ? 1 : 0,
        ),
      };
    }),
  };
}
const rmse = (got: number[], truth: number[]): number =>
  Math.sqrt(got.reduce((sum, x, i) => sum + (x - (truth[i] as number)) ** 2, 0) / got.length);

describe('2PL calibration', () => {
  it('gives the estimates and errors of R ltm 2PL on LSAT 6 (summary(ltm(LSAT ~ z1)), geeksrepos.com/kdavis91)', () => {
    const fit = finish(calibrationSteps(5, lsat, { tolerance: 1e-6 }));
    expect(fit.converged).toBe(true);
    expect(fit.logLikelihood).toBeCloseTo(-2466.653, 2);
    const published = [
      { b: -3.3597, bSe: 0.8669, a: 0.8254, aSe: 0.2581 },
      { b: -1.3696, bSe: 0.3073, a: 0.7229, aSe: 0.1867 },
      { b: -0.2799, bSe: 0.0997, a: 0.8905, aSe: 0.2326 },
      { b: -1.8659, bSe: 0.4341, a: 0.6886, aSe: 0.1852 },
      { b: -3.1236, bSe: 0.87, a: 0.6575, aSe: 0.21 },
    ];
    fit.items.forEach((item, i) => {
      const want = published[i] as (typeof published)[number];
      expect(item?.a).toBeCloseTo(want.a, 2);
      expect(Math.abs((item?.b ?? 0) - want.b)).toBeLessThan(0.01);
      expect(Math.abs((item?.aSe ?? 0) - want.aSe)).toBeLessThan(0.005);
      expect(Math.abs((item?.bSe ?? 0) - want.bSe)).toBeLessThan(0.015);
    });
  });

  it('recovers the parameters of simulated people, with errors that tell the truth', () => {
    const world = simulate(7, 3_000, 20, 20);
    const fit = finish(calibrationSteps(20, world.people));
    expect(fit.converged).toBe(true);
    const got = fit.items.map((i) => i as NonNullable<typeof i>);
    expect(
      rmse(
        got.map((i) => i.a),
        world.a,
      ),
    ).toBeLessThan(0.12);
    expect(
      rmse(
        got.map((i) => i.b),
        world.b,
      ),
    ).toBeLessThan(0.12);
    const z = got.flatMap((i, n) => [
      (i.a - (world.a[n] as number)) / (i.aSe as number),
      (i.b - (world.b[n] as number)) / (i.bSe as number),
    ]);
    expect(z.filter((x) => Math.abs(x) < 1.96).length / z.length).toBeGreaterThan(0.85);
  });

  it('recovers them also where a blueprint draws a third of the questions for each person', () => {
    const world = simulate(21, 4_000, 30, 10);
    const fit = finish(calibrationSteps(30, world.people));
    const got = fit.items.map((i) => i as NonNullable<typeof i>);
    expect(fit.converged).toBe(true);
    expect(
      rmse(
        got.map((i) => i.a),
        world.a,
      ),
    ).toBeLessThan(0.2);
    expect(
      rmse(
        got.map((i) => i.b),
        world.b,
      ),
    ).toBeLessThan(0.2);
  });

  it('says when it did not converge', () => {
    expect(finish(calibrationSteps(5, lsat, { maxIterations: 3 }))).toMatchObject({ converged: false, iterations: 3 });
  });

  it('comes back often enough to do something else in between', () => {
    const steps = calibrationSteps(5, lsat, { maxIterations: 2 });
    let count = 0;
    while (!steps.next().done) count += 1;
    expect(count).toBeGreaterThanOrEqual(2 * (lsat.length / 250));
  });
});

describe('questions that can not be calibrated', () => {
  const answers = (shares: number[]) => ({
    person: shares.map((_, i) => i),
    share: shares,
    points: shares.map(() => 1),
    choices: null,
    blanks: 0,
  });
  const half = (n: number): number[] => Array.from({ length: n }, (_, i) => i % 2);

  it('are named with the reason', () => {
    expect(calibrationProblem(answers(half(199)))).toBe('too-few');
    expect(calibrationProblem(answers(half(200)))).toBeNull();
    expect(calibrationProblem(answers(half(200).map(() => 1)))).toBe('no-variation');
    expect(calibrationProblem(answers(half(200).map((x, i) => (i % 5 === 0 ? 0.5 : x))))).toBe('partial-credit');
    expect(estimateProblem({ a: -0.5, aSe: 0.1, b: 1, bSe: 0.2 })).toBe('negative-slope');
    expect(estimateProblem({ a: 0.01, aSe: 0.1, b: 90, bSe: 900 })).toBe('unstable');
    expect(estimateProblem({ a: 1, aSe: null, b: 0, bSe: null })).toBe('unstable');
    expect(estimateProblem({ a: 1, aSe: 0.1, b: 0, bSe: 0.1 })).toBeNull();
  });

  it('are left out person by person', () => {
    const people = calibrationPeople(3, [answers([1, 0]), { ...answers([0.5, 1]), person: [1, 2] }], [1]);
    expect(people).toEqual([
      { items: [0], right: [0] },
      { items: [0], right: [1] },
    ]);
  });
});
