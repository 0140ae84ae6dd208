import type { DraftNode, MapDraft } from './learning-map.js';

export interface MapChange {
  kind: 'added' | 'removed' | 'changed';
  nodeKey: string;
  fields: string[];
}

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
  const old = new Map((before?.nodes ?? []).map((n) => [n.key, n]));
  const now = new Set(after.nodes.map((n) => n.key));
  const out: MapChange[] = [];
  for (const node of after.nodes) {
    const was = old.get(node.key);
    if (!was) out.push({ kind: 'added', nodeKey: node.key, fields: [] });
    else {
      const fields = FIELDS.filter((f) => canonical(was[f]) !== canonical(node[f]));
      if (fields.length > 0) out.push({ kind: 'changed', nodeKey: node.key, fields });
    }
  }
  for (const key of old.keys()) if (!now.has(key)) out.push({ kind: 'removed', nodeKey: key, fields: [] });
  return out;
}
