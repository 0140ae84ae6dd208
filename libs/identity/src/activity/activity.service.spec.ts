import { rows } from '@waymark/platform';
import { makeOrgUnit, makePerson } from '@waymark/testing/identity';
import { createTestServer, sql, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IdentityModule } from '../identity.module.js';
import { Persons } from '../person/person.service.js';
import { Activities } from './activity.service.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule] });
});
afterAll(() => server.close());

describe('activity records', () => {
  it("keep that day's org unit and the person's local day, and are told", async () => {
    const unit = await makeOrgUnit(server);
    const next = await makeOrgUnit(server);
    const person = await makePerson(server, { orgUnitId: unit, zone: 'America/Los_Angeles' });
    const record = () =>
      server.db.transaction((tx) =>
        server.get(Activities).record(tx, {
          verb: 'lesson.completed',
          personId: person,
          subjectType: 'lesson',
          subjectId: 'l1',
          result: { minutes: 4 },
          creditedMinutes: 4,
        }),
      );
    const first = await record();
    await server.db.transaction((tx) =>
      server
        .get(Persons)
        .transfer(
          tx,
          { personId: person, fromDay: '2026-03-02', orgUnitId: next, jobRoleId: null, managerId: null },
          person,
        ),
    );
    await record();
    const found = await server.db.read((tx) =>
      rows(tx, `select org_unit_id, local_day from activity_record where person_id = $1 order by id`, [person]),
    );
    expect(found).toEqual([
      { org_unit_id: unit, local_day: '2026-03-01' },
      { org_unit_id: next, local_day: '2026-03-01' },
    ]);
    const events = await server.db.read((tx) =>
      rows<{ payload: object }>(tx, `select payload from outbox_event where type = 'activity.recorded' order by id`),
    );
    expect(events[0]?.payload).toEqual({
      activityId: first,
      verb: 'lesson.completed',
      subjectType: 'lesson',
      subjectId: 'l1',
      subjectVersion: null,
      result: { minutes: 4 },
      creditedMinutes: 4,
      localDay: '2026-03-01',
      orgUnitId: unit,
    });
  });

  it('many cost as many statements as one', async () => {
    const people = [await makePerson(server), await makePerson(server)];
    const list = Array.from({ length: 200 }, (_, i) => ({
      verb: 'review.done' as const,
      personId: people[i % 2] as string,
      subjectType: 'card',
      subjectId: `c${i}`,
    }));
    const { count } = await server.queryCount(() =>
      server.db.transaction((tx) => server.get(Activities).recordMany(tx, list)),
    );
    expect(count).toBe(1);
  });

  it.each(['activity_record', 'audit_entry'])(
    '%s can be neither changed nor emptied by the application',
    async (table) => {
      await expect(sql(server, `update ${table} set person_id = null`)).rejects.toThrow('permission denied');
      await expect(sql(server, `delete from ${table}`)).rejects.toThrow('permission denied');
      await expect(sql(server, `truncate ${table}`)).rejects.toThrow('permission denied');
    },
  );
});
