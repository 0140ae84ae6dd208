import { MailQueue, one, rows } from '@waymark/platform';
import { makeJobRole, makeOrgUnit, makePerson, makeStaff, supervise } from '@waymark/testing/identity';
import { createTestServer, sql, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityModule } from '../identity.module.js';
import { Supervisions } from '../supervision/supervision.service.js';
import { Persons } from './person.service.js';

let server: TestServer;
let persons: Persons;
let admin: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule] });
  persons = server.get(Persons);
  admin = await makeStaff(server, 'admin');
});
afterAll(() => server.close());

const facts = async (id: string) => (await server.db.read((tx) => persons.facts(tx, [id]))).get(id);
const events = (type: string, personId: string) =>
  server.db.read((tx) =>
    rows<{ payload: Record<string, unknown> }>(
      tx,
      `select payload from outbox_event where type = $1 and person_id = $2 order by id`,
      [type, personId],
    ),
  );

describe('employment', () => {
  it('a hire has an employment, a position, a manager in supervision and an event', async () => {
    const unit = await makeOrgUnit(server);
    const role = await makeJobRole(server);
    const manager = await makePerson(server);
    const id = await makePerson(server, {
      orgUnitId: unit,
      jobRoleId: role,
      managerId: manager,
      hireDate: '2026-02-02',
    });
    expect(await facts(id)).toMatchObject({
      status: 'active',
      orgUnitId: unit,
      jobRoleId: role,
      managerId: manager,
      hireDate: '2026-02-02',
    });
    expect(await server.db.read((tx) => server.get(Supervisions).isSupervisor(tx, manager, id, ['manager']))).toBe(
      true,
    );
    expect(await events('person.hired', id)).toEqual([
      { payload: { hireDate: '2026-02-02', orgUnitId: unit, jobRoleId: role, managerId: manager, rehire: false } },
    ]);
  });

  it('refuses a second person with the same number, e-mail or mobile, however they are written', async () => {
    await makePerson(server, { employeeNumber: 'Q-1', email: 'Li@Example.com', mobile: '138 0000 0001' });
    await expect(makePerson(server, { employeeNumber: 'ｑ-1' })).rejects.toMatchObject({
      code: 'employee-number-taken',
    });
    await expect(makePerson(server, { email: 'li@example.COM' })).rejects.toMatchObject({ code: 'email-taken' });
    await expect(makePerson(server, { mobile: '+86 13800000001' })).rejects.toMatchObject({ code: 'mobile-taken' });
  });

  it('a transfer today ends the position the day before and tells what was before', async () => {
    const from = await makeOrgUnit(server);
    const to = await makeOrgUnit(server);
    const id = await makePerson(server, { orgUnitId: from, hireDate: '2026-01-05' });
    await server.db.transaction((tx) =>
      persons.transfer(
        tx,
        { personId: id, fromDay: '2026-03-02', orgUnitId: to, jobRoleId: null, managerId: null },
        admin,
      ),
    );
    expect((await facts(id))?.orgUnitId).toBe(to);
    expect(
      await server.db.read((tx) =>
        rows(tx, `select org_unit_id, from_day, to_day, current from position where person_id = $1 order by from_day`, [
          id,
        ]),
      ),
    ).toEqual([
      { org_unit_id: from, from_day: '2026-01-05', to_day: '2026-03-01', current: false },
      { org_unit_id: to, from_day: '2026-03-02', to_day: null, current: true },
    ]);
    expect((await events('person.position-changed', id))[0]?.payload).toMatchObject({
      orgUnitId: to,
      previousOrgUnitId: from,
    });
  });

  it('a planned transfer comes into force on its day, with its event, once', async () => {
    const from = await makeOrgUnit(server);
    const to = await makeOrgUnit(server);
    const id = await makePerson(server, { orgUnitId: from, hireDate: '2026-01-05' });
    await server.db.transaction((tx) =>
      persons.transfer(
        tx,
        { personId: id, fromDay: '2026-03-10', orgUnitId: to, jobRoleId: null, managerId: null },
        admin,
      ),
    );
    expect((await facts(id))?.orgUnitId).toBe(from);
    server.clock.set('2026-03-10T02:00:00Z');
    await server.db.transaction((tx) => persons.applyEffectiveDates(tx));
    await server.db.transaction((tx) => persons.applyEffectiveDates(tx));
    expect((await facts(id))?.orgUnitId).toBe(to);
    expect(await events('person.position-changed', id)).toHaveLength(1);
    server.clock.set('2026-03-02T01:00:00Z');
  });

  it('refuses a manager loop and a transfer into the past', async () => {
    const boss = await makePerson(server);
    const id = await makePerson(server, { managerId: boss, hireDate: '2026-01-05' });
    const unit = (await facts(id))?.orgUnitId as string;
    const move = (personId: string, managerId: string | null, fromDay: string) =>
      server.db.transaction((tx) =>
        persons.transfer(tx, { personId, fromDay, orgUnitId: unit, jobRoleId: null, managerId }, admin),
      );
    await expect(move(boss, id, '2026-03-02')).rejects.toMatchObject({ code: 'manager-loop' });
    await expect(move(id, null, '2025-12-31')).rejects.toMatchObject({ code: 'transfer-before-current' });
  });
});

describe('leaving', () => {
  it('ends sessions, grants and positions, hands mentees and reports to the manager, tells once', async () => {
    const boss = await makePerson(server);
    const leaver = await makePerson(server, { managerId: boss, hireDate: '2026-01-05' });
    const mentee = await makePerson(server);
    const report = await makePerson(server, { managerId: leaver, hireDate: '2026-01-05' });
    await supervise(server, leaver, mentee);
    await sql(
      server,
      `insert into sign_in_session (id, person_id, token_hash, rotated_at, started_at, last_seen_at, expires_at) values (gen_random_uuid(), $1, 'x', now(), now(), now(), now())`,
      [leaver],
    );
    await server.db.transaction((tx) => persons.leave(tx, leaver, '2026-03-02', admin));
    expect(await facts(leaver)).toMatchObject({ status: 'left', orgUnitId: null });
    expect((await facts(report))?.managerId).toBe(boss);
    const supervisors = await server.db.read((tx) =>
      server.get(Supervisions).supervisorsOf(tx, [mentee, report], ['mentor', 'manager']),
    );
    expect(supervisors.get(mentee)).toContainEqual({ supervisorId: boss, kind: 'mentor', inPlaceOf: null });
    expect(supervisors.get(report)).toEqual([{ supervisorId: boss, kind: 'manager', inPlaceOf: null }]);
    expect(
      await server.db.read((tx) =>
        one(tx, `select count(*)::int as n from sign_in_session where person_id = $1`, [leaver]),
      ),
    ).toEqual({ n: 0 });
    expect(await events('person.left', leaver)).toEqual([{ payload: { lastDay: '2026-03-02', managerId: boss } }]);
    await expect(server.db.transaction((tx) => persons.leave(tx, leaver, '2026-03-02', admin))).rejects.toMatchObject({
      code: 'person-not-active',
    });
  });

  it('the last administrator stays', async () => {
    await expect(server.db.transaction((tx) => persons.leave(tx, admin, '2026-03-02', admin))).rejects.toMatchObject({
      code: 'last-admin',
    });
  });

  it('a later last day is carried out by the daily job', async () => {
    const id = await makePerson(server);
    await server.db.transaction((tx) => persons.leave(tx, id, '2026-03-06', admin));
    expect((await facts(id))?.status).toBe('active');
    server.clock.set('2026-03-07T02:00:00Z');
    await server.db.transaction((tx) => persons.applyEffectiveDates(tx));
    expect((await facts(id))?.status).toBe('left');
    server.clock.set('2026-03-02T01:00:00Z');
  });

  it('somebody who left can come back with a second employment', async () => {
    const id = await makePerson(server, { hireDate: '2025-01-06' });
    const unit = (await facts(id))?.orgUnitId as string;
    await server.db.transaction((tx) => persons.leave(tx, id, '2026-02-20', admin));
    const back = (hireDate: string) =>
      server.db.transaction((tx) =>
        persons.rehire(tx, { personId: id, hireDate, orgUnitId: unit, jobRoleId: null, managerId: null }, admin),
      );
    await expect(back('2026-02-20')).rejects.toMatchObject({ code: 'rehire-before-leaving' });
    await back('2026-03-02');
    expect(await facts(id)).toMatchObject({ status: 'active', hireDate: '2026-03-02', orgUnitId: unit });
    expect(
      await server.db.read((tx) => one(tx, `select count(*)::int as n from employment where person_id = $1`, [id])),
    ).toEqual({ n: 2 });
  });
});

describe('erasure', () => {
  it('leaves no name in any table', async () => {
    const marks = [
      'ZZ-ERASE-77',
      '欧阳忘川',
      'Wangchuan Ouyang',
      'wangchuan.secret@example.com',
      '13911112222',
      '无名小鱼',
      'ouyang wang chuan',
    ];
    const id = await makePerson(server, {
      employeeNumber: marks[0],
      name: marks[1],
      nameEn: marks[2],
      email: marks[3],
      mobile: marks[4],
    });
    await sql(server, `update person set alias = $2 where id = $1`, [id, marks[5]]);
    await server.db.transaction((tx) =>
      persons.updateProfiles(tx, [{ personId: id, patch: { name: '欧阳忘川二' } }], admin),
    );
    const erase = (number: string) => server.db.transaction((tx) => persons.erase(tx, id, number, admin));
    await expect(erase('ZZ-ERASE-77')).rejects.toMatchObject({ code: 'erase-needs-leaving' });
    expect(await columnsHolding(marks)).not.toEqual([]);
    await server.db.transaction((tx) => persons.leave(tx, id, '2026-03-01', admin));
    await expect(erase('other')).rejects.toMatchObject({ code: 'erase-not-confirmed' });
    await server.db.transaction((tx) =>
      server.get(MailQueue).enqueue(tx, {
        to: { personId: id, email: 'wangchuan.secret@example.com' },
        template: 'reset',
        params: { name: '欧阳忘川', minutes: 1 },
        locale: 'zh-CN',
        dedupeKey: 'erase-test',
        resendable: true,
      }),
    );
    await erase('ZZ-ERASE-77');
    expect(await columnsHolding(marks)).toEqual([]);
    expect(await facts(id)).toMatchObject({ status: 'erased', name: null });
    expect(await events('person.erased', id)).toHaveLength(1);
  });
});

/** Every column of every table, as text, that contains one of the marks. */
async function columnsHolding(marks: readonly string[]): Promise<string[]> {
  const columns = await server.db.read((tx) =>
    rows<{ t: string; c: string }>(
      tx,
      `select table_name as t, column_name as c from information_schema.columns where table_schema = 'public'
         and data_type in ('text', 'character varying', 'jsonb', 'json', 'ARRAY')
         and table_name in (select tablename from pg_tables where schemaname = 'public')`,
    ),
  );
  const found: string[] = [];
  for (const { t, c } of columns) {
    const hit = await server.db.read((tx) =>
      rows(tx, `select 1 from "${t}" where lower("${c}"::text) like any ($1) limit 1`, [
        marks.map((m) => `%${m.toLowerCase()}%`),
      ]),
    );
    if (hit.length > 0) found.push(`${t}.${c}`);
  }
  return found;
}

describe('a dotted line', () => {
  const START = `mutation ($input: DottedLineInput!) { startDottedLine(input: $input) { positions { id kind manager { id } fromDay toDay } manager { id } } }`;
  const END = `mutation ($id: ID!, $day: LocalDay!) { endDottedLine(positionId: $id, lastDay: $day) { positions { id kind toDay } } }`;
  interface Shown {
    startDottedLine: {
      positions: { id: string; kind: string; manager: { id: string } | null }[];
      manager: { id: string };
    };
  }
  const linesOf = (person: string) =>
    server.db.read((tx) =>
      rows<{ id: string; current: boolean; to_day: string | null }>(
        tx,
        `select id, current, to_day from position where person_id = $1 and kind = 'dotted' order by from_day`,
        [person],
      ),
    );

  it('stands beside the position, opens nothing, begins and ends on its days', async () => {
    const today = server.clock.now().toISOString().slice(0, 10);
    const [manager, second] = [await makePerson(server), await makePerson(server)];
    const person = await makePerson(server, { managerId: manager });
    const input = { personId: person, managerId: second, fromDay: today };
    const twice = await Promise.all([
      server.gql<Shown>(admin, START, { input }),
      server.gql<Shown>(admin, START, { input }),
    ]);
    const refused = twice.flatMap((a) => a.errors?.map((e) => e.extensions.reason) ?? []);
    expect(refused).toEqual(['dotted-line-exists']);
    const shown = twice.find((a) => !a.errors)?.data?.startDottedLine;
    expect(shown?.manager).toEqual({ id: manager });
    expect(shown?.positions).toContainEqual(expect.objectContaining({ kind: 'dotted', manager: { id: second } }));
    expect((await facts(person))?.managerId).toBe(manager);
    const kinds = ['manager', 'mentor', 'delegate'] as const;
    expect(await server.db.read((tx) => server.get(Supervisions).isSupervisor(tx, second, person, kinds))).toBe(false);
    const reasonOf = async (managerId: string) =>
      (await server.gql(admin, START, { input: { ...input, managerId } })).errors?.[0]?.extensions.reason;
    expect([await reasonOf(person), await reasonOf(manager)]).toEqual(['manager-is-self', 'dotted-line-to-manager']);

    const [line] = await linesOf(person);
    expect(line).toMatchObject({ current: true, to_day: null });
    const ended = await server.gql(admin, END, { id: line?.id, day: today });
    expect(ended.errors).toBeUndefined();
    expect(await linesOf(person)).toEqual([{ id: line?.id, current: true, to_day: today }]);
    server.clock.advance(86_400_000);
    await server.db.transaction((tx) => persons.applyEffectiveDates(tx));
    expect(await linesOf(person)).toEqual([{ id: line?.id, current: false, to_day: today }]);
  });

  it('ends when either of the two leaves, and is for those who edit people in their scope', async () => {
    const today = server.clock.now().toISOString().slice(0, 10);
    const [person, second] = [await makePerson(server), await makePerson(server)];
    const input = { personId: person, managerId: second, fromDay: today };
    const regional = await makeStaff(server, 'ld-lead', await makeOrgUnit(server));
    for (const who of [regional, second, person])
      expect((await server.gql(who, START, { input })).errors?.[0]?.extensions.code).toMatch(/FORBIDDEN|NOT_FOUND/);
    expect((await server.gql(admin, START, { input })).errors).toBeUndefined();
    await server.db.transaction((tx) => persons.leave(tx, second, today, admin));
    expect((await linesOf(person)).map((l) => [l.current, l.to_day])).toEqual([[false, today]]);
  });
});
