import { Inject, Module } from '@nestjs/common';
import { newId, type LocalDay } from '@waymark/kernel';
import { Enrolments, LearningCoreModule, LearningMaps, MapTargets, type MapTarget } from '@waymark/learning';
import type { DraftNode, Evidence, MapDraft, TargetKind } from '@waymark/learning/rules';
import type { TestServer } from './server.js';

/** Stands in for courses and exams: whatever code is asked for exists, unless it says otherwise. */
const knownTargets = new Map<string, MapTarget>();
export function fakeTarget(kind: TargetKind, code: string): MapTarget {
  const key = `${kind}:${code}`;
  let found = knownTargets.get(key);
  if (!found) {
    const status = code.startsWith('archived') ? 'archived' : 'published';
    knownTargets.set(
      key,
      (found = { kind, code, id: newId(), title: `title of ${code}`, minutes: 30, units: 4, status }),
    );
  }
  return found;
}

@Module({ imports: [LearningCoreModule] })
export class LearningTestModule {
  constructor(@Inject(MapTargets) targets: MapTargets) {
    targets.register({
      kinds: ['course', 'quiz', 'exam'],
      byCode: (_tx, kind, codes) =>
        Promise.resolve(codes.filter((c) => !c.startsWith('missing')).map((c) => fakeTarget(kind, c))),
      search: (_tx, kind, text) =>
        Promise.resolve([...knownTargets.values()].filter((t) => t.kind === kind && t.code.includes(text))),
    });
  }
}

export const counterEvidence = (n: number): Evidence => ({
  kind: 'counter',
  target: n,
  unit: { 'zh-CN': '次', en: 'times' },
  needsText: false,
  minFiles: 0,
  instructions: {},
});
export const wordsEvidence: Evidence = {
  kind: 'text',
  target: null,
  unit: {},
  needsText: true,
  minFiles: 0,
  instructions: {},
};

export function mapNode(key: string, over: Partial<DraftNode> = {}): DraftNode {
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

export function mapDraft(nodes: DraftNode[], over: Partial<MapDraft> = {}): MapDraft {
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

/** The nodes of a small map with every kind that has a room. */
export const sampleNodes: DraftNode[] = [
  mapNode('letter', { dueDay: 1 }),
  mapNode('basics', { kind: 'course', targetCode: 'basics', prereqs: ['letter'], dueDay: 5 }),
  mapNode('talks', { kind: 'milestone', prereqs: ['letter'], dueDay: 18, evidence: counterEvidence(2) }),
  mapNode('club', { kind: 'showcase', required: true, prereqs: ['basics'], dueDay: 20 }),
  mapNode('newcomer', { kind: 'exam', targetCode: 'newcomer', prereqs: ['basics', 'talks'], need: 1, dueDay: 28 }),
  mapNode('meetings', { stage: 'practise', kind: 'mentor-meetings', dueDay: 50, evidence: counterEvidence(4) }),
  mapNode('proposal', { stage: 'practise', kind: 'milestone', dueDay: 55, evidence: wordsEvidence }),
  mapNode('extra', { stage: 'practise', required: false }),
];

let maps = 0;
/** A published map. */
export async function makeMap(
  server: TestServer,
  nodes: DraftNode[] = sampleNodes,
  over: Partial<MapDraft> = {},
): Promise<{ mapId: string; code: string; versionId: string }> {
  maps += 1;
  const code = `map-${maps}`;
  const service = server.get(LearningMaps);
  const mapId = await service.create(null, { code, title: { en: code }, document: mapDraft(nodes, over) });
  const versionId = await service.publish(null, mapId, { revision: 1, summary: 'first', move: 'none' });
  return { mapId, code, versionId };
}

/** Puts a person on the map; returns the enrolment. */
export async function enrolOn(
  server: TestServer,
  mapId: string,
  personId: string,
  startDay: LocalDay,
): Promise<string> {
  return server.db.transaction(async (tx) => {
    await server
      .get(Enrolments)
      .enrol(tx, { mapId, people: [{ personId, startDay }], source: 'manual', actorId: null });
    const open = await server.get(Enrolments).openEnrolments(tx, [personId]);
    return open.get(personId)?.find((e) => e.mapId === mapId)?.id as string;
  });
}
