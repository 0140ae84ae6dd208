/** What a statement shows of an award. */
export interface RoundEntry {
  id: string;
  amount: number;
  kind: string;
  reasonCode: string;
  capped: string | null;
  at: string;
}
export interface Round<T extends RoundEntry> {
  id: string;
  entries: T[];
  sum: number;
}

/** Awards closer together than this belong to one round. */
const APART_MS = 30 * 60_000;
const SMALLEST_ROUND = 3;

/**
 * Entries of a day, newest first: many awards of one rule right after another are one round, so that fourteen cards of a
 * review are one line. What was capped or is no award stands alone.
 */
export function rounds<T extends RoundEntry>(entries: readonly T[]): Round<T>[] {
  const groups: T[][] = [];
  for (const entry of entries) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    const joins =
      before &&
      before.kind === 'award' &&
      entry.kind === 'award' &&
      before.reasonCode === entry.reasonCode &&
      !before.capped &&
      !entry.capped &&
      Math.abs(Date.parse(before.at) - Date.parse(entry.at)) < APART_MS;
    if (last && joins) last.push(entry);
    else groups.push([entry]);
  }
  return groups
    .flatMap((group) => (group.length < SMALLEST_ROUND ? group.map((entry) => [entry]) : [group]))
    .map((group) => ({
      id: group[0]?.id ?? '',
      entries: group,
      sum: group.reduce((total, entry) => total + entry.amount, 0),
    }));
}
