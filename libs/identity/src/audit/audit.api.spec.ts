import { makeJobRole, makeOrgUnit, makePerson, makeStaff } from '@waymark/testing/identity';
import { createTestServer, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { IdentityModule } from '../identity.module.js';
import { Persons } from '../person/person.service.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule], now: '2026-03-04T02:00:00Z' });
});
afterAll(() => server.close());

interface Listed {
  auditEntries: {
    edges: {
      node: {
        action: string;
        subjectTitle: string | null;
        changes: { field: string; to: string | null; toName: string | null }[];
      };
    }[];
  };
}
const LIST = `query($f: AuditFilter) { auditEntries(filter: $f, first: 100) { edges { node {
  action subjectTitle person { name } actor { name } changes { field from to fromName toName } } } } }`;

it('says what subjects and ids in changes are called, and forgets the name of who is erased', async () => {
  const admin = await makeStaff(server, 'admin');
  const manager = await makePerson(server, { name: '马经理', employeeNumber: 'M1' });
  const person = await makePerson(server);
  const unit = await makeOrgUnit(server, { name: '销售部' });
  const role = await makeJobRole(server, 'adviser');
  await server.db.transaction((tx) =>
    server
      .get(Persons)
      .place(
        tx,
        [{ personId: person, fromDay: '2026-03-04', orgUnitId: unit, jobRoleId: role, managerId: manager }],
        admin,
      ),
  );
  const tag = await server.gql(
    admin,
    `mutation { saveTag(input: { code: "night", name: { en: "Night shift" } }) { id } }`,
  );
  expect(tag.errors).toBeUndefined();
  const entries = async (filter: object) =>
    (await server.gql<Listed>(admin, LIST, { f: filter })).data?.auditEntries.edges.map((e) => e.node) ?? [];
  const names = async () =>
    Object.fromEntries(
      (await entries({ personId: person, action: 'person.transferred' }))
        .at(-1)
        ?.changes.map((c) => [c.field, c.toName]) ?? [],
    );
  expect(await names()).toEqual({
    fromDay: null,
    orgUnitId: '销售部',
    jobRoleId: expect.any(String),
    managerId: '马经理',
  });
  expect((await entries({ action: 'tag.created' })).map((e) => e.subjectTitle)).toEqual(['Night shift']);

  await server.db.transaction((tx) => server.get(Persons).leave(tx, manager, '2026-03-03', null));
  await server.db.transaction((tx) => server.get(Persons).erase(tx, manager, 'M1', admin));
  expect(await names()).toMatchObject({ managerId: '已离职员工' });

  const small = await server.queryCount(() => entries({ action: 'tag.created' }));
  for (let i = 0; i < 5; i += 1)
    await server.gql(admin, `mutation { saveTag(input: { code: "t${i}", name: { en: "T${i}" } }) { id } }`);
  expect((await server.queryCount(() => entries({ action: 'tag.created' }))).count).toBe(small.count);
});
