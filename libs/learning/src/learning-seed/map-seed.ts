import type { Text } from '@waymark/kernel';
import type { DraftNode, Evidence, Gate, MapDraft, NodeKind } from '../learning-map/learning-map.js';
import { NODE_KINDS } from '../learning-map/learning-map.js';

/** A map as a file: seeds/demo/maps/*.yaml, described in seeds/demo/README.md. */
export interface MapSeed {
  code: string;
  job_role?: string;
  title: Text;
  summary?: Text;
  duration_days: number;
  enrol?: { on: 'job-role-joined'; start: 'hire-date' };
  stages: {
    key: string;
    title: Text;
    days: { from: number; to: number };
    goal?: Text;
    gate: Gate;
    nodes: NodeSeed[];
  }[];
}
interface NodeSeed {
  key: string;
  kind: string;
  title: Text;
  why?: Text;
  body?: Text;
  required: boolean;
  requires: string[];
  need: 'all' | number;
  due_day?: number;
  minutes: number;
  target?: { kind: string; code: string };
  lane?: number;
  milestone?: {
    evidence?: ('text' | 'file' | 'link')[];
    counter?: { target: number; unit?: Text | string };
    number?: { target: number; unit?: Text | string };
    instructions?: Text;
  };
}

const asText = (value: Text | string | undefined): Text =>
  typeof value === 'string' ? { 'zh-CN': value, en: value } : (value ?? {});

function kindOf(kind: string): NodeKind {
  if (kind === 'feedback-360') return '360';
  const found = NODE_KINDS.find((k) => k === kind);
  if (!found) throw new Error(`Unknown kind of node: ${kind}`);
  return found;
}

function evidenceOf(seed: NodeSeed): Evidence | null {
  const m = seed.milestone;
  if (!m) return null;
  const parts = m.evidence ?? [];
  const counted = m.counter ?? m.number;
  return {
    kind: m.counter ? 'counter' : m.number ? 'number' : 'text',
    target: counted?.target ?? null,
    unit: asText(counted?.unit),
    needsText: parts.includes('text'),
    minFiles: parts.includes('file') || parts.includes('link') ? 1 : 0,
    instructions: m.instructions ?? {},
  };
}

export function draftOfSeed(seed: MapSeed): MapDraft {
  return {
    title: seed.title,
    summary: seed.summary ?? {},
    days: seed.duration_days,
    workingDays: false,
    capacityHours: 40,
    stages: seed.stages.map((s) => ({
      key: s.key,
      title: s.title,
      goal: s.goal ?? {},
      fromDay: s.days.from,
      toDay: s.days.to,
      gate: s.gate,
    })),
    nodes: seed.stages.flatMap((s) =>
      s.nodes.map((n): DraftNode => ({
        key: n.key,
        stage: s.key,
        kind: kindOf(n.kind),
        title: n.title,
        summary: n.why ?? {},
        body: n.body ?? {},
        required: n.required,
        prereqs: n.requires,
        need: n.need === 'all' ? 0 : n.need,
        dueDay: n.due_day ?? null,
        minutes: n.minutes,
        targetCode: n.target?.code ?? null,
        carryMonths: null,
        evidence: evidenceOf(n),
        lane: n.lane ?? 0,
      })),
    ),
  };
}
