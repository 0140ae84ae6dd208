/**
 * The two-parameter logistic model, P(right | θ) = 1 ÷ (1 + e^−a(θ − b)), with ability θ standard normal among the people
 * (no factor 1.7). Estimated by marginal maximum likelihood with the EM algorithm over a fixed quadrature (Bock & Aitkin
 * 1981). Questions are answered right or not.
 */

/** Fewer answers give a slope nobody should rely on. */
export const LEAST_FOR_CALIBRATION = 200;

export interface CalibrationPerson {
  /** Indexes of the questions on the person's paper. */
  items: readonly number[];
  /** Beside it: 1 where right, else 0. */
  right: readonly number[];
}

export type CalibrationProblem =
  /** fewer than 200 answers */
  | 'too-few'
  /** everybody right, or everybody wrong */
  | 'no-variation'
  /** more than one answer in ten earned a part of the points: right or wrong does not describe it */
  | 'partial-credit'
  /** the estimate ran away: hardly related to the rest, or all but decided by ability */
  | 'unstable'
  /** stronger people get it right less often */
  | 'negative-slope';

export interface ItemParameters {
  a: number;
  aSe: number | null;
  b: number;
  bSe: number | null;
}

export interface Calibration {
  people: number;
  iterations: number;
  converged: boolean;
  logLikelihood: number;
  /** In the order of the questions; null for one without any answer. */
  items: (ItemParameters | null)[];
}

export interface CalibrationOptions {
  maxIterations?: number;
  /** Largest change of any slope or intercept at which the iterations end. */
  tolerance?: number;
}

export interface CalibrationStep {
  phase: 'estimate' | 'errors';
  done: number;
  total: number;
}

/** 61 points from −6 to 6: fine enough for a paper of hundreds of questions, whose people are known to a fifth of a unit. */
const STEP = 0.2;
const Q = 61;
const NODES = Float64Array.from({ length: Q }, (_, q) => (q - (Q - 1) / 2) * STEP);
const LOG_WEIGHTS = ((): Float64Array => {
  const raw = NODES.map((x) => Math.exp((-x * x) / 2));
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((w) => Math.log(w / sum));
})();
/** People between two steps of a long sum; fewer where each is a matrix of all pairs of questions. */
const PORTION = 250;
const HEAVY_PORTION = 20;

/** People with the same questions: what does not depend on their answers is worked out once for all of them. */
interface Group {
  items: Int32Array;
  people: number[];
}

const softplus = (x: number): number => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** Estimates all questions together; steps, so that a caller can breathe or stop. */
export function* calibrationSteps(
  itemCount: number,
  people: readonly CalibrationPerson[],
  options: CalibrationOptions = {},
): Generator<CalibrationStep, Calibration> {
  const maxIterations = options.maxIterations ?? 2_000;
  const tolerance = options.tolerance ?? 1e-5;
  const groups = yield* groupSteps(people);
  const rights = people.map((p) => Int32Array.from(p.items.filter((_, i) => p.right[i] === 1)));
  const answered = new Float64Array(itemCount);
  const right = new Float64Array(itemCount);
  people.forEach((p, n) => {
    for (const i of p.items) answered[i] = (answered[i] as number) + 1;
    for (const i of rights[n] as Int32Array) right[i] = (right[i] as number) + 1;
  });
  // Slope and intercept, a·θ + d, with d = −a·b.
  const a = new Float64Array(itemCount).fill(1);
  const d = Float64Array.from(answered, (n, i) => {
    const p = ((right[i] as number) + 0.5) / (n + 1);
    return Math.log(p / (1 - p));
  });

  const posterior = new Float64Array(Q);
  let logLikelihood = Number.NEGATIVE_INFINITY;
  let converged = false;
  let iterations = 0;
  while (!converged && iterations < maxIterations) {
    iterations += 1;
    // E step. Of the answers only Σ E(θ | answers) over those who were right and the people expected at each node are
    // needed: the model is an exponential family in a and d.
    const abilityOfRight = new Float64Array(itemCount);
    const atNode = Array.from({ length: itemCount }, () => null as Float64Array | null);
    logLikelihood = 0;
    let seen = 0;
    for (const group of groups) {
      const base = baseOf(group, a, d);
      const expected = new Float64Array(Q);
      for (const n of group.people) {
        const taken = rights[n] as Int32Array;
        logLikelihood += posteriorOf(base, taken, a, d, posterior);
        let ability = 0;
        for (let q = 0; q < Q; q += 1) {
          const w = posterior[q] as number;
          ability += w * (NODES[q] as number);
          expected[q] = (expected[q] as number) + w;
        }
        for (const i of taken) abilityOfRight[i] = (abilityOfRight[i] as number) + ability;
        seen += 1;
        if (seen % PORTION === 0) yield { phase: 'estimate', done: iterations, total: maxIterations };
      }
      for (const i of group.items) {
        const sum = (atNode[i] ??= new Float64Array(Q));
        for (let q = 0; q < Q; q += 1) sum[q] = (sum[q] as number) + (expected[q] as number);
      }
    }
    // M step: a logistic regression for each question.
    let change = 0;
    for (let i = 0; i < itemCount; i += 1) {
      const expected = atNode[i];
      if (!expected) continue;
      const [nextA, nextD] = maximise(
        a[i] as number,
        d[i] as number,
        abilityOfRight[i] as number,
        right[i] as number,
        expected,
      );
      change = Math.max(change, Math.abs(nextA - (a[i] as number)), Math.abs(nextD - (d[i] as number)));
      a[i] = nextA;
      d[i] = nextD;
    }
    converged = change < tolerance;
    yield { phase: 'estimate', done: iterations, total: maxIterations };
  }

  const kept = [...answered.keys()].filter((i) => (answered[i] as number) > 0);
  const covariance = yield* errorSteps(kept, groups, rights, a, d);
  const items = Array.from({ length: itemCount }, () => null as ItemParameters | null);
  kept.forEach((i, at) => {
    const slope = a[i] as number;
    const intercept = d[i] as number;
    const of = (r: number, c: number): number => covariance?.get(2 * at + r, 2 * at + c) ?? Number.NaN;
    // b = −d ÷ a, its error by the delta method.
    const byA = intercept / (slope * slope);
    const byD = -1 / slope;
    const varB = byA * byA * of(0, 0) + byD * byD * of(1, 1) + 2 * byA * byD * of(0, 1);
    items[i] = { a: slope, aSe: rootOf(of(0, 0)), b: -intercept / slope, bSe: rootOf(varB) };
  });
  return { people: people.length, iterations, converged, logLikelihood, items };
}

function rootOf(variance: number): number | null {
  return variance >= 0 ? Math.sqrt(variance) : null;
}

function* groupSteps(people: readonly CalibrationPerson[]): Generator<CalibrationStep, Group[]> {
  const groups = new Map<string, Group>();
  for (const [n, p] of people.entries()) {
    const items = Int32Array.from(p.items).sort();
    const key = items.join(' ');
    const group = groups.get(key);
    if (group) group.people.push(n);
    else groups.set(key, { items, people: [n] });
    if (n % PORTION === PORTION - 1) yield { phase: 'estimate', done: 0, total: 1 };
  }
  return [...groups.values()];
}

/** Log of the prior and of having all questions of the group wrong, at each node. */
function baseOf(group: Group, a: Float64Array, d: Float64Array): Float64Array {
  const base = Float64Array.from(LOG_WEIGHTS);
  for (const i of group.items)
    for (let q = 0; q < Q; q += 1)
      base[q] = (base[q] as number) - softplus((a[i] as number) * (NODES[q] as number) + (d[i] as number));
  return base;
}

/** Fills `out` with the posterior at the nodes and returns the log of the marginal likelihood. */
function posteriorOf(
  base: Float64Array,
  taken: Int32Array,
  a: Float64Array,
  d: Float64Array,
  out: Float64Array,
): number {
  let slope = 0;
  let intercept = 0;
  for (const i of taken) {
    slope += a[i] as number;
    intercept += d[i] as number;
  }
  let highest = Number.NEGATIVE_INFINITY;
  for (let q = 0; q < Q; q += 1) {
    const l = (base[q] as number) + slope * (NODES[q] as number) + intercept;
    out[q] = l;
    if (l > highest) highest = l;
  }
  let sum = 0;
  for (let q = 0; q < Q; q += 1) {
    const w = Math.exp((out[q] as number) - highest);
    out[q] = w;
    sum += w;
  }
  for (let q = 0; q < Q; q += 1) out[q] = (out[q] as number) / sum;
  return highest + Math.log(sum);
}

/** Maximum of a·S + d·R − Σ N(θ)·log(1 + e^(aθ + d)) by Newton's method; the function is concave. */
function maximise(a: number, d: number, s: number, r: number, expected: Float64Array): [number, number] {
  for (let step = 0; step < 20; step += 1) {
    let ga = s;
    let gd = r;
    let haa = 1e-10;
    let had = 0;
    let hdd = 1e-10;
    for (let q = 0; q < Q; q += 1) {
      const theta = NODES[q] as number;
      const n = expected[q] as number;
      const p = logistic(a * theta + d);
      const v = n * p * (1 - p);
      ga -= n * p * theta;
      gd -= n * p;
      haa += v * theta * theta;
      had += v * theta;
      hdd += v;
    }
    const determinant = haa * hdd - had * had;
    const da = Math.max(-1, Math.min(1, (hdd * ga - had * gd) / determinant));
    const dd = Math.max(-1, Math.min(1, (haa * gd - had * ga) / determinant));
    a = Math.max(-LIMIT, Math.min(LIMIT, a + da));
    d = Math.max(-LIMIT, Math.min(LIMIT, d + dd));
    if (Math.abs(da) < 1e-8 && Math.abs(dd) < 1e-8) break;
  }
  return [a, d];
}
const LIMIT = 30;

/**
 * The covariance of all slopes and intercepts: the inverse of the observed information by Louis (1982), information of
 * the complete data less what is lost by not knowing θ. Null when the information is not positive definite.
 */
function* errorSteps(
  kept: readonly number[],
  groups: readonly Group[],
  rights: readonly Int32Array[],
  a: Float64Array,
  d: Float64Array,
): Generator<CalibrationStep, SymmetricMatrix | null> {
  const place = new Map(kept.map((i, at) => [i, at]));
  const information = new SymmetricMatrix(2 * kept.length);
  const posterior = new Float64Array(Q);
  const total = groups.reduce((n, g) => n + g.people.length, 0);
  let done = 0;
  for (const group of groups) {
    const m = group.items.length;
    const at = Int32Array.from(group.items, (i) => place.get(i) as number);
    const local = new Map([...group.items].map((i, l) => [i, l]));
    const probability = Array.from(group.items, (i) =>
      NODES.map((theta) => logistic((a[i] as number) * theta + (d[i] as number))),
    );
    const base = baseOf(group, a, d);
    const expected = new Float64Array(Q);
    const rightAt = Array.from({ length: m }, () => new Float64Array(Q));
    // Σ over people of E(θᵐ) for each pair of questions they had right.
    const moments = [0, 1, 2].map(() => new Float64Array(m * m));
    const score = new Float64Array(2 * m);
    for (const n of group.people) {
      const taken = Int32Array.from(rights[n] as Int32Array, (i) => local.get(i) as number).sort();
      posteriorOf(base, rights[n] as Int32Array, a, d, posterior);
      const e = [1, 0, 0];
      for (let q = 0; q < Q; q += 1) {
        const w = posterior[q] as number;
        const theta = NODES[q] as number;
        expected[q] = (expected[q] as number) + w;
        e[1] = (e[1] as number) + w * theta;
        e[2] = (e[2] as number) + w * theta * theta;
      }
      for (let l = 0; l < m; l += 1) {
        const p = probability[l] as Float64Array;
        let byA = 0;
        let byD = 0;
        for (let q = 0; q < Q; q += 1) {
          const x = (posterior[q] as number) * (p[q] as number);
          byD -= x;
          byA -= x * (NODES[q] as number);
        }
        score[2 * l] = byA;
        score[2 * l + 1] = byD;
      }
      for (let x = 0; x < taken.length; x += 1) {
        const l = taken[x] as number;
        score[2 * l] = (score[2 * l] as number) + (e[1] as number);
        score[2 * l + 1] = (score[2 * l + 1] as number) + 1;
        const r = rightAt[l] as Float64Array;
        for (let q = 0; q < Q; q += 1) r[q] = (r[q] as number) + (posterior[q] as number);
        for (let y = x; y < taken.length; y += 1) {
          const cell = l * m + (taken[y] as number);
          for (let k = 0; k < 3; k += 1) {
            const moment = moments[k] as Float64Array;
            moment[cell] = (moment[cell] as number) + (e[k] as number);
          }
        }
      }
      information.addProduct(at, score);
      done += 1;
      if (done % HEAVY_PORTION === 0) yield { phase: 'errors', done, total };
    }
    for (let l = 0; l < m; l += 1) {
      const pl = probability[l] as Float64Array;
      const rl = rightAt[l] as Float64Array;
      for (let k = l; k < m; k += 1) {
        const pk = probability[k] as Float64Array;
        const rk = rightAt[k] as Float64Array;
        const lost = [0, 1, 2].map((power) => (moments[power] as Float64Array)[l * m + k] as number);
        let complete0 = 0;
        let complete1 = 0;
        let complete2 = 0;
        for (let q = 0; q < Q; q += 1) {
          const theta = NODES[q] as number;
          const n = expected[q] as number;
          const cross =
            n * (pl[q] as number) * (pk[q] as number) -
            (pk[q] as number) * (rl[q] as number) -
            (pl[q] as number) * (rk[q] as number);
          lost[0] = (lost[0] as number) + cross;
          lost[1] = (lost[1] as number) + cross * theta;
          lost[2] = (lost[2] as number) + cross * theta * theta;
          if (k === l) {
            const v = n * (pl[q] as number) * (1 - (pl[q] as number));
            complete0 += v;
            complete1 += v * theta;
            complete2 += v * theta * theta;
          }
        }
        const row = 2 * (at[l] as number);
        const column = 2 * (at[k] as number);
        information.add(row, column, complete2 - (lost[2] as number));
        information.add(row, column + 1, complete1 - (lost[1] as number));
        if (k !== l) information.add(row + 1, column, complete1 - (lost[1] as number));
        information.add(row + 1, column + 1, complete0 - (lost[0] as number));
      }
      if (l % 20 === 19) yield { phase: 'errors', done, total };
    }
  }
  return yield* information.inverseSteps({ phase: 'errors', done: total, total });
}

/** A symmetric matrix, kept whole; `add` writes both halves. */
class SymmetricMatrix {
  private readonly cells: Float64Array;

  constructor(readonly size: number) {
    this.cells = new Float64Array(size * size);
  }

  get(row: number, column: number): number {
    return this.cells[row * this.size + column] as number;
  }

  add(row: number, column: number, value: number): void {
    const { cells, size } = this;
    cells[row * size + column] = (cells[row * size + column] as number) + value;
    if (row !== column) cells[column * size + row] = (cells[column * size + row] as number) + value;
  }

  /** Adds v·vᵀ at the pairs of places `at`. */
  addProduct(at: Int32Array, v: Float64Array): void {
    const { cells, size } = this;
    const n = at.length;
    for (let l = 0; l < 2 * n; l += 1) {
      const x = v[l] as number;
      const row = (2 * (at[l >> 1] as number) + (l & 1)) * size;
      for (let k = 0; k < n; k += 1) {
        const column = row + 2 * (at[k] as number);
        cells[column] = (cells[column] as number) + x * (v[2 * k] as number);
        cells[column + 1] = (cells[column + 1] as number) + x * (v[2 * k + 1] as number);
      }
    }
  }

  /** The inverse by Cholesky's decomposition; null when the matrix is not positive definite. */
  *inverseSteps(step: CalibrationStep): Generator<CalibrationStep, SymmetricMatrix | null> {
    const n = this.size;
    const lower = Float64Array.from(this.cells);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j <= i; j += 1) {
        let sum = lower[i * n + j] as number;
        for (let k = 0; k < j; k += 1) sum -= (lower[i * n + k] as number) * (lower[j * n + k] as number);
        if (i === j) {
          if (!(sum > 1e-10)) return null;
          lower[i * n + i] = Math.sqrt(sum);
        } else lower[i * n + j] = sum / (lower[j * n + j] as number);
      }
      if (i % 50 === 49) yield step;
    }
    const inverse = new SymmetricMatrix(n);
    const column = new Float64Array(n);
    for (let c = 0; c < n; c += 1) {
      column.fill(0);
      column[c] = 1;
      for (let i = c; i < n; i += 1) {
        let sum = column[i] as number;
        for (let k = c; k < i; k += 1) sum -= (lower[i * n + k] as number) * (column[k] as number);
        column[i] = sum / (lower[i * n + i] as number);
      }
      for (let i = n - 1; i >= c; i -= 1) {
        let sum = column[i] as number;
        for (let k = i + 1; k < n; k += 1) sum -= (lower[k * n + i] as number) * (column[k] as number);
        column[i] = sum / (lower[i * n + i] as number);
        inverse.add(i, c, column[i] as number);
      }
      if (c % 50 === 49) yield step;
    }
    return inverse;
  }
}
