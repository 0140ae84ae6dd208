import type { LocalDay, Text } from '@waymark/kernel';

export const NODE_KINDS = [
  'course',
  'quiz',
  'exam',
  'practical',
  'showcase',
  'milestone',
  'homework',
  'reading',
  'survey',
  'class-session',
  '360',
  'mentor-meetings',
] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

/** Kinds that a learner can complete today. The others may be planned on a map, but never hold anybody up. */
export const KINDS_WITH_ROOM: ReadonlySet<NodeKind> = new Set<NodeKind>([
  'course',
  'quiz',
  'exam',
  'milestone',
  'reading',
  'mentor-meetings',
]);
/** Kinds that point at something outside the map, by its code. */
export const TARGET_KINDS = ['course', 'quiz', 'exam'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];
export function targetKindOf(kind: NodeKind): TargetKind | null {
  return (TARGET_KINDS as readonly string[]).includes(kind) ? (kind as TargetKind) : null;
}

export const GATES = ['none', 'previous-complete', 'day-reached'] as const;
export type Gate = (typeof GATES)[number];

/** Index = the number in the state columns. */
export const NODE_STATES = ['locked', 'available', 'in-progress', 'submitted', 'completed', 'waived'] as const;
export type NodeState = (typeof NODE_STATES)[number];
export const STATE = { locked: 0, available: 1, inProgress: 2, submitted: 3, completed: 4, waived: 5 } as const;

export function isDone(state: number): boolean {
  return state >= STATE.completed;
}

/** What a milestone or a series of mentor meetings asks for. */
export interface Evidence {
  /** text: words; counter: `target` dated entries; number: a value of at least `target`. */
  kind: 'text' | 'counter' | 'number';
  target: number | null;
  unit: Text;
  needsText: boolean;
  minFiles: number;
  instructions: Text;
}

export interface DraftStage {
  key: string;
  title: Text;
  goal: Text;
  /** Days from the start, the first day is 1; both inclusive. */
  fromDay: number;
  toDay: number;
  gate: Gate;
}

export interface DraftNode {
  /** Immutable in the map: progress follows it from version to version. */
  key: string;
  stage: string;
  kind: NodeKind;
  title: Text;
  summary: Text;
  /** Markdown of a reading; empty for the other kinds. */
  body: Text;
  required: boolean;
  prereqs: string[];
  /** 0 = all prerequisites, n = any n of them. */
  need: number;
  dueDay: number | null;
  minutes: number;
  targetCode: string | null;
  /** A target completed longer ago than this many months before the start does not count; null = any time. */
  carryMonths: number | null;
  evidence: Evidence | null;
  /** The builder's row in its stage; nodes of a stage stand in list order. */
  lane: number;
}

/** The editable map, texts in all languages, everything named by key or code. */
export interface MapDraft {
  title: Text;
  summary: Text;
  days: number;
  /** Due days count working days of the site's calendar instead of calendar days. */
  workingDays: boolean;
  /** Hours of learning that 30 days can hold before a stage is reported as too full. */
  capacityHours: number;
  stages: DraftStage[];
  nodes: DraftNode[];
}

/** Characters of a draft as JSON: a request body holds one with room to spare. */
export const MAX_DRAFT_LENGTH = 900_000;

export interface GraphStage {
  fromDay: number;
  toDay: number;
  gate: Gate;
}
export interface GraphNode {
  stage: number;
  required: boolean;
  notYet: boolean;
  prereqs: readonly number[];
  need: number;
}
/** The structure that unlocking needs. Prerequisites point at earlier indices. */
export interface MapGraph {
  stages: readonly GraphStage[];
  nodes: readonly GraphNode[];
}

export interface DocumentStage extends GraphStage {
  id: string;
  key: string;
  title: string;
  goal: string;
}
export interface DocumentNode extends GraphNode {
  id: string;
  key: string;
  kind: NodeKind;
  title: string;
  summary: string;
  body: string;
  dueDay: number | null;
  minutes: number;
  target: { kind: TargetKind; id: string; code: string } | null;
  /** 0 left, 1 right, 2 middle. */
  lane: number;
  /** Row in its stage, from 0. */
  row: number;
  evidence: {
    kind: Evidence['kind'];
    target: number | null;
    unit: string;
    needsText: boolean;
    minFiles: number;
    instructions: string;
  } | null;
}
/** A published version in one language, as the web app fetches it. */
export interface MapDocument {
  versionId: string;
  mapId: string;
  code: string;
  number: number;
  title: string;
  summary: string;
  days: number;
  workingDays: boolean;
  locale: string;
  stages: DocumentStage[];
  nodes: DocumentNode[];
  /** Planned hours per week of the path. */
  ridge: number[];
}

/** An element per node, in the order of the version. */
export interface ProgressColumns {
  state: number[];
  dueOn: (LocalDay | null)[];
  completedOn: (LocalDay | null)[];
  unitsDone: number[];
  unitsOf: number[];
  scoreBp: (number | null)[];
}
