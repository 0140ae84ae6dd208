import { addDays, type LocalDay } from '@waymark/kernel';
import { afterLeave, NEVER_AWAY, type Away } from '../enrolment/due-day.js';
import { isDone, STATE, type MapGraph, type ProgressColumns } from '../learning-map/learning-map.js';

/** A day after every day gate: what is unlocked but for the calendar. Stored states are evaluated on it. */
export const END_OF_TIME: LocalDay = '9999-12-31';

export interface Unlocked {
  state: number[];
  stageOpen: boolean[];
  /** The day a closed stage opens when only its day gate holds it; null otherwise. */
  stageOpensOn: (LocalDay | null)[];
  /** Required nodes completed or waived, and required nodes, per stage. */
  stageDone: number[];
  stageOf: number[];
}

function stageCounts(graph: MapGraph, state: readonly number[]): { done: number[]; of: number[] } {
  const done = graph.stages.map(() => 0);
  const of = graph.stages.map(() => 0);
  graph.nodes.forEach((node, i) => {
    if (!node.required) return;
    of[node.stage] = (of[node.stage] ?? 0) + 1;
    if (isDone(state[i] ?? 0)) done[node.stage] = (done[node.stage] ?? 0) + 1;
  });
  return { done, of };
}

/**
 * The one rule that says what is open: every node's state from what was done and the day.
 * A node is open when its stage is open and its prerequisites are met; what was begun, handed in, completed or waived
 * stays so whatever the locks say. A node of a kind without a room is never open itself, and counts as met for
 * those after it as soon as it would be open.
 * @param facts per node: 0 or 1 nothing done yet, else in progress, submitted, completed, waived
 * @param startDay day 1
 * @param away day gates move on with a leave of absence exactly as due days do, so none opens after what it guards is due
 */
export function unlock(
  graph: MapGraph,
  facts: readonly number[],
  startDay: LocalDay,
  today: LocalDay,
  away: Away = NEVER_AWAY,
): Unlocked {
  const { done, of } = stageCounts(graph, facts);
  const stageOpensOn: (LocalDay | null)[] = [];
  const stageOpen = graph.stages.map((stage, s) => {
    const opens = afterLeave(addDays(startDay, stage.fromDay - 1), startDay, away.leaves, away.calendar);
    const waits = stage.gate === 'day-reached' && today < opens;
    stageOpensOn.push(waits ? opens : null);
    if (waits) return false;
    return stage.gate !== 'previous-complete' || s === 0 || done[s - 1] === of[s - 1];
  });
  const met: boolean[] = [];
  const state = graph.nodes.map((node, i) => {
    const fact = facts[i] ?? 0;
    const need = node.need === 0 ? node.prereqs.length : node.need;
    let have = 0;
    for (const p of node.prereqs) if (met[p]) have += 1;
    const open = (stageOpen[node.stage] ?? false) && have >= need;
    met[i] = isDone(fact) || (node.notYet && open);
    if (fact >= STATE.inProgress) return fact;
    return open && !node.notYet ? STATE.available : STATE.locked;
  });
  return { state, stageOpen, stageOpensOn, stageDone: done, stageOf: of };
}

export type Blocker =
  | { kind: 'node'; node: number }
  | { kind: 'stage'; node: number }
  | { kind: 'day'; opensOn: LocalDay }
  | { kind: 'not-yet' };

/**
 * Why a node is locked: the prerequisites not met, the required nodes that keep the earlier stage incomplete, the day
 * its stage opens. Empty for a node that is not locked.
 */
export function blockersOf(
  graph: MapGraph,
  unlocked: Unlocked,
  index: number,
): { blockers: Blocker[]; satisfied: number[]; need: number } {
  const node = graph.nodes[index];
  if (!node || unlocked.state[index] !== STATE.locked) return { blockers: [], satisfied: [], need: 0 };
  const blockers: Blocker[] = node.notYet ? [{ kind: 'not-yet' }] : [];
  const satisfied = node.prereqs.filter((p) => isMet(graph, unlocked, p));
  const open = node.prereqs.filter((p) => !satisfied.includes(p));
  const need = Math.max(0, (node.need === 0 ? node.prereqs.length : node.need) - satisfied.length);
  if (need > 0) for (const p of open) blockers.push({ kind: 'node', node: p });
  const opensOn = unlocked.stageOpensOn[node.stage];
  if (opensOn) blockers.push({ kind: 'day', opensOn });
  else if (!unlocked.stageOpen[node.stage]) {
    graph.nodes.forEach((other, i) => {
      if (other.stage === node.stage - 1 && other.required && !isDone(unlocked.state[i] ?? 0))
        blockers.push({ kind: 'stage', node: i });
    });
  }
  return { blockers, satisfied, need };
}

function isMet(graph: MapGraph, unlocked: Unlocked, i: number): boolean {
  const node = graph.nodes[i];
  if (!node) return false;
  if (isDone(unlocked.state[i] ?? 0)) return true;
  if (!node.notYet || !unlocked.stageOpen[node.stage]) return false;
  const have = node.prereqs.filter((p) => isMet(graph, unlocked, p)).length;
  return have >= (node.need === 0 ? node.prereqs.length : node.need);
}

export interface Counters {
  done: number;
  total: number;
  /** Due days of required nodes not done, ascending. */
  openDue: LocalDay[];
  nextDueOn: LocalDay | null;
}

export function countersOf(graph: MapGraph, columns: Pick<ProgressColumns, 'state' | 'dueOn'>): Counters {
  let done = 0;
  let total = 0;
  const openDue: LocalDay[] = [];
  graph.nodes.forEach((node, i) => {
    if (!node.required) return;
    total += 1;
    const due = columns.dueOn[i];
    if (isDone(columns.state[i] ?? 0)) done += 1;
    else if (due) openDue.push(due);
  });
  openDue.sort();
  return { done, total, openDue, nextDueOn: openDue[0] ?? null };
}

/** Late is a flag beside the state: not done and the due day is over. Whoever shows it asks only about required nodes: what is optional is no debt. */
export function isLate(state: number, dueOn: LocalDay | null | undefined, today: LocalDay): boolean {
  return !isDone(state) && dueOn !== null && dueOn !== undefined && dueOn < today;
}

export interface NodeFact {
  index: number;
  state: number;
  unitsDone?: number;
  unitsOf?: number;
  scoreBp?: number | null;
  /** The day it happened. */
  day: LocalDay;
}

export interface Advance {
  columns: ProgressColumns;
  counters: Counters;
  changed: boolean;
  /** Nodes that are done now and were not before, in order of index. */
  completed: number[];
  unlocked: number[];
  /** Stages whose last required node was completed by this. */
  stages: number[];
  /** All required nodes are done now and were not before. */
  finished: boolean;
}

/**
 * Takes facts into stored progress. A fact never takes anything back: a state only rises (a submission may return to
 * in progress), units and scores only grow. Facts in any order and grouping end in the same columns.
 */
export function advance(
  graph: MapGraph,
  before: ProgressColumns,
  facts: readonly NodeFact[],
  startDay: LocalDay,
): Advance {
  const columns: ProgressColumns = {
    state: [...before.state],
    dueOn: [...before.dueOn],
    completedOn: [...before.completedOn],
    unitsDone: [...before.unitsDone],
    unitsOf: [...before.unitsOf],
    scoreBp: [...before.scoreBp],
  };
  const completed = new Set<number>();
  for (const fact of facts) {
    const i = fact.index;
    const was = columns.state[i] ?? 0;
    const returned = was === STATE.submitted && fact.state === STATE.inProgress;
    if (!isDone(was) && (fact.state > was || returned)) {
      columns.state[i] = fact.state;
      if (isDone(fact.state)) {
        columns.completedOn[i] = fact.day;
        completed.add(i);
      }
    }
    columns.unitsOf[i] = Math.max(columns.unitsOf[i] ?? 0, fact.unitsOf ?? 0);
    columns.unitsDone[i] = Math.max(columns.unitsDone[i] ?? 0, fact.unitsDone ?? 0);
    if (fact.scoreBp !== undefined && fact.scoreBp !== null)
      columns.scoreBp[i] = Math.max(columns.scoreBp[i] ?? 0, fact.scoreBp);
  }
  const old = stageCounts(graph, before.state);
  const now = unlock(graph, columns.state, startDay, END_OF_TIME);
  columns.state = now.state;
  const counters = countersOf(graph, columns);
  const doneBefore = old.done.reduce((a, b) => a + b, 0);
  return {
    columns,
    counters,
    changed: differ(columns, before),
    completed: [...completed].sort((a, b) => a - b),
    unlocked: now.state.flatMap((s, i) =>
      s === STATE.available && (before.state[i] ?? 0) === STATE.locked ? [i] : [],
    ),
    stages: now.stageDone.flatMap((d, s) => (d === now.stageOf[s] && d > (old.done[s] ?? 0) ? [s] : [])),
    finished: counters.done === counters.total && doneBefore < counters.total,
  };
}

function differ(a: ProgressColumns, b: ProgressColumns): boolean {
  const unlike = (x: readonly unknown[], y: readonly unknown[]): boolean =>
    x.length !== y.length || x.some((v, i) => v !== y[i]);
  return (Object.keys(a) as (keyof ProgressColumns)[]).some((column) => unlike(a[column], b[column]));
}

/** Columns of somebody who has done nothing yet. */
export function emptyColumns(
  graph: MapGraph,
  dueOn: (LocalDay | null)[],
  unitsOf: readonly number[],
  startDay: LocalDay,
): ProgressColumns {
  const n = graph.nodes.length;
  return {
    state: unlock(graph, new Array<number>(n).fill(0), startDay, END_OF_TIME).state,
    dueOn,
    completedOn: new Array<LocalDay | null>(n).fill(null),
    unitsDone: new Array<number>(n).fill(0),
    unitsOf: graph.nodes.map((_, i) => unitsOf[i] ?? 0),
    scoreBp: new Array<number | null>(n).fill(null),
  };
}
