import type { NodeState } from '@waymark/web-ui';
import type { RouteLocationRaw } from 'vue-router';
import { day, daysBetween, score, today, weekday } from '../../app/format.js';
import { t } from '../../app/i18n.js';

/** What is known of a node wherever it is shown. */
export interface NodeFacts {
  kind: string;
  state: NodeState;
  dueOn?: string | null;
  completedOn?: string | null;
  late?: boolean;
  unitsDone: number;
  unitsOf: number;
  scoreBp?: number | null;
  optional?: boolean;
  /** Blockers that are still missing, when that is known. */
  missing?: number;
}

/** Kinds that can be done here; the others are planned on a map, wait for nobody and keep nobody. */
export const DOABLE: ReadonlySet<string> = new Set([
  'course',
  'quiz',
  'exam',
  'milestone',
  'reading',
  'mentor-meetings',
]);
const notYet = (facts: NodeFacts): boolean => facts.state === 'locked' && !DOABLE.has(facts.kind);

export type Tone = 'plain' | 'pine' | 'lake' | 'brick';

export const open = (state: NodeState): boolean => state === 'available' || state === 'in-progress';

export function lateWords(dueOn: string | null | undefined, now = today()): string {
  return dueOn ? t('node.late', { n: Math.max(1, daysBetween(dueOn, now)) }, Math.max(1, daysBetween(dueOn, now))) : '';
}

/** Friday within the week, else the date. */
export function dueWords(dueOn: string, now = today()): string {
  const left = daysBetween(now, dueOn);
  if (left === 0) return t('node.dueToday');
  if (left === 1) return t('node.dueTomorrow');
  return t('node.dueOn', { day: left > 0 && left < 7 ? weekday(dueOn, true) : day(dueOn) });
}

function counted(facts: NodeFacts): string | null {
  if (facts.unitsOf < 2) return null;
  return t(facts.kind === 'course' ? 'node.lessons' : 'node.counted', { done: facts.unitsDone, of: facts.unitsOf });
}

/** The line below a station: how far, how late, when done. */
export function stationNotes(facts: NodeFacts): string[] {
  const notes: string[] = [];
  switch (facts.state) {
    case 'completed':
      if (facts.scoreBp != null) return [t('node.score', { n: score(facts.scoreBp) })];
      return [facts.completedOn ? t('node.completedOn', { day: day(facts.completedOn) }) : t('node.state.completed')];
    case 'waived':
      return [t('node.state.waived')];
    case 'submitted':
      return [t('node.state.submitted')];
    case 'locked':
      if (notYet(facts)) return [t('node.notYet')];
      notes.push(t('node.state.locked'));
      if (facts.missing && facts.missing > 1) notes.push(t('node.missing', { n: facts.missing }));
      return notes;
    default: {
      const count = counted(facts);
      if (facts.optional) notes.push(t('node.optional'));
      if (count && facts.state === 'in-progress') notes.push(count);
      if (facts.late) notes.push(lateWords(facts.dueOn));
      if (notes.length === 0 || (notes.length === 1 && facts.optional)) notes.push(t(`node.state.${facts.state}`));
      return notes;
    }
  }
}

/** What stands at the end of a row: the one thing to know, and its colour. */
export function rowWords(facts: NodeFacts): { text: string; tone: Tone } {
  if (notYet(facts)) return { text: t('node.notYet'), tone: 'plain' };
  if (facts.late && (open(facts.state) || facts.state === 'locked'))
    return { text: lateWords(facts.dueOn), tone: 'brick' };
  if (facts.state === 'submitted') return { text: t('node.withMentor'), tone: 'lake' };
  if (facts.state === 'completed') return { text: stationNotes(facts)[0] ?? '', tone: 'plain' };
  if (facts.state === 'waived') return { text: t('node.state.waived'), tone: 'plain' };
  if (facts.dueOn) return { text: dueWords(facts.dueOn), tone: 'plain' };
  return { text: t(`node.state.${facts.state}`), tone: open(facts.state) ? 'pine' : 'plain' };
}

export function share(facts: { unitsDone: number; unitsOf: number }): number {
  return facts.unitsOf > 0 ? Math.min(1, facts.unitsDone / facts.unitsOf) : 0;
}

export interface StepTarget {
  kind: string;
  nodeId: string;
  enrolmentId: string;
  targetCode?: string | null;
  /** The lesson to go on with, when it is known. */
  lessonKey?: string | null;
}

/** The page where a node is worked on; kinds without a page of their own open their sheet on the map. */
export function stepRoute(step: StepTarget): RouteLocationRaw {
  if (step.kind === 'course' && step.targetCode) {
    return step.lessonKey
      ? { name: 'lesson', params: { course: step.targetCode, lesson: step.lessonKey } }
      : { name: 'course', params: { course: step.targetCode } };
  }
  if ((step.kind === 'quiz' || step.kind === 'exam') && step.targetCode) {
    return { name: 'assessment', params: { code: step.targetCode } };
  }
  if (step.kind === 'milestone')
    return { name: 'milestone', params: { enrolment: step.enrolmentId, node: step.nodeId } };
  return { name: 'map', query: { node: step.nodeId } };
}

/** What the button to a node says. */
export function stepVerb(kind: string, state: NodeState, scoreBp?: number | null): string {
  if ((kind === 'exam' || kind === 'quiz') && open(state) && scoreBp != null) return t('today.retake');
  if (kind === 'exam') return t('today.takeExam');
  if (kind === 'quiz') return t('today.takeQuiz');
  if (kind === 'milestone') return t('today.log');
  if (kind === 'course') return t(state === 'in-progress' ? 'today.resume' : 'today.begin');
  return t('today.take');
}
