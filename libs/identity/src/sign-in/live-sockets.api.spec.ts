import { once } from 'node:events';
import { addDays, localDayOf } from '@waymark/kernel';
import { Db, SESSION_COOKIE } from '@waymark/platform';
import { grantRole, makePerson } from '@waymark/testing';
import { createTestServer, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { Grants } from '../grant/grant.service.js';
import { IdentityModule } from '../identity.module.js';
import { Persons } from '../person/person.service.js';
import { OVERLAP_MS, ROTATE_MS } from './session-lifetime.js';
import { SignInSessions } from './sign-in-session.service.js';

describe('a socket', () => {
  let server: TestServer;
  let port: number;

  beforeAll(async () => {
    server = await createTestServer({ modules: [IdentityModule] });
    await server.app.listen(0, '127.0.0.1');
    port = (server.app.getHttpServer().address() as { port: number }).port;
  });
  afterAll(() => server.close());

  const signedIn = async (personId: string) =>
    server.get(Db).transaction((tx) => server.get(SignInSessions).start(tx, personId, '', ''));

  async function open(token: string): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
      headers: { cookie: `${SESSION_COOKIE}=${token}` },
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(message.toString())).toMatchObject({ type: 'connection_ack' });
    return socket;
  }

  it('ends when its person signs out everywhere, and nobody else’s does', async () => {
    const [me, other] = [await makePerson(server), await makePerson(server)];
    const mine = await open((await signedIn(me)).token);
    const others = await open((await signedIn(other)).token);
    const closed = once(mine, 'close');
    await server.get(Db).transaction((tx) => server.get(SignInSessions).endAll(tx, me, null));
    expect((await closed)[0]).toBe(4401);
    expect(others.readyState).toBe(WebSocket.OPEN);
    others.close();
  });

  it('stays when another session of the person ends', async () => {
    const me = await makePerson(server);
    const [kept, gone] = [await signedIn(me), await signedIn(me)];
    const [mine, away] = [await open(kept.token), await open(gone.token)];
    const closed = once(away, 'close');
    await server.get(Db).transaction((tx) => server.get(SignInSessions).end(tx, me, gone.id));
    expect((await closed)[0]).toBe(4401);
    expect(mine.readyState).toBe(WebSocket.OPEN);
    mine.close();
  });

  it('ends when its person leaves, at once or by the daily job', async () => {
    for (const ahead of [0, 1]) {
      const [me, other] = [await makePerson(server), await makePerson(server)];
      const mine = await open((await signedIn(me)).token);
      const others = await open((await signedIn(other)).token);
      const closed = once(mine, 'close');
      const today = localDayOf(server.clock.now(), 'Asia/Shanghai');
      await server.get(Db).transaction((tx) => server.get(Persons).leave(tx, me, addDays(today, ahead), null));
      if (ahead > 0) {
        expect(mine.readyState).toBe(WebSocket.OPEN);
        server.clock.advance((ahead + 1) * 86_400_000);
        await server.runJob('identity.effective-dates');
      }
      expect((await closed)[0]).toBe(4401);
      expect(others.readyState).toBe(WebSocket.OPEN);
      others.close();
    }
  });

  it('goes on after its token was replaced, until the session ends', async () => {
    const me = await makePerson(server);
    const { id, token } = await signedIn(me);
    const socket = await open(token);
    const ask = async (n: string): Promise<{ type: string; payload: object }> => {
      socket.send(JSON.stringify({ type: 'subscribe', id: n, payload: { query: '{ viewer { id } }' } }));
      const [message] = (await once(socket, 'message')) as [Buffer];
      return JSON.parse(message.toString()) as { type: string; payload: object };
    };
    const sessions = server.get(SignInSessions);
    server.clock.advance(ROTATE_MS);
    const fresh = (await sessions.resolve(token))?.newToken as string;
    expect(fresh).toBeTruthy();
    await sessions.resolve(fresh);
    server.clock.advance(OVERLAP_MS + 1);
    expect(await sessions.resolve(token)).toBeNull();
    expect(await ask('a')).toMatchObject({ type: 'next', payload: { data: { viewer: { id: me } } } });
    const closed = once(socket, 'close');
    await server.get(Db).transaction((tx) => sessions.end(tx, me, id));
    expect((await closed)[0]).toBe(4401);
  });

  it('has to connect again when a grant is given or taken back', async () => {
    const [me, admin] = [await makePerson(server), await makePerson(server)];
    await grantRole(server, admin, 'admin');
    const { token } = await signedIn(me);
    const before = await open(token);
    const changed = once(before, 'close');
    const { id } = await server
      .get(Db)
      .transaction((tx) => server.get(Grants).grant(tx, { personId: me, role: 'author' }, admin));
    expect((await changed)[0]).toBe(1012);
    const after = await open(token);
    const again = once(after, 'close');
    await server.get(Db).transaction((tx) => server.get(Grants).revoke(tx, id, admin));
    expect((await again)[0]).toBe(1012);
  });
});
