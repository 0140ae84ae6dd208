import { addDays, pickText, type Locale, type LocalDay } from '@waymark/kernel';
import { dueDaysOf } from '../enrolment/due-day.js';
import { STATE, type MapDocument, type MapDraft } from '../learning-map/learning-map.js';
import { structureOf } from '../learning-map/map-structure.js';
import { plannedHours } from '../learning-map/planned-hours.js';
import { nextStep } from '../today/next-step.js';
import { isLate, unlock } from '../unlocking/unlocking.js';
import { localEvidence } from './local-evidence.js';

const START: LocalDay = '2026-01-05';

/** What the imagined learner has done by the day: nothing, or everything that was due before it. */
export const PACES = ['nothing', 'on-time'] as const;
export type Pace = (typeof PACES)[number];
export function isPace(value: string): value is Pace {
  return (PACES as readonly string[]).includes(value);
}

/** A draft as its document, and the columns of an imagined learner on a day of the path. Keys stand for ids. */
export function previewDraft(
  mapId: string,
  draft: MapDraft,
  day: number,
  locale: Locale,
  pace: Pace = 'nothing',
): { document: MapDocument; columns: object } {
  const structure = structureOf(draft);
  const nodes = structure.nodes.map(({ draft: n, ...g }) => ({
    ...g,
    id: n.key,
    key: n.key,
    kind: n.kind,
    title: pickText(n.title, locale),
    summary: pickText(n.summary, locale),
    body: pickText(n.body, locale),
    dueDay: n.dueDay,
    minutes: n.minutes,
    target: null,
    evidence: n.evidence ? localEvidence(n.evidence, locale) : null,
  }));
  const stages = structure.stages.map((s) => ({
    ...s,
    id: s.key,
    title: pickText(s.title, locale),
    goal: pickText(s.goal, locale),
  }));
  const today = addDays(START, day - 1);
  const due = dueDaysOf(nodes, START, null);
  const done = nodes.map((n) => pace === 'on-time' && !n.notYet && (n.dueDay ?? stages[n.stage]?.toDay ?? 0) < day);
  const unlocked = unlock(
    { stages, nodes },
    done.map((d) => (d ? STATE.completed : STATE.locked)),
    START,
    today,
  );
  const zeros = nodes.map(() => 0);
  const state = unlocked.state;
  const required = nodes.flatMap((n, i) => (n.required ? [i] : []));
  const late = state.map((s, i) => (nodes[i]?.required && !nodes[i].notYet && isLate(s, due[i], today) ? 1 : 0));
  return {
    document: {
      versionId: mapId,
      mapId,
      code: '',
      number: 0,
      title: pickText(draft.title, locale),
      summary: pickText(draft.summary, locale),
      days: draft.days,
      workingDays: draft.workingDays,
      locale,
      stages,
      nodes,
      ridge: plannedHours(stages, nodes, draft.days),
    },
    columns: {
      enrolmentId: '',
      versionId: mapId,
      documentUrl: '',
      startDay: START,
      today,
      day,
      days: draft.days,
      status: 'open',
      completedOn: null,
      done: required.filter((i) => done[i]).length,
      total: required.length,
      overdue: required.filter((i) => late[i] === 1).length,
      nextDueOn: required.flatMap((i) => (done[i] ? [] : (due[i] ?? []))).sort()[0] ?? null,
      here: nextStep(nodes, { state, dueOn: due, unitsDone: zeros, unitsOf: zeros }, today),
      state,
      due,
      completed: done.map((d, i) => (d ? (due[i] ?? null) : null)),
      late,
      unitsDone: zeros,
      unitsOf: zeros,
      scoreBp: nodes.map(() => null),
      stageDone: unlocked.stageDone,
      stageOf: unlocked.stageOf,
      stageOpen: unlocked.stageOpen.map(Number),
      stageOpensOn: unlocked.stageOpensOn,
    },
  };
}
