import type { ResponseTable } from './responses.js';

/**
 * Cronbach's alpha in its form by averages, α = k·c̄ ÷ (v̄ + (k − 1)·c̄), with v̄ the mean variance of a question, c̄ the
 * mean covariance of two and k the questions of a paper (Cronbach 1951, eq. 28). Marks are in points.
 *
 * Where everybody had the same questions this is exactly k ÷ (k − 1) · (1 − Σ Vᵢ ÷ V_T). Where a blueprint draws for each
 * person, every mark is taken as its distance from the question's own mean, v̄ and c̄ are averaged over all answers and
 * over all pairs of answers on one paper, and k is the mean length of a paper.
 * Null for fewer than two people or questions, or when nothing varies.
 */
export function cronbachAlpha(table: ResponseTable): number | null {
  const sum = new Float64Array(table.people);
  const squares = new Float64Array(table.people);
  const count = new Float64Array(table.people);
  for (const item of table.items) {
    const points = item.share.map((s, i) => s * (item.points[i] as number));
    const mean = points.reduce((a, b) => a + b, 0) / points.length;
    item.person.forEach((p, i) => {
      const distance = (points[i] as number) - mean;
      sum[p] = (sum[p] as number) + distance;
      squares[p] = (squares[p] as number) + distance * distance;
      count[p] = (count[p] as number) + 1;
    });
  }
  let answers = 0;
  let pairs = 0;
  let people = 0;
  let variance = 0;
  let covariance = 0;
  for (let p = 0; p < table.people; p += 1) {
    const k = count[p] as number;
    if (k === 0) continue;
    people += 1;
    answers += k;
    pairs += k * (k - 1);
    variance += squares[p] as number;
    covariance += (sum[p] as number) ** 2 - (squares[p] as number);
  }
  if (people < 2 || pairs === 0) return null;
  const k = answers / people;
  const v = variance / answers;
  const c = covariance / pairs;
  const spread = v + (k - 1) * c;
  return spread < 1e-12 ? null : (k * c) / spread;
}

/**
 * Kuder–Richardson formula 20, k ÷ (k − 1) · (1 − Σ p·q ÷ V_T), for questions marked 0 or 1 that everybody had; it equals
 * alpha there (Kuder & Richardson 1937).
 * @param variance of the number right, over n
 */
export function kr20(proportions: readonly number[], variance: number): number | null {
  const k = proportions.length;
  if (k < 2 || variance <= 0) return null;
  return (k / (k - 1)) * (1 - proportions.reduce((sum, p) => sum + p * (1 - p), 0) / variance);
}

/**
 * Standard error of measurement, s·√(1 − reliability): how far a score lies from the one the person would have on
 * average (Lord & Novick 1968, 3.4). A reliability below 0 counts as none.
 */
export function standardError(sd: number, reliability: number): number {
  return sd * Math.sqrt(1 - Math.min(1, Math.max(0, reliability)));
}
