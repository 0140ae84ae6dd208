/**
 * What people answered, question by question. A question that was not on somebody's paper (a blueprint draws for each
 * person anew) has no entry for that person: it is missing by design, never a zero. A blank answer is a zero.
 * The lists of one question run side by side.
 */
export interface ItemAnswers {
  /** Whose answers these are: indexes 0 … people − 1. */
  person: number[];
  /** Share of the points earned, 0 … 1, partial credit included. */
  share: number[];
  /** Points of the question on that person's paper. */
  points: number[];
  /** Choices taken, for questions with choices. */
  choices: (readonly string[])[] | null;
  blanks: number;
}

export interface ResponseTable {
  people: number;
  items: readonly ItemAnswers[];
}

export interface Totals {
  earned: Float64Array;
  /** All points of the person's own paper. */
  of: Float64Array;
}

export function totalsOf(table: ResponseTable): Totals {
  const earned = new Float64Array(table.people);
  const of = new Float64Array(table.people);
  for (const item of table.items)
    item.person.forEach((p, i) => {
      earned[p] = (earned[p] as number) + (item.share[i] as number) * (item.points[i] as number);
      of[p] = (of[p] as number) + (item.points[i] as number);
    });
  return { earned, of };
}

/** Each answerer's share of all points of their own paper: papers of different length and points compare. */
export function totalShares(item: ItemAnswers, totals: Totals): number[] {
  return item.person.map((p) => (totals.earned[p] as number) / (totals.of[p] as number));
}

/**
 * Each answerer's share of the points of the *other* questions of their own paper; null when there is no other one.
 * A question must not be measured against itself (part-whole correction).
 */
export function restShares(item: ItemAnswers, totals: Totals): number[] | null {
  const rest = item.person.map((p, i) => {
    const points = item.points[i] as number;
    const of = (totals.of[p] as number) - points;
    return of > 0 ? ((totals.earned[p] as number) - (item.share[i] as number) * points) / of : Number.NaN;
  });
  return rest.some(Number.isNaN) ? null : rest;
}
