import type { Text } from '@waymark/kernel';
import type { DraftNode, DraftStage, Evidence, MapDraft } from './learning-map.js';

/** A place that both sides changed, each to something else. Whose is kept is a person's choice. */
export interface MergeConflict {
  on: 'map' | 'stage' | 'node';
  /** Key of the stage or node; empty for the map itself. */
  key: string;
  /** Name of the field, with the language behind a dot for words; `removed` when one side took away what the other changed. */
  field: string;
  mine: unknown;
  theirs: unknown;
}

export interface Merged {
  draft: MapDraft;
  conflicts: MergeConflict[];
}

type Side = 'mine' | 'theirs';
type Fields = Record<string, unknown>;

/** jsonb keeps no order of keys, so values are compared with their keys sorted. */
function sorted(_key: string, value: unknown): unknown {
  return value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}
function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

const WORDS: ReadonlySet<string> = new Set(['title', 'summary', 'goal', 'body', 'unit', 'instructions']);

class Merge {
  readonly conflicts: MergeConflict[] = [];

  constructor(private readonly preferred: Side) {}

  private clash(on: MergeConflict['on'], key: string, field: string, mine: unknown, theirs: unknown): unknown {
    this.conflicts.push({ on, key, field, mine, theirs });
    return this.preferred === 'mine' ? mine : theirs;
  }

  private value(on: MergeConflict['on'], key: string, field: string, was: unknown, mine: unknown, theirs: unknown) {
    if (same(mine, theirs) || same(was, theirs)) return mine;
    if (same(was, mine)) return theirs;
    if (WORDS.has(field.split('.').at(-1) ?? '') && isFields(mine) && isFields(theirs))
      return this.words(on, key, field, (was ?? {}) as Text, mine, theirs);
    if (field === 'prereqs') return mergeSet(was as string[], mine as string[], theirs as string[]);
    if (field === 'evidence' && isFields(mine) && isFields(theirs))
      return this.fields(on, key, (was ?? {}) as unknown as Fields, mine, theirs, 'evidence.') as unknown as Evidence;
    return this.clash(on, key, field, mine, theirs);
  }

  private words(on: MergeConflict['on'], key: string, field: string, was: Text, mine: Text, theirs: Text): Text {
    const out: Text = {};
    for (const locale of ['zh-CN', 'zh-TW', 'en'] as const) {
      const [w, m, t] = [was[locale] ?? '', mine[locale] ?? '', theirs[locale] ?? ''];
      const kept = m === t || w === t ? m : w === m ? t : (this.clash(on, key, `${field}.${locale}`, m, t) as string);
      if (kept !== '' || locale in mine || locale in theirs) out[locale] = kept;
    }
    return out;
  }

  /** Field by field, whatever fields there are. */
  fields<T extends object>(on: MergeConflict['on'], key: string, was: object, mine: T, theirs: T, prefix = ''): T {
    if (same(mine, theirs) || same(was, theirs)) return mine;
    if (same(was, mine)) return theirs;
    const out: Fields = {};
    for (const field of new Set([...Object.keys(mine), ...Object.keys(theirs)]))
      out[field] = this.value(
        on,
        key,
        `${prefix}${field}`,
        (was as Fields)[field],
        (mine as Fields)[field],
        (theirs as Fields)[field],
      );
    return out as T;
  }

  /** Elements by key. What one side removed is gone unless the other side changed it; the order follows who moved things. */
  list<T extends { key: string }>(
    on: 'stage' | 'node',
    was: readonly T[],
    mine: readonly T[],
    theirs: readonly T[],
  ): T[] {
    const before = new Map(was.map((e) => [e.key, e]));
    const ours = new Map(mine.map((e) => [e.key, e]));
    const others = new Map(theirs.map((e) => [e.key, e]));
    const kept = new Map<string, T>();
    for (const key of new Set([...ours.keys(), ...others.keys()])) {
      const [w, m, t] = [before.get(key), ours.get(key), others.get(key)];
      if (m && t) kept.set(key, this.fields(on, key, w ?? {}, m, t));
      else {
        const only = (m ?? t) as T;
        if (!w) kept.set(key, only);
        else if (!same(w, only)) {
          const choice = this.clash(on, key, 'removed', m ?? null, t ?? null) as T | null;
          if (choice) kept.set(key, choice);
        }
      }
    }
    return mergeOrder(keysOf(was), keysOf(mine), keysOf(theirs), this.preferred).flatMap((key) => kept.get(key) ?? []);
  }
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
const keysOf = (list: readonly { key: string }[]): string[] => list.map((e) => e.key);

/** What both keep, and what either adds. */
function mergeSet(was: readonly string[], mine: readonly string[], theirs: readonly string[]): string[] {
  const gone = new Set(was.filter((k) => !mine.includes(k) || !theirs.includes(k)));
  return [...new Set([...mine, ...theirs])].filter((k) => !gone.has(k));
}

/**
 * One order of two lists. The side that moved something of the common elements gives the order (`preferred` when both
 * did); elements of the other side follow the one they stand behind there.
 */
function mergeOrder(was: readonly string[], mine: readonly string[], theirs: readonly string[], preferred: Side) {
  const [m, t] = [new Set(mine), new Set(theirs)];
  const common = (list: readonly string[]): string => list.filter((k) => m.has(k) && t.has(k)).join('\n');
  const iMoved = common(mine) !== common(was.filter((k) => m.has(k) && t.has(k)));
  const theyMoved = common(theirs) !== common(was.filter((k) => m.has(k) && t.has(k)));
  const lead = iMoved && (!theyMoved || preferred === 'mine') ? mine : theirs;
  const other = lead === mine ? theirs : mine;
  const out = [...lead];
  const known = new Set(lead);
  other.forEach((key, i) => {
    if (known.has(key)) return;
    const before = i === 0 ? -1 : out.indexOf(other[i - 1] as string);
    out.splice(before + 1, 0, key);
    known.add(key);
  });
  return out;
}

/**
 * Three-way merge of a draft: what `mine` and `theirs` changed since `was`. Changes at different places are both kept;
 * where both changed the same place a conflict is reported and the draft holds the `preferred` side.
 */
export function mergeDrafts(was: MapDraft, mine: MapDraft, theirs: MapDraft, preferred: Side = 'theirs'): Merged {
  const merge = new Merge(preferred);
  const { stages: wasStages, nodes: wasNodes, ...wasMap } = was;
  const { stages: myStages, nodes: myNodes, ...myMap } = mine;
  const { stages: theirStages, nodes: theirNodes, ...theirMap } = theirs;
  const map = merge.fields('map', '', wasMap, myMap, theirMap);
  const stages: DraftStage[] = merge.list('stage', wasStages, myStages, theirStages);
  const nodes: DraftNode[] = merge.list('node', wasNodes, myNodes, theirNodes);
  // A node in a stage that the other side removed brings the stage back: nothing may stand nowhere.
  for (const node of nodes) {
    if (stages.some((s) => s.key === node.stage)) continue;
    const lost = [...myStages, ...theirStages, ...wasStages].find((s) => s.key === node.stage);
    const after = lost ? stages.findIndex((s) => s.fromDay > lost.fromDay) : -1;
    if (lost) stages.splice(after < 0 ? stages.length : after, 0, lost);
  }
  // "Any n of" can't ask for more than the prerequisites that are left.
  const whole = nodes.map((n) => (n.need > n.prereqs.length ? { ...n, need: 0 } : n));
  return { draft: { ...map, stages, nodes: whole }, conflicts: merge.conflicts };
}

/** Puts one side of a conflict into a draft, in place. What is not there any more is left alone. */
export function settle(draft: MapDraft, conflict: MergeConflict, side: Side): void {
  const value = side === 'mine' ? conflict.mine : conflict.theirs;
  if (conflict.field === 'removed') {
    if (conflict.on === 'stage') put(draft.stages, conflict.key, value as DraftStage | null);
    else {
      put(draft.nodes, conflict.key, value as DraftNode | null);
      if (value === null) for (const n of draft.nodes) n.prereqs = n.prereqs.filter((p) => p !== conflict.key);
    }
    return;
  }
  const list: readonly { key: string }[] = conflict.on === 'stage' ? draft.stages : draft.nodes;
  let at = (conflict.on === 'map' ? draft : list.find((e) => e.key === conflict.key)) as unknown as Fields | undefined;
  const path = conflict.field.split('.');
  const last = path.pop() as string;
  for (const step of path) at = at?.[step] as Fields | undefined;
  if (at) at[last] = value;
}

function put<T extends { key: string }>(list: T[], key: string, value: T | null): void {
  const i = list.findIndex((e) => e.key === key);
  if (value === null) {
    if (i >= 0) list.splice(i, 1);
  } else if (i >= 0) list[i] = value;
  else list.push(value);
}
