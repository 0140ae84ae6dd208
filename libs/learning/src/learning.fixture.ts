import { newId, type LocalDay } from '@waymark/kernel';
import { Inject, Module } from '@nestjs/common';
import type { TestServer } from '@waymark/testing';
import { Enrolments } from './enrolment/enrolments.service.js';
import { LearningCoreModule } from './learning-core.module.js';
import type { DraftNode, Evidence, MapDraft, TargetKind } from './learning-map/learning-map.js';
import { LearningMaps } from './learning-map/learning-maps.service.js';
import { MapTargets, type MapTarget } from './learning-map/map-targets.service.js';

/** Stands in for courses and exams: whatever code is asked for exists, unless it says otherwise. */
export const knownTargets = new Map<string, MapTarget>();
export function target(kind: TargetKind, code: string): MapTarget {
  const key = `${kind}:${code}`;
  let found = knownTargets.get(key);
  if (!found) {
    const status = code.startsWith('archived') ? 'archived' : 'published';
    knownTargets.set(key, (found = { kind, code, id: newId(), title: `title of ${code}`, minutes: 30, units: 4, status }));
  }
  return found;
}

@Module({ imports: [LearningCoreModule] })
export class LearningTestModule {
  constructor(@Inject(MapTargets) targets: MapTargets) {
    targets.register({
      kinds: ['course', 'quiz', 'exam'],
      byCode: (_tx, kind, codes) => Promise.resolve(codes.filter((c) => !c.startsWith('missing')).map((c) => target(kind, c))),
      search: (_tx, kind, text) => Promise.resolve([...knownTargets.values()].filter((t) => t.kind === kind && t.code.includes(text))),
    });
  }
}

export const counter = (n: number): Evidence => ({
  kind: 'counter',
  target: n,
  unit: { 'zh-CN': '次', en: 'times' },
  needsText: false,
  minFiles: 0,
  instructions: {},
});
export const words: Evidence = { kind: 'text', target: null, unit: {}, needsText: true, minFiles: 0, instructions: {} };

export function node(key: string, over: Partial<DraftNode> = {}): DraftNode {
  return {
    key,
    stage: 'know',
    kind: 'reading',
    title: { 'zh-CN': `节点 ${key}`, en: `Node ${key}` },
    summary: { en: `why ${key}` },
    body: {},
    required: true,
    prereqs: [],
    need: 0,
    dueDay: null,
    minutes: 30,
    targetCode: null,
    carryMonths: null,
    evidence: null,
    lane: 0,
    ...over,
  };
}

export function draft(nodes: DraftNode[], over: Partial<MapDraft> = {}): MapDraft {
  return {
    title: { 'zh-CN': '新商务 90 天', en: 'New business, 90 days' },
    summary: {},
    days: 60,
    workingDays: false,
    capacityHours: 40,
    stages: [
      { key: 'know', title: { en: 'Know' }, goal: { en: 'know it' }, fromDay: 1, toDay: 30, gate: 'none' },
      { key: 'practise', title: { en: 'Practise' }, goal: {}, fromDay: 31, toDay: 60, gate: 'previous-complete' },
    ],
    nodes,
    ...over,
  };
}

/** A small map with every kind that has a room. */
export const sample: DraftNode[] = [
  node('letter', { dueDay: 1 }),
  node('basics', { kind: 'course', targetCode: 'basics', prereqs: ['letter'], dueDay: 5 }),
  node('talks', { kind: 'milestone', prereqs: ['letter'], dueDay: 18, evidence: counter(2) }),
  node('club', { kind: 'showcase', required: true, prereqs: ['basics'], dueDay: 20 }),
  node('newcomer', { kind: 'exam', targetCode: 'newcomer', prereqs: ['basics', 'talks'], need: 1, dueDay: 28 }),
  node('meetings', { stage: 'practise', kind: 'mentor-meetings', dueDay: 50, evidence: counter(4) }),
  node('proposal', { stage: 'practise', kind: 'milestone', dueDay: 55, evidence: words }),
  node('extra', { stage: 'practise', required: false }),
];

let maps = 0;
export async function makeMap(server: TestServer, nodes: DraftNode[] = sample, over: Partial<MapDraft> = {}) {
  maps += 1;
  const code = `map-${maps}`;
  const service = server.get(LearningMaps);
  const mapId = await service.create(null, { code, title: { en: code }, document: draft(nodes, over) });
  const versionId = await service.publish(null, mapId, { revision: 1, summary: 'first', move: 'none' });
  return { mapId, code, versionId };
}

export async function enrol(server: TestServer, mapId: string, personId: string, startDay: LocalDay): Promise<string> {
  return server.db.transaction(async (tx) => {
    await server.get(Enrolments).enrol(tx, { mapId, people: [{ personId, startDay }], source: 'manual', actorId: null });
    const open = await server.get(Enrolments).openEnrolments(tx, [personId]);
    return open.get(personId)?.find((e) => e.mapId === mapId)?.id as string;
  });
}
