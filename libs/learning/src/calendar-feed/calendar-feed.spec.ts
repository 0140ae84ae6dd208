import { IdentityModule } from '@waymark/identity';
import { personErased, personLeft } from '@waymark/identity/events';
import { one, Outbox } from '@waymark/platform';
import {
  createTestServer,
  enrolOn as enrol,
  LearningTestModule,
  makeMap,
  makePerson,
  mapNode as node,
  sql,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calendarText } from './calendar.js';

const now = new Date('2026-03-02T02:00:00Z');
const origin = 'https://learn.example';

/** Content lines with the folding taken back. */
const linesOf = (text: string): string[] => text.replaceAll('\r\n ', '').split('\r\n');

describe('the calendar text', () => {
  const text = calendarText(
    [
      {
        kind: 'due',
        uid: 'a',
        path: '/map',
        title: 'One, two; three\\ \r\nATTENDEE:x',
        day: '2026-03-29',
        minutes: 30,
      },
      { kind: 'due', uid: 'b', path: '/map', title: '产品体系概览'.repeat(12), day: '2026-12-31', minutes: 0 },
      { kind: 'meeting', uid: 'c', path: '/me', startsAt: new Date('2026-03-05T07:00:00Z'), minutes: 60 },
    ],
    { locale: 'en', origin, now },
  );

  it('is made of folded lines that end in CRLF, and every part ends', () => {
    for (const line of text.split('\r\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
      expect(line).not.toMatch(/[\r\n]/);
    }
    const lines = linesOf(text);
    expect(lines.slice(0, 2)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0']);
    expect(lines.filter((l) => l === 'BEGIN:VEVENT')).toHaveLength(3);
    expect(lines.filter((l) => l === 'END:VEVENT')).toHaveLength(3);
    expect(lines.filter((l) => /^(UID|DTSTAMP):/.test(l))).toHaveLength(6);
    expect(lines).toContain('END:VCALENDAR');
  });

  it('lets no title make a line of its own', () => {
    const lines = linesOf(text);
    expect(lines).toContain('SUMMARY:Due: One\\, two\\; three\\\\  ATTENDEE:x');
    expect(lines.some((l) => l.startsWith('ATTENDEE'))).toBe(false);
  });

  it('has due days as whole days and meetings as instants, whatever the zone of the server', () => {
    const lines = linesOf(text).filter((l) => l.startsWith('DTSTART') || l.startsWith('DTEND'));
    expect(lines).toEqual([
      'DTSTART;VALUE=DATE:20260329',
      'DTSTART;VALUE=DATE:20261231',
      'DTSTART:20260305T070000Z',
      'DTEND:20260305T080000Z',
    ]);
  });
});

describe('a calendar feed', () => {
  let server: TestServer;
  let mapId: string;
  beforeAll(async () => {
    server = await createTestServer({
      modules: [IdentityModule, LearningTestModule],
      now: now.toISOString(),
      environment: { PUBLIC_URL: origin },
    });
    ({ mapId } = await makeMap(server, [
      node('letter', { dueDay: 1, title: { en: 'The letter', 'zh-CN': '一封信' } }),
      node('open-end', { prereqs: ['letter'] }),
      node('club', { kind: 'showcase', dueDay: 9 }),
      node('later', { stage: 'practise', dueDay: 40 }),
    ]));
  });
  afterAll(() => server.close());

  const create = async (personId: string): Promise<string> =>
    new URL(
      (await server.gql<{ createCalendarFeed: string }>(personId, `mutation { createCalendarFeed }`)).data
        ?.createCalendarFeed ?? '',
    ).pathname;
  const read = (path: string) => server.app.inject({ url: path });
  const readBy = async (personId: string) =>
    (
      await server.gql<{ myCalendarFeed: { readOn: string | null } | null }>(
        personId,
        `{ myCalendarFeed { createdAt readOn } }`,
      )
    ).data?.myCalendarFeed;
  const publish = (type: typeof personErased | typeof personLeft, personId: string) =>
    server.db.transaction((tx) =>
      server.get(Outbox).publish(tx, type as typeof personErased, { personId, payload: {} }),
    );

  it('shows the due days that are not done of its person, to whoever has the address, without a session', async () => {
    const [person, other] = [await makePerson(server, { locale: 'en' }), await makePerson(server)];
    const enrolment = await enrol(server, mapId, person, '2026-03-02');
    await enrol(server, mapId, other, '2026-05-04');
    expect(await readBy(person)).toBeNull();
    const path = await create(person);
    const answer = await read(path);
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'text/calendar; charset=utf-8']);
    expect(answer.headers['cache-control']).toBe('private, no-store');
    const lines = linesOf(answer.body);
    expect(lines.filter((l) => l.startsWith('DTSTART'))).toEqual([
      'DTSTART;VALUE=DATE:20260302',
      'DTSTART;VALUE=DATE:20260410',
    ]);
    expect(lines).toContain('SUMMARY:Due: The letter');
    expect(lines).toContain(`UID:node-${enrolment}-letter@waymark`);
    expect(lines).toContain(`URL;VALUE=URI:${origin}/map?enrolment=${enrolment}&node=letter`);
    expect((await readBy(person))?.readOn).toBe('2026-03-02');
    await sql(server, `update enrolment_progress set state[1] = 4 where enrolment_id = $1`, [enrolment]);
    expect(linesOf((await read(path)).body).filter((l) => l.startsWith('DTSTART'))).toEqual([
      'DTSTART;VALUE=DATE:20260410',
    ]);
  });

  it('keeps only the hash of its token', async () => {
    const person = await makePerson(server);
    const token = /([\w-]{22})\.ics$/.exec(await create(person))?.[1];
    const row = await server.db.read((tx) =>
      one<{ stored: string }>(tx, `select to_jsonb(f)::text as stored from calendar_feed f where person_id = $1`, [
        person,
      ]),
    );
    expect(token).toBeTruthy();
    expect(row.stored).not.toContain(token);
  });

  it('ends with a new address, when it is taken back, and with its person', async () => {
    const person = await makePerson(server);
    const first = await create(person);
    const second = await create(person);
    expect([(await read(first)).statusCode, (await read(second)).statusCode]).toEqual([404, 200]);
    await server.gql(person, `mutation { revokeCalendarFeed }`);
    expect((await read(second)).statusCode).toBe(404);
    for (const event of [personLeft, personErased]) {
      const goes = await makePerson(server);
      const path = await create(goes);
      await publish(event, goes);
      expect((await read(path)).statusCode, event.type).toBe(404);
    }
  });

  it('with two new addresses asked for at once leaves one that works', async () => {
    const person = await makePerson(server);
    const paths = await Promise.all([create(person), create(person), create(person)]);
    const codes = await Promise.all(paths.map(async (p) => (await read(p)).statusCode));
    expect(codes.filter((c) => c === 200)).toHaveLength(1);
  });

  it.each([
    '/api/calendar/short.ics',
    `/api/calendar/${'a'.repeat(22)}.ics`,
    `/api/calendar/${'a'.repeat(22)}`,
    '/api/calendar/%00.ics',
  ])('is not found at %s', async (path) => {
    expect((await read(path)).statusCode).toBe(404);
  });
});
