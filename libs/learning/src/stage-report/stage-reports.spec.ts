import { IdentityModule } from '@waymark/identity';
import {
  createTestServer,
  enrolOn,
  fakeTarget,
  LearningTestModule,
  makeMap,
  makePerson,
  makeStaff,
  mapNode as node,
  supervise,
  type TestServer,
  wordsEvidence,
} from '@waymark/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TargetFacts } from '../target/target-facts.service.js';

let server: TestServer;
let lead: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: '2026-03-02T02:00:00Z' });
  lead = await makeStaff(server, 'ld-lead');
});
afterAll(() => server.close());

const FIELDS = `stage verdict testMean gates { code value target met } tests { title score } milestones { title state rounds signedBy { id } }
  hoursPlanned hoursDone overdue light person { id } mentor { id } stages { title fromOn toOn done of }`;

it('reads a stage in one answer, for those who may see the person, and for nobody else', async () => {
  const [manager, mentor] = [await makePerson(server), await makePerson(server)];
  const learner = await makePerson(server, { managerId: manager });
  await supervise(server, mentor, learner);
  const { mapId } = await makeMap(server, [
    node('quiz', { kind: 'quiz', targetCode: 'sr-quiz', minutes: 60 }),
    node('exam', { kind: 'exam', targetCode: 'sr-exam', minutes: 60 }),
    node('talk', { kind: 'milestone', evidence: wordsEvidence, minutes: 60 }),
    node('z', { stage: 'practise' }),
  ]);
  const e = await enrolOn(server, mapId, learner, '2026-03-02');
  const report = async (as: string, stage: number | null = null) => {
    const answer = await server.gql<{ stageReport: Record<string, unknown> }>(
      as,
      `query($e: ID!, $s: Int) { stageReport(enrolmentId: $e, stage: $s) { ${FIELDS} } }`,
      { e, s: stage },
    );
    return answer.data?.stageReport ?? answer.errors?.[0]?.extensions.reason;
  };
  await server.db.transaction((tx) =>
    server.get(TargetFacts).apply(
      tx,
      (['quiz', 'exam'] as const).map((kind) => ({
        personId: learner,
        targetKind: kind,
        targetId: fakeTarget(kind, `sr-${kind}`).id,
        state: 'completed' as const,
        scoreBp: kind === 'quiz' ? 7500 : 8600,
        occurredAt: server.clock.now(),
      })),
    ),
  );
  expect(await report(manager)).toMatchObject({
    stage: 0,
    verdict: 'open',
    testMean: 80.5,
    gates: [
      { code: 'nodes', value: 2, target: 3, met: false },
      { code: 'tests', value: 80.5, target: 80, met: true },
      { code: 'milestones', value: 0, target: 1, met: false },
    ],
    hoursPlanned: 3,
    hoursDone: 2,
    person: { id: learner },
    mentor: { id: mentor },
    stages: [
      { fromOn: '2026-03-02', toOn: '2026-03-31', done: 2, of: 3 },
      { fromOn: '2026-04-01', toOn: '2026-04-30', done: 0, of: 1 },
    ],
  });
  for (const who of [learner, mentor, lead]) expect(await report(who)).toEqual(await report(manager));
  expect(await report(await makePerson(server))).toBe('enrolment-unknown');
  expect(await report(manager, 7)).toBe('stage-unknown');
  server.clock.set('2026-04-02T02:00:00Z');
  expect(await report(manager, 0)).toMatchObject({ verdict: 'missed' });
  expect(await report(manager)).toMatchObject({ stage: 1, verdict: 'open' });
});
