/** Measures of one question over the people who had it on their paper. Sources are named at each function. */

function meanOf(list: readonly number[]): number {
  let sum = 0;
  for (const x of list) sum += x;
  return sum / list.length;
}

/** Σ (x − x̄)(y − ȳ) ÷ (n − 1); null for fewer than two. */
export function covariance(x: readonly number[], y: readonly number[]): number | null {
  const n = x.length;
  if (n < 2) return null;
  const mx = meanOf(x);
  const my = meanOf(y);
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += ((x[i] as number) - mx) * ((y[i] as number) - my);
  return sum / (n - 1);
}

export function deviation(x: readonly number[]): number | null {
  const v = covariance(x, x);
  return v === null ? null : Math.sqrt(v);
}

/**
 * Product-moment correlation; null when one side does not vary. With marks of 0 and 1 this is the point-biserial
 * correlation (Lord & Novick 1968, 15.5), with partial credit its natural extension. Against the rest score it is the
 * item–rest (corrected item–total) correlation, against the whole score the item–total one.
 */
export function correlation(x: readonly number[], y: readonly number[]): number | null {
  const cov = covariance(x, y);
  const sx = deviation(x);
  const sy = deviation(y);
  if (cov === null || sx === null || sy === null || sx < 1e-9 || sy < 1e-9) return null;
  return Math.max(-1, Math.min(1, cov / (sx * sy)));
}

/** Facility (item difficulty p): mean share of the points earned (Crocker & Algina 1986, ch. 14; Moodle: facility index). */
export function facility(shares: readonly number[]): number | null {
  return shares.length > 0 ? meanOf(shares) : null;
}

/**
 * How much of each person stands in the group of the `size` lowest. People who tie at the border share its places
 * equally, so that the order in which they happen to come changes nothing.
 */
export function lowestGroup(criterion: readonly number[], size: number): Float64Array {
  const order = [...criterion.keys()].sort((a, b) => (criterion[a] as number) - (criterion[b] as number));
  const weights = new Float64Array(criterion.length);
  let taken = 0;
  for (let from = 0; from < order.length && taken < size;) {
    let to = from;
    const value = criterion[order[from] as number] as number;
    while (to < order.length && Math.abs((criterion[order[to] as number] as number) - value) < 1e-12) to += 1;
    const weight = Math.min(1, (size - taken) / (to - from));
    for (let i = from; i < to; i += 1) weights[order[i] as number] = weight;
    taken += weight * (to - from);
    from = to;
  }
  return weights;
}

export function highestGroup(criterion: readonly number[], size: number): Float64Array {
  return lowestGroup(
    criterion.map((c) => -c),
    size,
  );
}

function weightedMean(values: readonly number[], weights: Float64Array): number {
  let sum = 0;
  let of = 0;
  values.forEach((v, i) => {
    sum += v * (weights[i] as number);
    of += weights[i] as number;
  });
  return sum / of;
}

/** The share that sets the two ends farthest apart while both stay large (Kelley 1939). */
export const KELLEY = 0.27;

/**
 * Discrimination index D: mean share of the points in the upper group less that in the lower one, both being 27 % of
 * those who had the question (Kelley 1939; Ebel & Frisbie 1991, ch. 13). Null when a group would be empty.
 */
export function discriminationIndex(
  shares: readonly number[],
  criterion: readonly number[],
  proportion = KELLEY,
): number | null {
  const size = Math.round(shares.length * proportion);
  if (size < 1 || size * 2 > shares.length) return null;
  return weightedMean(shares, highestGroup(criterion, size)) - weightedMean(shares, lowestGroup(criterion, size));
}

/**
 * Discriminative efficiency: the covariance of the question with the rest score as a share of the largest one its marks
 * could have had, with the best marks in the hands of the best people (Moodle, *Quiz statistics calculations*).
 */
export function discriminativeEfficiency(shares: readonly number[], rest: readonly number[]): number | null {
  const up = (a: number, b: number): number => a - b;
  const cov = covariance(shares, rest);
  const most = covariance([...shares].sort(up), [...rest].sort(up));
  return cov === null || most === null || most < 1e-12 ? null : cov / most;
}

/** Who chose what. Thirds are by the rest score: lower, middle, upper. */
export interface ChoiceMeasure {
  key: string;
  count: number;
  /** Share of all who had the question. */
  share: number;
  /** Share of the lower, the middle and the upper third. */
  thirds: [number, number, number];
  /** Point-biserial correlation of taking this choice with the rest score; null when everybody or nobody took it. */
  correlation: number | null;
}

/**
 * The distractor table (Crocker & Algina 1986, ch. 14; Haladyna 2004, ch. 9). A right choice should be taken more often
 * the stronger people are, a wrong one less often.
 */
export function choiceMeasures(
  keys: readonly string[],
  taken: readonly (readonly string[])[],
  rest: readonly number[],
): ChoiceMeasure[] {
  const n = taken.length;
  const lower = lowestGroup(rest, n / 3);
  const upper = highestGroup(rest, n / 3);
  const middle = lower.map((w, i) => Math.max(0, 1 - w - (upper[i] as number)));
  return keys.map((key) => {
    const chosen = taken.map((t) => (t.includes(key) ? 1 : 0));
    const count = chosen.reduce<number>((a, b) => a + b, 0);
    return {
      key,
      count,
      share: n > 0 ? count / n : 0,
      thirds:
        n > 0 ? [weightedMean(chosen, lower), weightedMean(chosen, middle), weightedMean(chosen, upper)] : [0, 0, 0],
      correlation: correlation(chosen, rest),
    };
  });
}

/**
 * Effective weights: how much of the spread of the final score comes from each question. √cov(xᵢ, T) as a share of the
 * sum over a paper (Moodle, *Quiz statistics calculations*). xᵢ and T are shares of the person's own paper; where papers
 * differ, a question counts in the sum as often as it is drawn, so the weight is that on a paper on which it stands.
 * Null for a question that works against the score (negative covariance), which then counts 0 in the sum.
 */
export function effectiveWeights(
  covariances: readonly (number | null)[],
  exposures: readonly number[],
): (number | null)[] {
  const roots = covariances.map((c) => (c === null || c < 0 ? null : Math.sqrt(c)));
  const sum = roots.reduce<number>((total, r, i) => total + (r ?? 0) * (exposures[i] as number), 0);
  return roots.map((r) => (r === null || sum < 1e-12 ? null : r / sum));
}
