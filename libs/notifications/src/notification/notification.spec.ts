import { once } from 'node:events';
import { IdentityModule, Persons, SignInSessions } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { milestoneSubmitted, milestoneSigned, nodeNudgeDue } from '@waymark/learning/events';
import { Db, execute, Outbox, rows, type EventType } from '@waymark/platform';
import { badgeAwarded } from '@waymark/rewards/events';
import { reviewsDue } from '@waymark/review/events';
import { createTestServer, makePerson, sql, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { NotificationsModule } from '../notifications.module.js';
import { Notifications } from './notifications.service.js';

let server: TestServer;
let mentor: string;
let learner: string;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, NotificationsModule], now: '2026-03-04T02:00:00Z' });
  mentor = await makePerson(server, { email: 'mentor@example.test', locale: 'en', zone: 'Asia/Shanghai' });
  learner = await makePerson(server, { email: 'learner@example.test', employeeNumber: 'L1', name: '林晓' });
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-03-04T02:00:00Z'));

const publish = async <P extends object>(type: EventType<P>, personId: string, payload: P): Promise<string> => {
  const id = await server.db.transaction((tx) => server.get(Outbox).publish(tx, type, { personId, payload }));
  await server.drainOutbox();
  return id;
};
const submitted = (round: number, node = newId(), approverIds = [mentor]) =>
  publish(milestoneSubmitted, learner, {
    milestoneSubmissionId: newId(),
    nodeId: node,
    enrolmentId: newId(),
    round,
    approverIds,
  });
interface Listed {
  notifications: {
    edges: {
      cursor: string;
      node: {
        id: string;
        kind: string;
        count: number;
        link: string;
        read: boolean;
        subjectTitle: string | null;
        person: { id: string; name: string } | null;
      };
    }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
  unreadNotifications: number;
}
const LIST = `query ($first: Int, $after: String, $unread: Boolean) { unreadNotifications notifications(first: $first, after: $after, unreadOnly: $unread) {
  edges { cursor node { id kind params count link read createdAt subjectType subjectTitle person { id name } } } pageInfo { hasNextPage endCursor } } }`;
const list = async (who: string, variables: object = {}): Promise<Listed> => {
  const answer = await server.gql<Listed>(who, LIST, { ...variables });
  expect(answer.errors).toBeUndefined();
  return answer.data as Listed;
};
const mails = () =>
  server.db.read((tx) =>
    rows<{ person_id: string; template: string; params: Record<string, unknown>; not_before: Date }>(
      tx,
      `select * from mail_message order by created_at, id`,
    ),
  );

describe('the bell', () => {
  it('rings for the approver with who and what, once for an event however often it comes', async () => {
    const node = newId();
    await server.db.transaction((tx) =>
      execute(
        tx,
        `insert into content_text (subject_id, field, locale, value) values ($1, 'title', 'en', 'First proposal')`,
        [node],
      ),
    );
    await submitted(1, node);
    await sql(server, `delete from consumed_event where consumer = 'notifications.route'`);
    await sql(
      server,
      `insert into outbox_delivery (consumer, event_id) select 'notifications.route', id from outbox_event`,
    );
    await server.drainOutbox();
    const data = await list(mentor);
    expect(data.unreadNotifications).toBe(1);
    expect(data.notifications.edges.map((e) => e.node)).toMatchObject([
      {
        kind: 'milestone-waiting',
        count: 1,
        read: false,
        subjectTitle: 'First proposal',
        person: { id: learner, name: '林晓' },
      },
    ]);
    expect(data.notifications.edges[0]?.node.link).toMatch(/^\/mentor\/sign-offs\//);
    expect((await list(learner)).notifications.edges).toEqual([]);
  });

  it('is paged, read one by one or all, and nobody else’s', async () => {
    for (let i = 0; i < 5; i += 1) {
      server.clock.advance(1_000);
      await publish(badgeAwarded, learner, { badgeId: newId(), badgeCode: `b${i}`, tier: 1 });
    }
    const first = await list(learner, { first: 2 });
    expect(first.notifications.pageInfo.hasNextPage).toBe(true);
    const rest = await list(learner, { first: 10, after: first.notifications.pageInfo.endCursor });
    expect(rest.notifications.edges).toHaveLength(3);
    const all = [...first.notifications.edges, ...rest.notifications.edges].map((e) => e.node.id);
    expect(new Set(all).size).toBe(5);
    const read = `mutation ($ids: [ID!]) { markNotificationsRead(ids: $ids) }`;
    expect((await server.gql(mentor, read, { ids: [all[0]] })).data).toEqual({ markNotificationsRead: 1 });
    expect((await server.gql(learner, read, { ids: [all[0], all[1]] })).data).toEqual({ markNotificationsRead: 3 });
    expect((await list(learner, { unread: true })).notifications.edges).toHaveLength(3);
    expect((await server.gql(learner, read, {})).data).toEqual({ markNotificationsRead: 0 });
    expect((await server.gql(learner, read, { ids: ['x'] })).errors?.[0]?.extensions.reason).toBe('ids-invalid');
    const counted = await server.queryCount(() => list(learner));
    expect(counted.count).toBeLessThanOrEqual(7);
  });

  it('is silent about a topic one has switched off, and for leavers', async () => {
    const person = await makePerson(server);
    const gone = await makePerson(server);
    const save = `mutation ($p: [NotificationPreferenceInput!]!) { saveNotificationPreferences(preferences: $p) { preferences { kind inApp email emailPossible } hasEmail quietFrom quietTo digestHour } }`;
    const saved = await server.gql<{
      saveNotificationPreferences: {
        preferences: { kind: string; inApp: boolean; email: boolean }[];
        hasEmail: boolean;
      };
    }>(person, save, {
      p: [{ kind: 'rewards', inApp: false, email: false }],
    });
    expect(saved.data?.saveNotificationPreferences).toMatchObject({ hasEmail: false, quietFrom: 21, quietTo: 8 });
    expect(saved.data?.saveNotificationPreferences.preferences.find((p) => p.kind === 'rewards')).toMatchObject({
      inApp: false,
    });
    expect(saved.data?.saveNotificationPreferences.preferences).toHaveLength(7);
    expect(
      (await server.gql(person, save, { p: [{ kind: 'nonsense', inApp: true, email: true }] })).errors?.[0]?.extensions
        .reason,
    ).toBe('notification-kind-unknown');
    await publish(badgeAwarded, person, { badgeId: newId(), badgeCode: 'b', tier: 1 });
    await publish(reviewsDue, person, { due: 4, minutes: 1, localDay: '2026-03-04' });
    expect((await list(person)).notifications.edges.map((e) => e.node.kind)).toEqual(['reviews-due']);
    await server.db.transaction((tx) => server.get(Persons).leave(tx, gone, '2026-03-03', null));
    await publish(badgeAwarded, gone, { badgeId: newId(), badgeCode: 'b', tier: 1 });
    expect(await server.db.read((tx) => rows(tx, `select 1 from notification where person_id = $1`, [gone]))).toEqual(
      [],
    );
  });
});

describe('mail', () => {
  beforeEach(() => sql(server, `delete from notification_mail`).then(() => sql(server, `delete from mail_message`)));

  it('goes at once for what somebody waits for, worded in the reader’s language', async () => {
    const node = newId();
    await server.db.transaction((tx) =>
      execute(
        tx,
        `insert into content_text (subject_id, field, locale, value) values ($1, 'title', 'en', 'Shadowing')`,
        [node],
      ),
    );
    await submitted(1, node);
    await server.runJob('notifications.mail');
    await server.runJob('notifications.mail');
    expect(await mails()).toMatchObject([
      { person_id: mentor, template: 'milestone-waiting', params: { personName: '林晓', title: 'Shadowing' } },
    ]);
  });

  it('waits in quiet hours, and is not sent when the news was read meanwhile', async () => {
    server.clock.set('2026-03-04T14:00:00Z');
    await submitted(1);
    await submitted(2);
    await server.runJob('notifications.mail');
    expect(await mails()).toEqual([]);
    const [newest] = (await list(mentor)).notifications.edges;
    await server.gql(mentor, `mutation ($ids: [ID!]) { markNotificationsRead(ids: $ids) }`, { ids: [newest?.node.id] });
    server.clock.set('2026-03-05T00:01:00Z');
    await server.runJob('notifications.mail');
    expect(await mails()).toHaveLength(1);
  });

  it('merges the reminders of a day into one digest, each once', async () => {
    const node = newId();
    await server.db.transaction((tx) =>
      execute(
        tx,
        `insert into content_text (subject_id, field, locale, value) values ($1, 'title', 'zh-CN', '产品知识')`,
        [node],
      ),
    );
    const nudge = (kind: 'before-3' | 'on-day') =>
      publish(nodeNudgeDue, learner, {
        items: [{ kind, enrolmentId: newId(), assignmentId: null, nodeId: node, dueOn: '2026-03-07' }],
        mentorIds: [mentor],
        managerIds: [],
        byStaff: null,
      });
    await nudge('before-3');
    await nudge('on-day');
    await server.runJob('notifications.mail');
    expect(await mails()).toEqual([]);
    server.clock.advance(31 * 60_000);
    await server.runJob('notifications.mail');
    const sent = await mails();
    expect(sent.map((m) => [m.person_id, m.template])).toEqual(
      expect.arrayContaining([
        [learner, 'nudge-digest'],
        [mentor, 'nudge-digest'],
      ]),
    );
    expect(sent).toHaveLength(2);
    expect(sent.find((m) => m.person_id === learner)?.params).toMatchObject({
      lines: ['有 1 项学习到期：产品知识'],
      count: 2,
    });
    await nudge('on-day');
    server.clock.advance(31 * 60_000);
    await server.runJob('notifications.mail');
    expect(await mails()).toHaveLength(2);
    server.clock.set('2026-03-05T01:01:00Z');
    await server.runJob('notifications.mail');
    expect(await mails()).toHaveLength(4);
  });

  it('reaches nobody who did not ask, and everybody’s words go with the person', async () => {
    await server.gql(
      learner,
      `mutation { saveNotificationPreferences(preferences: [{ kind: "sign-offs", inApp: true, email: false }]) { hasEmail } }`,
    );
    await publish(milestoneSigned, learner, {
      milestoneSubmissionId: newId(),
      nodeId: newId(),
      enrolmentId: newId(),
      round: 1,
      decidedBy: mentor,
    });
    await server.runJob('notifications.mail');
    expect(await mails()).toEqual([]);
    await submitted(1);
    await server.runJob('notifications.mail');
    await server.db.transaction((tx) => server.get(Persons).leave(tx, learner, '2026-03-03', null));
    await server.db.transaction((tx) => server.get(Persons).erase(tx, learner, 'L1', null));
    expect(
      await server.db.read((tx) => rows(tx, `select 1 from notification where person_id = $1`, [learner])),
    ).toEqual([]);
    expect(JSON.stringify(await mails())).not.toContain('learner@example.test');
  });
});

describe('the subscription', () => {
  it('gives a person their own news as it comes, and nothing of others', async () => {
    const [me, other] = [await makePerson(server), await makePerson(server)];
    const { token } = await server.db.transaction((tx) => server.get(SignInSessions).start(tx, me, '', ''));
    await server.app.listen(0, '127.0.0.1');
    const port = (server.app.getHttpServer().address() as { port: number }).port;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
      headers: { cookie: `waymark_session=${token}` },
    });
    const messages: { type: string; payload?: { data?: { notificationAdded: { kind: string; params: object } } } }[] =
      [];
    let wake: () => void = () => undefined;
    socket.on('message', (raw: Buffer) => {
      messages.push(JSON.parse(raw.toString()) as (typeof messages)[number]);
      wake();
    });
    const until = async (count: number): Promise<void> => {
      while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve));
    };
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await until(1);
    socket.send(
      JSON.stringify({
        id: '1',
        type: 'subscribe',
        payload: { query: 'subscription { notificationAdded { id kind params link person { name } } }' },
      }),
    );
    // The listener is in place once a message sent after the subscription arrives.
    const tell = (personId: string, level: number) =>
      server
        .get(Db)
        .transaction((tx) =>
          server
            .get(Notifications)
            .tell(tx, [{ personId, kind: 'level-reached', sourceKey: `level:${level}`, params: { level } }]),
        );
    for (let level = 2; messages.length < 2; level += 1) {
      await tell(other, level);
      await tell(me, level);
      await Promise.race([until(2), new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    await tell(other, 100);
    await tell(me, 101);
    const news = () => messages.filter((m) => m.type === 'next').map((m) => m.payload?.data?.notificationAdded);
    // Some of the earlier ones may still be on their way.
    while (!news().some((n) => (n?.params as { level?: number }).level === 101)) await until(messages.length + 1);
    const seen = news();
    expect(seen.every((n) => n?.kind === 'level-reached')).toBe(true);
    expect(seen.at(-1)?.params).toEqual({ level: 101 });
    socket.close();
    await once(socket, 'close');
  });

  it('is closed to those who are not signed in', async () => {
    const port = (server.app.getHttpServer().address() as { port: number }).port;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'connection_init' }));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(4403);
  });
});

describe('old news', () => {
  it('go after half a year when read, after a year when not; a mail that is due waits for its sender', async () => {
    const me = await makePerson(server);
    const day = (ago: number): string => new Date(server.clock.now().getTime() - ago * 86_400_000).toISOString();
    const add = async (key: string, made: number, read: boolean, inApp = true): Promise<string> => {
      const id = newId();
      await sql(
        server,
        `insert into notification (id, person_id, kind, source_key, in_app, created_at, read_at) values ($1, $2, 'level-reached', $3, $4, $5, $6)`,
        [id, me, key, inApp, day(made), read ? day(made) : null],
      );
      return id;
    };
    await add('read long ago', 181, true);
    await add('read', 179, true);
    await add('by mail only', 181, false, false);
    await add('unread long ago', 366, false);
    await add('unread', 364, false);
    const mailed = await add('mailed long ago', 400, false);
    const due = await add('due', 400, false);
    await sql(
      server,
      `insert into notification_mail (notification_id, person_id, digest, due_at, mailed_at) values ($1, $3, false, $4, $4), ($2, $3, false, $4, null)`,
      [mailed, due, me, day(400)],
    );
    await server.runJob('notifications.prune');
    const left = await server.db.read((tx) =>
      rows<{ source_key: string }>(tx, `select source_key from notification where person_id = $1 order by 1`, [me]),
    );
    expect(left.map((l) => l.source_key)).toEqual(['due', 'read', 'unread']);
  });
});
