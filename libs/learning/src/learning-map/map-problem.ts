import { LOCALES, type Text } from '@waymark/kernel';
import { KINDS_WITH_ROOM, targetKindOf, type DraftNode, type MapDraft } from './learning-map.js';

export type ProblemCode =
  | 'missing-title'
  | 'no-stages'
  | 'no-nodes'
  | 'empty-stage'
  | 'stage-days'
  | 'duplicate-key'
  | 'unknown-stage'
  | 'unknown-prerequisite'
  | 'later-prerequisite'
  | 'cycle'
  | 'unreachable'
  | 'bad-need'
  | 'missing-target'
  | 'archived-target'
  | 'evidence-missing'
  | 'not-yet'
  | 'due-outside-stage'
  | 'due-before-start'
  | 'due-before-prerequisite'
  | 'over-capacity'
  | 'nothing-required';

export interface MapProblem {
  code: ProblemCode;
  /** An error keeps the draft from being published. */
  severity: 'error' | 'warning';
  nodeKeys: string[];
  stageKey: string | null;
  params: Record<string, string | number>;
}

/** What is known about a target: `published` can be used, `draft` and `archived` can't, undefined = there is none. */
export type TargetStatus = 'published' | 'draft' | 'archived';

function hasText(text: Text): boolean {
  return LOCALES.some((l) => (text[l] ?? '').trim() !== '');
}

/**
 * The circles of the prerequisites, each as the keys in walking order, found once (Tarjan's strongly connected
 * components; one circle is reported per component).
 */
export function cyclesOf(nodes: readonly Pick<DraftNode, 'key' | 'prereqs'>[]): string[][] {
  const byKey = new Map(nodes.map((n) => [n.key, n]));
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];
  const next = (key: string): string[] => (byKey.get(key)?.prereqs ?? []).filter((p) => byKey.has(p));

  for (const root of byKey.keys()) {
    if (index.has(root)) continue;
    const work: { key: string; edges: string[]; at: number }[] = [];
    const enter = (key: string): void => {
      index.set(key, index.size);
      low.set(key, index.get(key) as number);
      stack.push(key);
      onStack.add(key);
      work.push({ key, edges: next(key), at: 0 });
    };
    enter(root);
    for (let frame = work.at(-1); frame; frame = work.at(-1)) {
      const to = frame.edges[frame.at];
      if (to !== undefined) {
        frame.at += 1;
        if (!index.has(to)) enter(to);
        else if (onStack.has(to)) low.set(frame.key, Math.min(low.get(frame.key) as number, index.get(to) as number));
        continue;
      }
      work.pop();
      const parent = work.at(-1);
      if (parent) low.set(parent.key, Math.min(low.get(parent.key) as number, low.get(frame.key) as number));
      if (low.get(frame.key) !== index.get(frame.key)) continue;
      const component = new Set<string>();
      for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
        onStack.delete(key);
        component.add(key);
        if (key === frame.key) break;
      }
      if (component.size > 1 || next(frame.key).includes(frame.key)) cycles.push(circleIn(frame.key, component, next));
    }
  }
  return cycles;
}

/** A shortest way from `start` back to itself inside its component, turned into walking order (prerequisite first). */
function circleIn(start: string, component: ReadonlySet<string>, next: (key: string) => string[]): string[] {
  const from = new Map<string, string>();
  const queue = [start];
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    for (const to of next(key)) {
      if (to === start) {
        const path = [key];
        for (let k = key; k !== start;) path.push((k = from.get(k) as string));
        return path;
      }
      if (component.has(to) && !from.has(to)) {
        from.set(to, key);
        queue.push(to);
      }
    }
  }
  return [...component];
}

/** Keys of nodes that can never open, however much is done: the fixpoint of unlocking with every day reached. */
export function neverOpen(draft: Pick<MapDraft, 'stages' | 'nodes'>): string[] {
  const stageIndex = new Map(draft.stages.map((s, i) => [s.key, i]));
  const done = new Set<string>();
  let grew = true;
  while (grew) {
    grew = false;
    const complete = draft.stages.map((s) =>
      draft.nodes.every((n) => n.stage !== s.key || !isRequired(n) || done.has(n.key)),
    );
    for (const node of draft.nodes) {
      if (done.has(node.key)) continue;
      const s = stageIndex.get(node.stage) ?? 0;
      if (draft.stages[s]?.gate === 'previous-complete' && s > 0 && !complete[s - 1]) continue;
      const have = node.prereqs.filter((p) => done.has(p)).length;
      if (have < (node.need === 0 ? node.prereqs.length : node.need)) continue;
      done.add(node.key);
      grew = true;
    }
  }
  return draft.nodes.filter((n) => !done.has(n.key)).map((n) => n.key);
}

/** A kind without a room can't be required yet. */
export function isRequired(node: Pick<DraftNode, 'required' | 'kind'>): boolean {
  return node.required && KINDS_WITH_ROOM.has(node.kind);
}

/**
 * Everything that is wrong or doubtful with a draft, errors first.
 * @param targetStatus what `kind` and `code` name; called for nodes with a target
 */
export function mapProblems(
  draft: MapDraft,
  targetStatus: (kind: string, code: string) => TargetStatus | undefined,
): MapProblem[] {
  const problems: MapProblem[] = [];
  const add = (
    code: ProblemCode,
    severity: MapProblem['severity'],
    nodeKeys: string[] = [],
    stageKey: string | null = null,
    params: MapProblem['params'] = {},
  ): void => void problems.push({ code, severity, nodeKeys, stageKey, params });

  const stageIndex = new Map<string, number>();
  draft.stages.forEach((s, i) => {
    if (stageIndex.has(s.key)) add('duplicate-key', 'error', [], s.key, { key: s.key });
    else stageIndex.set(s.key, i);
  });
  const byKey = new Map<string, DraftNode>();
  for (const n of draft.nodes) {
    if (byKey.has(n.key)) add('duplicate-key', 'error', [n.key], n.stage, { key: n.key });
    else byKey.set(n.key, n);
  }
  if (!hasText(draft.title)) add('missing-title', 'error');
  if (draft.stages.length === 0) add('no-stages', 'error');
  if (draft.nodes.length === 0) add('no-nodes', 'error');
  else if (!draft.nodes.some(isRequired)) add('nothing-required', 'error');

  let lastDay = 0;
  for (const stage of draft.stages) {
    if (!hasText(stage.title)) add('missing-title', 'error', [], stage.key);
    if (stage.fromDay <= lastDay || stage.toDay < stage.fromDay || stage.toDay > draft.days) {
      add('stage-days', 'error', [], stage.key, { fromDay: stage.fromDay, toDay: stage.toDay, days: draft.days });
    }
    lastDay = Math.max(lastDay, stage.toDay);
    const inStage = draft.nodes.filter((n) => n.stage === stage.key);
    if (inStage.length === 0) add('empty-stage', 'error', [], stage.key);
    const hours = inStage.reduce((sum, n) => sum + n.minutes, 0) / 60;
    const capacity = ((stage.toDay - stage.fromDay + 1) / 30) * draft.capacityHours;
    if (hours > capacity) {
      add('over-capacity', 'warning', [], stage.key, {
        hours: Math.round(hours * 10) / 10,
        capacity: Math.round(capacity * 10) / 10,
      });
    }
  }

  for (const node of draft.nodes) {
    const keys = [node.key];
    const s = stageIndex.get(node.stage);
    if (s === undefined) add('unknown-stage', 'error', keys, null, { stage: node.stage });
    const stage = s === undefined ? undefined : draft.stages[s];
    if (!hasText(node.title)) add('missing-title', 'error', keys, node.stage);
    for (const p of node.prereqs) {
      const prereq = byKey.get(p);
      if (!prereq) add('unknown-prerequisite', 'error', keys, node.stage, { prerequisite: p });
      else if (s !== undefined && (stageIndex.get(prereq.stage) ?? 0) > s) {
        add('later-prerequisite', 'error', [node.key, p], node.stage, { prerequisite: p });
      } else if (node.dueDay !== null && prereq.dueDay !== null && isRequired(prereq) && prereq.dueDay > node.dueDay) {
        add('due-before-prerequisite', 'warning', [node.key, p], node.stage, {
          dueDay: node.dueDay,
          prerequisiteDueDay: prereq.dueDay,
        });
      }
    }
    if (node.need < 0 || node.need > node.prereqs.length || new Set(node.prereqs).size !== node.prereqs.length) {
      add('bad-need', 'error', keys, node.stage, { need: node.need, prerequisites: node.prereqs.length });
    }
    if (!KINDS_WITH_ROOM.has(node.kind)) add('not-yet', 'warning', keys, node.stage, { kind: node.kind });
    const targetKind = targetKindOf(node.kind);
    if (targetKind) {
      const status = node.targetCode ? targetStatus(targetKind, node.targetCode) : undefined;
      if (status === undefined || status === 'draft') {
        add('missing-target', 'error', keys, node.stage, { kind: targetKind, target: node.targetCode ?? '' });
      } else if (status === 'archived') {
        add('archived-target', 'error', keys, node.stage, { kind: targetKind, target: node.targetCode ?? '' });
      }
    }
    const counts = node.kind === 'mentor-meetings' || (node.kind === 'milestone' && node.evidence?.kind !== 'text');
    if ((node.kind === 'milestone' && !node.evidence) || (counts && !((node.evidence?.target ?? 0) > 0))) {
      add('evidence-missing', 'error', keys, node.stage);
    }
    if (node.dueDay !== null && node.dueDay < 1) {
      add('due-before-start', 'error', keys, node.stage, { dueDay: node.dueDay });
    } else if (stage && node.dueDay !== null && (node.dueDay < stage.fromDay || node.dueDay > stage.toDay)) {
      add('due-outside-stage', 'warning', keys, node.stage, {
        dueDay: node.dueDay,
        fromDay: stage.fromDay,
        toDay: stage.toDay,
      });
    }
  }

  const inCycle = new Set<string>();
  for (const cycle of cyclesOf(draft.nodes)) {
    for (const key of cycle) inCycle.add(key);
    add('cycle', 'error', cycle, byKey.get(cycle[0] as string)?.stage ?? null);
  }
  // What waits behind a circle or a prerequisite that is gone opens once that one is mended: no error of its own.
  const mended = draft.nodes.map((n) => {
    const prereqs = n.prereqs.filter((p) => byKey.has(p) && !(inCycle.has(n.key) && inCycle.has(p)));
    return { ...n, prereqs, need: Math.min(n.need, prereqs.length) };
  });
  for (const key of neverOpen({ stages: draft.stages, nodes: mended })) {
    add('unreachable', 'error', [key], byKey.get(key)?.stage ?? null);
  }
  return problems.sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}
