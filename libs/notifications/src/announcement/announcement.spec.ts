import { readFile } from 'node:fs/promises';
import { Audiences, IdentityModule, Tags } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { rows } from '@waymark/platform';
import { createTestServer, makeOrgUnit, makePerson, makeStaff, sql, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NotificationsModule } from '../notifications.module.js';
import { AnnouncementsLoader } from './announcements.loader.js';

let server: TestServer;
let lead: string;
let member: string;
let outsider: string;
let audienceId: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, NotificationsModule], now: '2026-03-04T02:00:00Z' });
  lead = await makeStaff(server, 'ld-lead');
  member = await makePerson(server, { email: 'member@example.test', locale: 'en' });
  outsider = await makePerson(server);
  audienceId = (
    await server.db.transaction((tx) =>
      server.get(Audiences).save(tx, { code: 'a', name: { en: 'Chosen' }, rule: { personIds: [member, lead] } }, null),
    )
  ).id;
});
afterAll(() => server.close());
beforeEach(() => server.clock.set('2026-03-04T02:00:00Z'));

const SAVE = `mutation ($input: AnnouncementInput!) { saveAnnouncement(input: $input) { id revision state people readers title titles { zhCN en } audienceName by { id } } }`;
interface Saved {
  saveAnnouncement: { id: string; revision: number; state: string; people: number; readers: number };
}
const draft = (overrides: object = {}) => ({
  title: { zhCN: '周四分享会', en: 'Thursday' },
  body: { zhCN: '三点', en: 'At three' },
  audienceId,
  ...overrides,
});
const save = (input: object, who = lead) => server.gql<Saved>(who, SAVE, { input });
const today = async (who: string) =>
  (
    await server.gql<{ announcements: { id: string; title: string; read: boolean; by: { id: string } }[] }>(
      who,
      `{ announcements { id title body pinned read by { id } fromAt untilAt } }`,
    )
  ).data?.announcements ?? [];
const bell = async (who: string) =>
  (
    await server.gql<{ notifications: { edges: { node: { kind: string; subjectTitle: string; link: string } }[] } }>(
      who,
      `{ notifications { edges { node { kind subjectTitle link } } } }`,
    )
  ).data?.notifications.edges.map((e) => e.node) ?? [];

describe('an announcement', () => {
  it('reaches its audience on Today and by the bell, and counts who has read it', async () => {
    const made = await save(draft());
    expect(made.errors).toBeUndefined();
    const id = made.data?.saveAnnouncement.id as string;
    expect(made.data?.saveAnnouncement).toMatchObject({
      state: 'current',
      people: 2,
      readers: 0,
      title: '周四分享会',
      audienceName: 'Chosen',
    });
    expect(await today(member)).toMatchObject([{ id, title: 'Thursday', read: false, by: { id: lead } }]);
    expect(await today(outsider)).toEqual([]);
    expect(await bell(member)).toEqual([
      { kind: 'announcement', subjectTitle: 'Thursday', link: `/?announcement=${id}` },
    ]);
    expect(await bell(lead)).toEqual([]);
    const read = `mutation ($id: ID!) { markAnnouncementRead(id: $id) }`;
    await server.gql(member, read, { id });
    expect((await server.gql(member, read, { id })).data).toEqual({ markAnnouncementRead: true });
    expect((await server.gql(outsider, read, { id })).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect((await today(member))[0]?.read).toBe(true);
    expect((await server.gql(member, `{ unreadNotifications }`)).data).toEqual({ unreadNotifications: 0 });
    const staff = await server.gql<{ staffAnnouncements: { readers: number }[] }>(
      lead,
      `{ staffAnnouncements { id readers people bodies { en } } }`,
    );
    expect(staff.data?.staffAnnouncements[0]).toMatchObject({ readers: 1, people: 2, bodies: { en: 'At three' } });
    // A corrected word is not told again.
    const changed = await save(draft({ id, revision: 1, title: { en: 'Thursday at three' } }));
    expect(changed.data?.saveAnnouncement).toMatchObject({
      revision: 2,
      titles: { zhCN: '周四分享会', en: 'Thursday at three' },
    });
    expect(await bell(member)).toHaveLength(1);
    expect((await save(draft({ id, revision: 1 }))).errors?.[0]?.extensions.reason).toBe('changed-meanwhile');
    expect(
      (await server.gql(lead, `mutation ($id: ID!) { withdrawAnnouncement(id: $id) { state } }`, { id })).data,
    ).toEqual({ withdrawAnnouncement: { state: 'withdrawn' } });
    expect([await today(member), await bell(member)]).toEqual([[], []]);
  });

  it('of a regional lead is told and shown to nobody outside the region, whoever the audience takes in', async () => {
    const region = await makeOrgUnit(server, { kind: 'region' });
    const regional = await makeStaff(server, 'ld-lead', region);
    const [near, far] = [await makePerson(server, { orgUnitId: region }), await makePerson(server)];
    const { tag, audience } = await server.db.transaction(async (tx) => {
      const made = await server.get(Tags).save(tx, { code: 'lately', name: { en: 'Lately' } }, null);
      const rule = { tagIds: [made.id] };
      return { tag: made.id, audience: (await server.get(Audiences).save(tx, { name: { en: 'l' }, rule }, null)).id };
    });
    const input = draft({ audienceId: audience, fromAt: '2026-03-05T02:00:00Z' });
    const made = await save(input, regional);
    expect(made.errors).toBeUndefined();
    for (const p of [near, far])
      await sql(server, `insert into person_tag (tag_id, person_id) values ($1, $2)`, [tag, p]);
    server.clock.set('2026-03-05T02:00:00Z');
    await server.runJob('notifications.announce');
    const id = made.data?.saveAnnouncement.id;
    expect([(await bell(near)).length, (await bell(far)).length]).toEqual([1, 0]);
    expect((await today(near)).map((a) => a.id)).toContain(id);
    expect((await today(far)).map((a) => a.id)).not.toContain(id);
    const withdrawn = await server.gql(
      regional,
      `mutation ($id: ID!) { withdrawAnnouncement(id: $id) { state people } }`,
      { id },
    );
    expect(withdrawn.data).toEqual({ withdrawAnnouncement: { state: 'withdrawn', people: 1 } });
  });

  it('written for later begins then, once, and ends', async () => {
    const made = await save(draft({ fromAt: '2026-03-05T01:00:00Z', untilAt: '2026-03-06T01:00:00Z' }));
    expect(made.data?.saveAnnouncement.state).toBe('scheduled');
    await server.runJob('notifications.announce');
    expect([await today(member), await bell(member)]).toEqual([[], []]);
    server.clock.set('2026-03-05T01:00:00Z');
    await server.runJob('notifications.announce');
    await server.runJob('notifications.announce');
    expect(await bell(member)).toHaveLength(1);
    expect(await today(member)).toHaveLength(1);
    server.clock.set('2026-03-06T01:00:00Z');
    expect(await today(member)).toEqual([]);
  });

  it('goes by mail where its author says so, also to those who did not ask', async () => {
    await sql(server, `delete from notification_mail`);
    await save(draft({ email: true }));
    await server.runJob('notifications.mail');
    const mails = await server.db.read((tx) => rows(tx, `select person_id, template, params from mail_message`));
    expect(mails).toMatchObject([
      { person_id: member, template: 'announcement', params: { title: 'Thursday', text: 'At three' } },
    ]);
  });

  it('needs words, an audience, and L&D', async () => {
    const reason = async (input: object, who = lead) => (await save(input, who)).errors?.[0]?.extensions.reason;
    expect(await reason(draft({ title: { en: '  ' } }))).toBe('title-missing');
    expect(await reason(draft({ audienceId: newId() }))).toBe('audience-unknown');
    expect(await reason(draft({ untilAt: '2026-03-01T00:00:00Z' }))).toBe('ends-before-start');
    expect(await reason(draft({ id: newId(), revision: 1 }))).toBe('announcement-unknown');
    expect(await reason(draft(), member)).toBe('permission-missing');
  });
});

describe('the demo company', () => {
  it('has said things some days ago, and tells nobody again', async () => {
    for (const employeeNumber of ['QM0002', 'QM0003', 'QM0004']) await makePerson(server, { employeeNumber });
    await server.db.transaction((tx) => server.get(Tags).save(tx, { code: 'new-hire', name: { en: 'New' } }, null));
    const yaml = await readFile(new URL('../../../../seeds/demo/announcements.yaml', import.meta.url), 'utf8');
    const load = () =>
      server.db.transaction((tx) => server.get(AnnouncementsLoader).load(tx, yaml, server.clock.now()));
    const before = (await bell(outsider)).length;
    expect([await load(), await load()]).toEqual([{ added: 3 }, { added: 0 }]);
    await server.runJob('notifications.announce');
    expect((await bell(outsider)).length).toBe(before);
    expect((await today(outsider)).map((a) => a.title)).toContain('每天五分钟，比周末两小时有效');
  });
});
