import { addDays, pickText, type Locale, type LocalDay } from '@waymark/kernel';
import { dueDaysOf } from '../enrolment/due-day.js';
import type { MapDocument, MapDraft } from '../learning-map/learning-map.js';
import { structureOf } from '../learning-map/map-structure.js';
import { plannedHours } from '../learning-map/planned-hours.js';
import { unlock } from '../unlocking/unlocking.js';
import { localEvidence } from './local-evidence.js';

const START: LocalDay = '2026-01-05';

/** A draft as its document, and the columns of somebody who has done nothing by that day. Keys stand for ids. */
export function previewDraft(
  mapId: string,
  draft: MapDraft,
  day: number,
  locale: Locale,
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
  const unlocked = unlock({ stages, nodes }, [], START, today);
  const none = nodes.map(() => null);
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
      startDay: START,
      today,
      day,
      state: unlocked.state,
      due: dueDaysOf(nodes, START, null),
      completed: none,
      stageDone: unlocked.stageDone,
      stageOf: unlocked.stageOf,
      stageOpen: unlocked.stageOpen.map(Number),
      stageOpensOn: unlocked.stageOpensOn,
    },
  };
}
