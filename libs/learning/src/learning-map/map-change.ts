import { pickText, type Locale, type Text } from '@waymark/kernel';
import type { DraftNode, DraftStage, MapDraft } from './learning-map.js';

export interface MapChange {
  kind: 'added' | 'removed' | 'changed';
  nodeKey: string;
  fields: string[];
}

const STAGE_FIELDS: readonly (keyof DraftStage)[] = ['title', 'goal', 'fromDay', 'toDay', 'gate'];
const FIELDS: readonly (keyof DraftNode)[] = [
  'stage',
  'kind',
  'title',
  'summary',
  'body',
  'required',
  'prereqs',
  'need',
  'dueDay',
  'minutes',
  'targetCode',
  'carryMonths',
  'evidence',
];

/** jsonb keeps no key order, so values are compared with their keys sorted. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** What differs between two states of a map, node by node. Lanes and order are looks, not changes. */
export function mapChanges(before: Pick<MapDraft, 'nodes'> | null, after: Pick<MapDraft, 'nodes'>): MapChange[] {
  return differences(before?.nodes ?? [], after.nodes, FIELDS);
}

/** The same for its stages. */
export function stageChanges(before: Pick<MapDraft, 'stages'> | null, after: Pick<MapDraft, 'stages'>): MapChange[] {
  return differences(before?.stages ?? [], after.stages, STAGE_FIELDS);
}

function differences<T extends { key: string }>(
  before: readonly T[],
  after: readonly T[],
  fields: readonly (keyof T & string)[],
): MapChange[] {
  const old = new Map(before.map((n) => [n.key, n]));
  const now = new Set(after.map((n) => n.key));
  const out: MapChange[] = [];
  for (const item of after) {
    const was = old.get(item.key);
    if (!was) out.push({ kind: 'added', nodeKey: item.key, fields: [] });
    else {
      const changed = fields.filter((f) => canonical(was[f]) !== canonical(item[f]));
      if (changed.length > 0) out.push({ kind: 'changed', nodeKey: item.key, fields: changed });
    }
  }
  for (const key of old.keys()) if (!now.has(key)) out.push({ kind: 'removed', nodeKey: key, fields: [] });
  return out;
}

export interface FieldChange {
  field: string;
  from: string[];
  to: string[];
}
export interface MapDifference extends MapChange {
  of: 'map' | 'stage' | 'node';
  title: string;
  details: FieldChange[];
}

const MAP_FIELDS = ['title', 'days', 'workingDays', 'capacityHours'] as const;
const LONG_TEXTS: readonly string[] = ['summary', 'body', 'goal', 'evidence'];

/**
 * Everything that differs between two states of a map, in the words of one language: titles instead of keys. Of long
 * texts only that they changed.
 */
export function mapDifferences(before: MapDraft | null, after: MapDraft, locale: Locale): MapDifference[] {
  const wordsOf = (map: MapDraft | null, field: string, value: unknown): string[] => {
    if (value === null || value === undefined || LONG_TEXTS.includes(field)) return [];
    const titled = (list: readonly { key: string; title: Text }[], key: string): string =>
      pickText(list.find((x) => x.key === key)?.title, locale) || key;
    if (field === 'prereqs') return (value as string[]).map((key) => titled(map?.nodes ?? [], key));
    if (field === 'stage') return [titled(map?.stages ?? [], value as string)];
    return [typeof value === 'object' ? pickText(value as Text, locale) : String(value as string | number | boolean)];
  };
  const detailed = <T extends { key: string; title: Text }>(
    of: 'stage' | 'node',
    changes: readonly MapChange[],
    old: readonly T[],
    now: readonly T[],
  ): MapDifference[] =>
    changes.map((change) => {
      const was = old.find((x) => x.key === change.nodeKey);
      const is = now.find((x) => x.key === change.nodeKey);
      return {
        ...change,
        of,
        title: pickText((is ?? was)?.title, locale),
        details: change.fields.map((field) => ({
          field,
          from: wordsOf(before, field, was?.[field as keyof T]),
          to: wordsOf(after, field, is?.[field as keyof T]),
        })),
      };
    });
  const fields = before ? MAP_FIELDS.filter((f) => canonical(before[f]) !== canonical(after[f])) : [];
  const whole: MapDifference[] =
    before && fields.length > 0
      ? [
          {
            of: 'map',
            kind: 'changed',
            nodeKey: '',
            title: pickText(after.title, locale),
            fields,
            details: fields.map((f) => ({
              field: f,
              from: wordsOf(before, f, before[f]),
              to: wordsOf(after, f, after[f]),
            })),
          },
        ]
      : [];
  return [
    ...whole,
    ...detailed('stage', stageChanges(before, after), before?.stages ?? [], after.stages),
    ...detailed('node', mapChanges(before, after), before?.nodes ?? [], after.nodes),
  ];
}
