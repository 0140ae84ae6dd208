import { InvalidInput, LOCALES, type Text } from '@waymark/kernel';

/** What a dimension says: its name, the question it asks, and per CompetencyLevel what it looks like and what proves it. */
export interface DimensionWords {
  name: Text;
  description: Text;
  levels: { level: number; description: Text; evidence: Text }[];
}

export interface DimensionHead {
  /** Grows with every change of the words. */
  version: number;
  /** Grows when the words come to mean something else: ratings of an earlier sense no longer count. */
  sense: number;
}

const NAME_MAX = 120;
const TEXT_MAX = 2_000;

const filled = (text: Text): boolean => LOCALES.some((l) => (text[l] ?? '').trim() !== '');

function trimmed(text: Text): Text {
  return Object.fromEntries(
    LOCALES.flatMap((l) => {
      const value = text[l]?.trim();
      return value ? [[l, value]] : [];
    }),
  );
}

function within(text: Text, max: number, field: string): void {
  if (LOCALES.some((l) => (text[l]?.length ?? 0) > max))
    throw new InvalidInput('competency-text-too-long', { field, max });
}

/**
 * The words as they are kept: trimmed, levels in order, one entry per level of the company.
 * @throws InvalidInput 'name-needed' | 'competency-level-missing' | 'competency-text-too-long'
 */
export function normaliseWords(words: DimensionWords, levels: readonly number[]): DimensionWords {
  const name = trimmed(words.name);
  if (!filled(name)) throw new InvalidInput('name-needed');
  within(name, NAME_MAX, 'name');
  const description = trimmed(words.description);
  within(description, TEXT_MAX, 'description');
  const given = new Map(words.levels.map((l) => [l.level, l]));
  if (given.size !== words.levels.length || words.levels.some((l) => !levels.includes(l.level)))
    throw new InvalidInput('competency-level-unknown');
  return {
    name,
    description,
    levels: [...levels]
      .sort((a, b) => a - b)
      .map((level) => {
        const l = given.get(level);
        if (!l || !filled(l.description)) throw new InvalidInput('competency-level-missing', { level });
        const entry = { level, description: trimmed(l.description), evidence: trimmed(l.evidence) };
        within(entry.description, TEXT_MAX, 'description');
        within(entry.evidence, TEXT_MAX, 'evidence');
        return entry;
      }),
  };
}

const key = (w: DimensionWords): string =>
  JSON.stringify([w.name, w.description, w.levels].map((part) => sorted(part)));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([k, v]) => [k, sorted(v)]);
}

/** The head after new words, or null when nothing changed. */
export function nextVersion(
  head: DimensionHead,
  before: DimensionWords,
  after: DimensionWords,
  senseChanged: boolean,
): DimensionHead | null {
  if (key(before) === key(after)) return null;
  const version = head.version + 1;
  return { version, sense: senseChanged ? head.sense + 1 : head.sense };
}

/** Levels still to go, against what was assessed: how people see themselves meets no requirement. */
export function competencyGap(row: { required: number | null; assessed: number | null }): number {
  if (row.required === null) return 0;
  return Math.max(0, row.required - (row.assessed ?? 0));
}
