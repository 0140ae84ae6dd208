import { mean, median, sampleKurtosis, sampleSkewness, sampleStandardDeviation } from 'simple-statistics';

/** How scores out of 100 are spread; null where there are too few or all are equal. */
export interface ScoreDistribution {
  people: number;
  mean: number | null;
  median: number | null;
  /** Sample standard deviation (n − 1). */
  sd: number | null;
  /**
   * k₃ ÷ k₂^1.5 and k₄ ÷ k₂² of Fisher's k-statistics, as in Moodle's quiz statistics; kurtosis is the excess over the
   * normal distribution (0).
   */
  skewness: number | null;
  kurtosis: number | null;
  /** People per twentieth: 0 to under 5, … 95 to 100. */
  bins: number[];
}

export const BINS = 20;

export function scoreDistribution(scores: readonly number[]): ScoreDistribution {
  const list = [...scores];
  const bins = Array.from({ length: BINS }, () => 0);
  for (const score of list) {
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor((score * BINS) / 100)));
    bins[bin] = (bins[bin] as number) + 1;
  }
  const sd = list.length >= 2 ? sampleStandardDeviation(list) : null;
  const spread = sd !== null && sd > 1e-9;
  return {
    people: list.length,
    mean: list.length > 0 ? mean(list) : null,
    median: list.length > 0 ? median(list) : null,
    sd,
    skewness: spread && list.length >= 3 ? sampleSkewness(list) : null,
    kurtosis: spread && list.length >= 4 ? sampleKurtosis(list) : null,
    bins,
  };
}
