import { IdentityModule, PersonDataRegistry } from '@waymark/identity';
import { addDays } from '@waymark/kernel';
import { LearningModule } from '@waymark/learning';
import { createTestServer, makePerson, makeStaff, sql, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MentoringModule } from './index.js';

const TODAY = '2026-03-12';
let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({
    modules: [IdentityModule, LearningModule, MentoringModule],
    now: '2026-03-12T08:00:00Z',
  });
});
afterAll(() => server.close());

it('a person takes along the own figures and words; what others told L&D is counted, not shown; staff hand out neither', async () => {
  const lead = await makeStaff(server, 'ld-lead');
  const [mentor, learner] = [await makePerson(server), await makePerson(server)];
  const must = async (as: string, query: string, variables: object) => {
    const answer = await server.gql<Record<string, { id: string }>>(as, query, { ...variables });
    expect(answer.errors).toBeUndefined();
    return answer.data;
  };
  const paired = await must(lead, `mutation ($i: PairingInput!) { startPairing(input: $i) { id } }`, {
    i: { mentorId: mentor, learnerId: learner, startDay: addDays(TODAY, -40), endDay: addDays(TODAY, 3) },
  });
  const say = (who: string, comment: string) =>
    must(
      who,
      `mutation ($p: ID!, $c: String!) { savePairingFeedback(pairingId: $p, input: { prepared: 2, useful: 3, comment: $c }) { useful } }`,
      { p: paired?.['startPairing']?.id, c: comment },
    );
  await say(learner, 'said-by-the-learner');
  await say(mentor, 'said-by-the-mentor');
  await sql(
    server,
    `insert into performance_figure (person_id, period, figure, rank, of, top) values ($1, '2025', 87.5, 3, 20, true)`,
    [learner],
  );
  const file = (own: boolean) => server.db.read((tx) => server.get(PersonDataRegistry).collect(tx, learner, own));
  const mine = await file(true);
  expect(mine['performanceFigures']).toEqual([{ period: '2025', figure: 87.5, rank: 3, of: 20 }]);
  expect(mine['pairingFeedback']).toMatchObject([{ prepared: 2, useful: 3, comment: 'said-by-the-learner' }]);
  expect(mine['pairingFeedbackAboutThisPerson']).toMatchObject({
    count: 1,
    content: null,
    reason: { en: expect.stringContaining('private to L&D') as string },
  });
  expect(JSON.stringify(mine)).not.toContain('said-by-the-mentor');
  const handedOut = JSON.stringify(await file(false));
  expect(handedOut).not.toMatch(/87\.5|said-by|performanceFigures/);
});
