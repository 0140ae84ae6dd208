import { scoreDistribution, type ScoreDistribution } from './distribution.js';
import { flagsOf, type ItemFlag } from './flags.js';
import {
  choiceMeasures,
  correlation,
  covariance,
  deviation,
  discriminationIndex,
  discriminativeEfficiency,
  effectiveWeights,
  facility,
  type ChoiceMeasure,
} from './item-measures.js';
import { cronbachAlpha, kr20, standardError } from './reliability.js';
import { restShares, totalShares, totalsOf, type ItemAnswers, type ResponseTable } from './responses.js';

/** What stays the same about a question version, whoever answers it. */
export interface ItemFacts {
  questionVersionId: string;
  /** Choice keys in the author's order, for single, multiple and true/false. */
  keys: readonly string[];
  right: readonly string[];
  single: boolean;
}

export interface ItemMeasures {
  answered: number;
  blanks: number;
  facility: number | null;
  /** Standard deviation of the share of the points. */
  sd: number | null;
  discrimination: number | null;
  efficiency: number | null;
  itemRest: number | null;
  itemTotal: number | null;
  /** Share of the points of the papers on which it stands. */
  intendedWeight: number | null;
  effectiveWeight: number | null;
  choices: ChoiceMeasure[] | null;
  flags: ItemFlag[];
}

export interface TestMeasures extends ScoreDistribution {
  alpha: number | null;
  /** Only where every mark is 0 or 1 and everybody had the same questions of equal points. */
  kr20: number | null;
  /** Standard error of measurement, in points of 100. */
  sem: number | null;
}

export interface Analysis {
  test: TestMeasures;
  items: ItemMeasures[];
}

export interface AnalysisItem extends ItemFacts, ItemAnswers {}

/**
 * Everything about one quiz or exam version. Steps through the questions, so that a caller can do something else in
 * between or stop.
 */
export function* analysisSteps(
  people: number,
  items: readonly AnalysisItem[],
): Generator<{ done: number; total: number }, Analysis> {
  const table: ResponseTable = { people, items };
  const totals = totalsOf(table);
  const covariances: (number | null)[] = [];
  const measured: Omit<ItemMeasures, 'effectiveWeight' | 'flags'>[] = [];
  for (const item of items) {
    const total = totalShares(item, totals);
    const rest = restShares(item, totals);
    const weights = item.person.map((p, i) => (item.points[i] as number) / (totals.of[p] as number));
    covariances.push(
      covariance(
        item.share.map((s, i) => s * (weights[i] as number)),
        total,
      ),
    );
    measured.push({
      answered: item.share.length,
      blanks: item.blanks,
      facility: facility(item.share),
      sd: deviation(item.share),
      discrimination: discriminationIndex(item.share, total),
      efficiency: rest && discriminativeEfficiency(item.share, rest),
      itemRest: rest && correlation(item.share, rest),
      itemTotal: correlation(item.share, total),
      intendedWeight: facility(weights),
      choices: item.choices && rest ? choiceMeasures(item.keys, item.choices, rest) : null,
    });
    yield { done: measured.length, total: items.length };
  }
  const weights = effectiveWeights(
    covariances,
    items.map((i) => i.share.length / Math.max(1, people)),
  );
  const distribution = scoreDistribution(
    Array.from(totals.of, (of, p) => (of > 0 ? (100 * (totals.earned[p] as number)) / of : 0)),
  );
  const alpha = cronbachAlpha(table);
  return {
    test: {
      ...distribution,
      alpha,
      kr20: dichotomous(people, items) ? kuderRichardson(items, totals.earned) : null,
      sem: alpha === null || distribution.sd === null ? null : standardError(distribution.sd, alpha),
    },
    items: measured.map((m, i) => withFlags({ ...m, effectiveWeight: weights[i] ?? null }, items[i] as ItemFacts)),
  };
}

export function withFlags(m: Omit<ItemMeasures, 'flags'>, item: Pick<ItemFacts, 'right' | 'single'>): ItemMeasures {
  return { ...m, flags: flagsOf({ ...m, right: item.right, single: item.single }) };
}

function dichotomous(people: number, items: readonly AnalysisItem[]): boolean {
  const points = items[0]?.points[0];
  return items.every(
    (i) => i.share.length === people && i.share.every((s) => s === 0 || s === 1) && i.points.every((p) => p === points),
  );
}

function kuderRichardson(items: readonly AnalysisItem[], earned: Float64Array): number | null {
  const points = items[0]?.points[0] ?? 1;
  const right = Array.from(earned, (e) => e / points);
  const sd = deviation(right);
  const n = right.length;
  return sd === null
    ? null
    : kr20(
        items.map((i) => facility(i.share) ?? 0),
        (sd * sd * (n - 1)) / n,
      );
}

/** Runs steps to their end without a pause. */
export function finish<S, R>(steps: Generator<S, R>): R {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/**
 * A question version over all the quizzes and exams it stood in. Means and counts are added up; a correlation is taken
 * within each version and weighted by its covariance, as if the rest scores had been standardised there: that one exam
 * is harder than another must not look like discrimination.
 */
export function pooled(list: readonly ItemMeasures[], item: Pick<ItemFacts, 'right' | 'single'>): ItemMeasures {
  const answered = list.reduce((n, m) => n + m.answered, 0);
  const mean = (of: (m: ItemMeasures) => number | null): number | null => {
    const known = list.filter((m) => of(m) !== null);
    const n = known.reduce((sum, m) => sum + m.answered, 0);
    return n === 0 ? null : known.reduce((sum, m) => sum + (of(m) as number) * m.answered, 0) / n;
  };
  const p = mean((m) => m.facility);
  const spread =
    p === null
      ? 0
      : list.reduce(
          (sum, m) => sum + (m.answered - 1) * (m.sd ?? 0) ** 2 + m.answered * ((m.facility ?? p) - p) ** 2,
          0,
        );
  const sd = answered > 1 ? Math.sqrt(spread / (answered - 1)) : null;
  const within = (
    r: (m: ItemMeasures) => number | null,
    s: (m: ItemMeasures) => number,
    all: number | null,
  ): number | null => {
    const known = list.filter((m) => r(m) !== null);
    if (known.length === 0 || all === null || all < 1e-9) return null;
    const n = known.reduce((sum, m) => sum + m.answered, 0);
    return known.reduce((sum, m) => sum + (r(m) as number) * s(m) * m.answered, 0) / (n * all);
  };
  const keys = [...new Set(list.flatMap((m) => m.choices?.map((c) => c.key) ?? []))];
  const withChoices = list.filter((m) => m.choices);
  const chose = withChoices.reduce((n, m) => n + m.answered, 0);
  const choices = keys.map((key): ChoiceMeasure => {
    const of = (m: ItemMeasures): ChoiceMeasure | undefined => m.choices?.find((c) => c.key === key);
    const count = withChoices.reduce((n, m) => n + (of(m)?.count ?? 0), 0);
    const share = chose > 0 ? count / chose : 0;
    const third = (i: 0 | 1 | 2): number =>
      withChoices.reduce((sum, m) => sum + (of(m)?.thirds[i] ?? 0) * m.answered, 0) / Math.max(1, chose);
    const bernoulli = (q: number, n: number): number => Math.sqrt((q * (1 - q) * n) / Math.max(1, n - 1));
    return {
      key,
      count,
      share,
      thirds: [third(0), third(1), third(2)],
      correlation: within(
        (m) => of(m)?.correlation ?? null,
        (m) => bernoulli(of(m)?.share ?? 0, m.answered),
        bernoulli(share, chose),
      ),
    };
  });
  return withFlags(
    {
      answered,
      blanks: list.reduce((n, m) => n + m.blanks, 0),
      facility: p,
      sd,
      discrimination: mean((m) => m.discrimination),
      efficiency: mean((m) => m.efficiency),
      itemRest: within(
        (m) => m.itemRest,
        (m) => m.sd ?? 0,
        sd,
      ),
      itemTotal: within(
        (m) => m.itemTotal,
        (m) => m.sd ?? 0,
        sd,
      ),
      intendedWeight: null,
      effectiveWeight: null,
      choices: keys.length > 0 ? choices : null,
    },
    item,
  );
}
