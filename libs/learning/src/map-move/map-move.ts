import type { LocalDay } from '@waymark/kernel';
import { broughtAlong, carryOver, type KnownFact } from '../enrolment/carry-over.js';
import { isDone, STATE, type GraphNode, type MapGraph, type ProgressColumns } from '../learning-map/learning-map.js';
import { advance, emptyColumns, type Advance, type NodeFact } from '../unlocking/unlocking.js';
import { latenessAtBest, minutesLeft, scheduleOf, type Schedule } from './lateness.js';

export interface MoveNode extends GraphNode {
  key: string;
  kind: string;
  dueDay: number | null;
  minutes: number;
  target: { kind: string; id: string } | null;
  carryMonths: number | null;
  evidence: { kind: string; target: number | null } | null;
}
/** A version, or a draft, as somebody who moves between two of them needs it. */
export interface MoveMap extends MapGraph {
  workingDays: boolean;
  capacityHours: number;
  nodes: readonly MoveNode[];
  indexByKey: ReadonlyMap<string, number>;
}

const NOTHING: ReadonlyMap<string, KnownFact> = new Map();

/** Units that the map itself fixes; a course's lessons are counted when it is opened. */
export function staticUnits(node: Pick<MoveNode, 'kind' | 'evidence'>): number {
  const counts = node.kind === 'mentor-meetings' || node.evidence?.kind === 'counter';
  return counts ? Math.round(node.evidence?.target ?? 0) : 0;
}

/** What an enrolment holds, by key of its nodes. */
export function factsOf(map: Pick<MoveMap, 'nodes'>, columns: ProgressColumns): Map<string, KnownFact> {
  const out = new Map<string, KnownFact>();
  map.nodes.forEach((n, i) => {
    const state = columns.state[i] ?? 0;
    if (state < STATE.inProgress) return;
    out.set(n.key, {
      state,
      completedOn: isDone(state) ? (columns.completedOn[i] ?? null) : null,
      unitsDone: columns.unitsDone[i] ?? 0,
      unitsOf: columns.unitsOf[i] ?? 0,
      scoreBp: columns.scoreBp[i] ?? null,
    });
  });
  return out;
}

export interface MoveInput {
  from: MoveMap;
  columns: ProgressColumns;
  to: MoveMap;
  startDay: LocalDay;
  /** The due days in the new version. */
  dueOn: (LocalDay | null)[];
  /** What the person reached on targets, and by key on other maps. */
  byTarget?: ReadonlyMap<string, KnownFact>;
  byKey?: ReadonlyMap<string, KnownFact>;
  /** What the enrolment held in versions it was in before, for nodes that come back. */
  earlier?: ReadonlyMap<string, KnownFact>;
}

/**
 * The progress of an enrolment in another version of its map. What was completed or waived under a key stays so, however
 * long ago and whatever the node points at now; what was begun or handed in stays while it is the same work.
 */
export function moveProgress(input: MoveInput): Advance {
  const { from, to, startDay } = input;
  const own = factsOf(from, input.columns);
  const kept: NodeFact[] = [];
  to.nodes.forEach((node, index) => {
    const was = from.indexByKey.get(node.key);
    const before = was === undefined ? undefined : from.nodes[was];
    const mine = own.get(node.key);
    const earlier = input.earlier?.get(node.key);
    const sameWork = before?.kind === node.kind && before.target?.id === node.target?.id;
    const fact =
      mine && isDone(mine.state) ? mine : earlier && isDone(earlier.state) ? earlier : sameWork ? mine : undefined;
    if (!fact) return;
    kept.push({
      index,
      state: fact.state,
      unitsDone: fact.unitsDone,
      unitsOf: fact.unitsOf,
      scoreBp: fact.scoreBp,
      day: fact.completedOn ?? startDay,
    });
  });
  const held = new Set(kept.map((f) => f.index));
  const carried = carryOver(to.nodes, input.byTarget ?? NOTHING, input.byKey ?? NOTHING, startDay).filter(
    (f) => isDone(f.state) || !held.has(f.index),
  );
  return advance(
    to,
    emptyColumns(to, input.dueOn, to.nodes.map(staticUnits), startDay),
    [...kept, ...carried],
    startDay,
  );
}

/** Two maps side by side: the index in `from` of each node of `to`, -1 where it is new. */
export interface MovePair {
  from: MoveMap;
  to: MoveMap;
  was: readonly number[];
}

export function movePair(from: MoveMap, to: MoveMap): MovePair {
  return { from, to, was: to.nodes.map((n) => from.indexByKey.get(n.key) ?? -1) };
}

/** What somebody has done of a map, and when the rest is due. */
export interface Standing {
  done: readonly boolean[];
  dueOn: readonly (LocalDay | null)[];
  schedule: Schedule;
}

/** What `moveProgress` would leave done, without working out the rest of it. @param earlier keys done in versions before */
export function doneAfterMove(
  { to, was }: MovePair,
  done: readonly boolean[],
  startDay: LocalDay,
  known?: { byTarget: ReadonlyMap<string, KnownFact>; byKey: ReadonlyMap<string, KnownFact> },
  earlier?: ReadonlySet<string>,
): boolean[] {
  return to.nodes.map((node, i) => {
    if (done[was[i] ?? -1] || earlier?.has(node.key)) return true;
    const fact = known && broughtAlong(node, known.byTarget, known.byKey, startDay);
    return fact ? isDone(fact.state) : false;
  });
}

export interface MoveNumbers {
  /** Nodes of the new version that are late now and were not before. */
  newlyOverdue: number[];
  /** Required minutes still to do, after less before. */
  minutesAdded: number;
  /** Days late at best (see `latenessAtBest`). */
  lateBefore: number;
  lateAfter: number;
  /** Nothing required is left in the new version. */
  finishes: boolean;
}

/** @param backOn the day they can go on: today, or the day after a leave */
export function moveNumbers(
  { from, to, was }: MovePair,
  before: Standing,
  after: Standing,
  today: LocalDay,
  backOn: LocalDay,
): MoveNumbers {
  const late = (s: Standing, i: number): boolean => {
    const due = s.dueOn[i];
    return !s.done[i] && due !== null && due !== undefined && due < today;
  };
  const newlyOverdue: number[] = [];
  to.nodes.forEach((node, i) => {
    if (!node.required || !late(after, i)) return;
    const old = was[i] ?? -1;
    if (!(from.nodes[old]?.required && late(before, old))) newlyOverdue.push(i);
  });
  return {
    newlyOverdue,
    minutesAdded: minutesLeft(to.nodes, after.done) - minutesLeft(from.nodes, before.done),
    lateBefore: latenessAtBest(from.nodes, before.schedule, before.done, backOn, from.capacityHours),
    lateAfter: latenessAtBest(to.nodes, after.schedule, after.done, backOn, to.capacityHours),
    finishes: to.nodes.every((n, i) => !n.required || after.done[i]),
  };
}

export interface MoveImpact extends Omit<MoveNumbers, 'newlyOverdue'> {
  /** Keys, in the order of the version they stand in: done before and still there; new; gone; late now and not before. */
  kept: string[];
  fresh: string[];
  dropped: string[];
  newlyOverdue: string[];
  lastDueBefore: LocalDay | null;
  lastDueAfter: LocalDay | null;
}

/** What the move means for one person. @param backOn the day they can go on: today, or the day after a leave */
export function moveImpact(
  from: MoveMap,
  before: Pick<ProgressColumns, 'state' | 'dueOn'>,
  to: MoveMap,
  after: Advance,
  today: LocalDay,
  backOn: LocalDay = today,
): MoveImpact {
  const now = after.columns;
  const { newlyOverdue, ...numbers } = moveNumbers(
    movePair(from, to),
    standingOf(from, before),
    standingOf(to, now),
    today,
    backOn,
  );
  return {
    ...numbers,
    kept: from.nodes.flatMap((n, i) => (isDone(before.state[i] ?? 0) && to.indexByKey.has(n.key) ? [n.key] : [])),
    fresh: to.nodes.flatMap((n) => (from.indexByKey.has(n.key) ? [] : [n.key])),
    dropped: from.nodes.flatMap((n) => (to.indexByKey.has(n.key) ? [] : [n.key])),
    newlyOverdue: newlyOverdue.map((i) => to.nodes[i]?.key ?? ''),
    lastDueBefore: lastDue(from, before),
    lastDueAfter: lastDue(to, now),
  };
}

function standingOf(map: MoveMap, { state, dueOn }: Pick<ProgressColumns, 'state' | 'dueOn'>): Standing {
  return { done: state.map(isDone), dueOn, schedule: scheduleOf(map.nodes, dueOn) };
}

/** Days by which somebody would slip further than they do already; 0 when nothing gets worse. */
export function slipOf(impact: Pick<MoveImpact, 'lateBefore' | 'lateAfter'>): number {
  return Math.max(0, impact.lateAfter - impact.lateBefore);
}

function lastDue(map: MoveMap, columns: Pick<ProgressColumns, 'state' | 'dueOn'>): LocalDay | null {
  let last: LocalDay | null = null;
  map.nodes.forEach((n, i) => {
    const due = columns.dueOn[i] ?? null;
    if (n.required && due && !isDone(columns.state[i] ?? 0) && (last === null || due > last)) last = due;
  });
  return last;
}
