/** What was seen: half-open, from ≤ x < to. Seconds of a film, pages of a document ([n, n + 1) is page n). */
export interface Range {
  from: number;
  to: number;
}

/** The same points in ascending ranges that neither overlap nor touch. Empty and reversed ranges hold no point. */
export function mergeRanges(ranges: readonly Range[]): Range[] {
  const sorted = ranges.filter((r) => r.from < r.to).sort((a, b) => a.from - b.from || a.to - b.to);
  const out: Range[] = [];
  for (const { from, to } of sorted) {
    const last = out.at(-1);
    if (last && from <= last.to) last.to = Math.max(last.to, to);
    else out.push({ from, to });
  }
  return out;
}

/** How many units are seen, each counted once. */
export function coveredUnits(ranges: readonly Range[]): number {
  return mergeRanges(ranges).reduce((sum, r) => sum + r.to - r.from, 0);
}

/** PostgreSQL's text of an int4multirange. */
export function toMultirange(ranges: readonly Range[]): string {
  return `{${mergeRanges(ranges)
    .map((r) => `[${r.from},${r.to})`)
    .join(',')}}`;
}

/** @param text an int4multirange as PostgreSQL writes it: `{[0,10),[12,15)}` */
export function fromMultirange(text: string): Range[] {
  return Array.from(text.matchAll(/\[(-?\d+),(-?\d+)\)/g), (m) => ({ from: Number(m[1]), to: Number(m[2]) }));
}
