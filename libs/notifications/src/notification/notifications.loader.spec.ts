import { IdentityModule } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { createTestServer, makePerson, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NotificationsModule } from '../notifications.module.js';
import { NotificationsLoader } from './notifications.loader.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, NotificationsModule], now: '2026-03-10T02:00:00Z' });
});
afterAll(() => server.close());

it('tells the news of the last days with their day, the older ones read, once', async () => {
  const learner = await makePerson(server);
  const badge = (at: string) => ({
    id: newId(),
    type: 'badge.awarded',
    personId: learner,
    payload: { badgeId: newId(), badgeCode: 'first-steps', tier: 1 },
    at: new Date(at),
  });
  const events = [badge('2026-03-03T08:00:00Z'), badge('2026-03-09T08:00:00Z')];
  const load = () =>
    server.db.transaction((tx) => server.get(NotificationsLoader).load(tx, events, server.clock.now()));
  expect(await load()).toEqual({ added: 2 });
  expect(await load()).toEqual({ added: 0 });
  const { data } = await server.gql<{ notifications: { edges: { node: { createdAt: string; read: boolean } }[] } }>(
    learner,
    '{ notifications { edges { node { kind createdAt read } } } }',
  );
  expect(data?.notifications.edges.map((e) => [e.node.createdAt.slice(0, 10), e.node.read])).toEqual([
    ['2026-03-09', false],
    ['2026-03-03', true],
  ]);
});
