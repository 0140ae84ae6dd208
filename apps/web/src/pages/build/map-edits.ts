import { targetKindOf, type DraftNode, type DraftStage, type MapDraft, type NodeKind } from '@waymark/learning/rules';

/* What can be done to a draft, whatever it is done with. Each changes the copy it is given. */

/** Nodes as the outline lists them: by stage, then in order. */
export function outlineOrder(draft: MapDraft): DraftNode[] {
  return draft.stages.flatMap((s) => draft.nodes.filter((n) => n.stage === s.key));
}

/** A key for a new node that the map does not have yet. */
export function freshKey(draft: MapDraft, base: string): string {
  const taken = new Set(draft.nodes.map((n) => n.key));
  const stem =
    base
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'node';
  // Two editors add nodes at the same time: a few random letters keep their keys apart.
  for (;;) {
    const key = `${stem}-${Math.random().toString(36).slice(2, 6).padEnd(4, '0')}`;
    if (!taken.has(key)) return key;
  }
}

const MEETINGS = 4;

/** Turns a node into another kind and keeps what that kind can use. */
export function setKind(node: DraftNode, kind: NodeKind): void {
  if (targetKindOf(kind) !== targetKindOf(node.kind)) node.targetCode = null;
  node.kind = kind;
  node.evidence =
    kind === 'milestone' || kind === 'mentor-meetings'
      ? {
          ...(node.evidence ?? { unit: {}, minFiles: 0, instructions: {} }),
          kind: kind === 'mentor-meetings' ? 'counter' : (node.evidence?.kind ?? 'text'),
          target: node.evidence?.target ?? (kind === 'mentor-meetings' ? MEETINGS : null),
          needsText: node.evidence?.needsText ?? kind === 'milestone',
        }
      : null;
}

/** A new node at the end of a stage, or behind `after`. Returns its key. */
export function addNode(draft: MapDraft, stageKey: string, kind: NodeKind, after: string | null = null): string {
  const key = freshKey(draft, kind);
  const node: DraftNode = {
    key,
    stage: stageKey,
    kind: 'reading',
    title: {},
    summary: {},
    body: {},
    required: true,
    prereqs: [],
    need: 0,
    dueDay: draft.stages.find((s) => s.key === stageKey)?.toDay ?? null,
    minutes: 30,
    targetCode: null,
    carryMonths: null,
    evidence: null,
    lane: 0,
  };
  setKind(node, kind);
  const behind = after === null ? -1 : draft.nodes.findIndex((n) => n.key === after);
  const last = draft.nodes.map((n) => n.stage).lastIndexOf(stageKey);
  draft.nodes.splice((behind >= 0 ? behind : last >= 0 ? last : draft.nodes.length - 1) + 1, 0, node);
  return key;
}

/** Takes nodes away, and out of the prerequisites of the others. */
export function removeNodes(draft: MapDraft, keys: ReadonlySet<string>): void {
  draft.nodes = draft.nodes.filter((n) => !keys.has(n.key));
  for (const n of draft.nodes) cut(n, keys);
}
function cut(node: DraftNode, keys: ReadonlySet<string>): void {
  node.prereqs = node.prereqs.filter((p) => !keys.has(p));
  if (node.need >= node.prereqs.length) node.need = 0;
}

/** Copies nodes behind themselves; connections among them are copied as well. Returns the new keys. */
export function copyNodes(draft: MapDraft, keys: ReadonlySet<string>): string[] {
  const names = new Map<string, string>();
  for (const n of draft.nodes) {
    if (!keys.has(n.key)) continue;
    names.set(n.key, freshKey(draft, n.key.replace(/-[0-9a-z]{4}$/, '')));
  }
  draft.nodes = draft.nodes.flatMap((n) => {
    const key = names.get(n.key);
    if (!key) return [n];
    const copy = JSON.parse(JSON.stringify(n)) as DraftNode;
    return [n, { ...copy, key, prereqs: copy.prereqs.map((p) => names.get(p) ?? p) }];
  });
  return [...names.values()];
}

/** `to` comes after each of `from`. Returns how many connections are new. */
export function connect(draft: MapDraft, from: readonly string[], to: string): number {
  const node = draft.nodes.find((n) => n.key === to);
  const fresh = from.filter((key) => key !== to && node && !node.prereqs.includes(key));
  node?.prereqs.push(...fresh);
  return fresh.length;
}
export function disconnect(draft: MapDraft, from: string, to: string): void {
  const node = draft.nodes.find((n) => n.key === to);
  if (node) cut(node, new Set([from]));
}
/** One after the other, in the order of the outline. */
export function chain(draft: MapDraft, keys: ReadonlySet<string>): void {
  const order = outlineOrder(draft).filter((n) => keys.has(n.key));
  order.slice(1).forEach((n, i) => connect(draft, [(order[i] as DraftNode).key], n.key));
}

/** Puts nodes, in their order, in front of `before`, or at the end of the stage. */
export function place(draft: MapDraft, keys: ReadonlySet<string>, stage: string, before: string | null): void {
  if (before !== null && keys.has(before)) return;
  const moved = outlineOrder(draft).filter((n) => keys.has(n.key));
  const rest = outlineOrder(draft).filter((n) => !keys.has(n.key));
  for (const n of moved) n.stage = stage;
  let at = before === null ? -1 : rest.findIndex((n) => n.key === before);
  if (at < 0) {
    const stages = draft.stages.map((s) => s.key);
    at = rest.findIndex((n) => stages.indexOf(n.stage) > stages.indexOf(stage));
    if (at < 0) at = rest.length;
  }
  // A node whose stage is unknown stands in no outline; it must not get lost.
  const lost = draft.nodes.filter((n) => !moved.includes(n) && !rest.includes(n));
  draft.nodes = [...rest.slice(0, at), ...moved, ...rest.slice(at), ...lost];
}

/** One place up or down in the outline, together, over the border of a stage as well. */
export function shift(draft: MapDraft, keys: ReadonlySet<string>, by: -1 | 1): void {
  const order = outlineOrder(draft);
  const mine = order.filter((n) => keys.has(n.key));
  const edge = by < 0 ? mine[0] : mine.at(-1);
  if (!edge) return;
  const neighbour = order[order.indexOf(edge) + by];
  if (neighbour && neighbour.stage === edge.stage) {
    const behind = order[order.indexOf(neighbour) + 1];
    place(draft, keys, edge.stage, by < 0 ? neighbour.key : behind && behind.stage === edge.stage ? behind.key : null);
    return;
  }
  shiftStage(draft, keys, by);
}

/** Into the stage before (at its end) or after (at its start). */
export function shiftStage(draft: MapDraft, keys: ReadonlySet<string>, by: -1 | 1): void {
  const mine = outlineOrder(draft).filter((n) => keys.has(n.key));
  const from = draft.stages.findIndex((s) => s.key === (by < 0 ? mine[0] : mine.at(-1))?.stage);
  const next = draft.stages[from + by];
  if (!next) return;
  const first = by > 0 ? draft.nodes.find((n) => n.stage === next.key && !keys.has(n.key)) : undefined;
  place(draft, keys, next.key, first?.key ?? null);
}

function freshStageKey(draft: MapDraft): string {
  let i = draft.stages.length + 1;
  while (draft.stages.some((s) => s.key === `stage-${i}`)) i += 1;
  return `stage-${i}`;
}

/** A stage of thirty days behind the last one. */
export function addStage(draft: MapDraft, title: DraftStage['title']): string {
  const from = (draft.stages.at(-1)?.toDay ?? 0) + 1;
  const key = freshStageKey(draft);
  draft.stages.push({ key, title, goal: {}, fromDay: from, toDay: from + 29, gate: 'previous-complete' });
  draft.days = Math.max(draft.days, from + 29);
  return key;
}

/** A stage of their own for some nodes, behind the one that the first stands in, with the later half of its days. */
export function group(draft: MapDraft, keys: ReadonlySet<string>, title: DraftStage['title']): string | null {
  const first = outlineOrder(draft).find((n) => keys.has(n.key));
  const at = draft.stages.findIndex((s) => s.key === first?.stage);
  const stage = draft.stages[at];
  if (!first || !stage) return null;
  const key = freshStageKey(draft);
  const half = stage.fromDay + Math.max(0, Math.floor((stage.toDay - stage.fromDay + 1) / 2) - 1);
  draft.stages.splice(at + 1, 0, {
    key,
    title,
    goal: {},
    fromDay: Math.min(half + 1, stage.toDay),
    toDay: stage.toDay,
    gate: 'previous-complete',
  });
  stage.toDay = half;
  place(draft, keys, key, null);
  return key;
}

/** Due days of nodes, some days later or earlier. */
export function shiftDueDays(draft: MapDraft, keys: ReadonlySet<string>, by: number): void {
  for (const n of draft.nodes) if (keys.has(n.key) && n.dueDay !== null) n.dueDay += by;
}
