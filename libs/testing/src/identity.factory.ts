import { newId, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, one } from '@waymark/platform';
import {
  Grants,
  JobRoles,
  OrgUnits,
  Persons,
  Settings,
  Supervisions,
  type GrantableRole,
  type NewPerson,
  type SupervisionKind,
} from '@waymark/identity';
import type { TestServer } from './server.js';

let counter = 0;
const next = (): number => (counter += 1);

/** An org unit below `parentId`; without a parent a new top. */
export async function makeOrgUnit(
  server: TestServer,
  overrides: {
    code?: string;
    parentId?: string | null;
    kind?: 'company' | 'region' | 'department' | 'team';
    name?: string;
  } = {},
): Promise<string> {
  const code = overrides.code ?? `unit-${next()}`;
  const unit = await server.db.transaction((tx) =>
    server.get(OrgUnits).save(
      tx,
      {
        code,
        name: { 'zh-CN': overrides.name ?? code, en: overrides.name ?? code },
        kind: overrides.kind ?? 'department',
        parentId: overrides.parentId ?? null,
      },
      null,
    ),
  );
  return unit.id;
}

export async function makeJobRole(server: TestServer, code = `role-${next()}`): Promise<string> {
  return (
    await server.db.transaction((tx) =>
      server.get(JobRoles).save(tx, { code, name: { 'zh-CN': code, en: code } }, null),
    )
  ).id;
}

/** An active person, hired 30 days before the test's today unless said, in the unit 'test-unit' unless said. */
export async function makePerson(server: TestServer, overrides: Partial<NewPerson> = {}): Promise<string> {
  const n = next();
  return server.db.transaction(async (tx) => {
    const orgUnitId =
      overrides.orgUnitId ??
      (
        (await maybeOne<{ id: string }>(tx, `select id from org_unit where code = 'test-unit'`)) ??
        (await server
          .get(OrgUnits)
          .save(tx, { code: 'test-unit', name: { 'zh-CN': '测试部', en: 'Test unit' }, kind: 'department' }, null))
      ).id;
    const today = await server.get(Settings).today(tx);
    const { day } = await one<{ day: LocalDay }>(tx, `select $1::date - 30 as day`, [today]);
    return server.get(Persons).create(
      tx,
      {
        employeeNumber: `T${String(n).padStart(4, '0')}`,
        name: `测试员${n}`,
        hireDate: day,
        ...overrides,
        orgUnitId,
      },
      null,
    );
  });
}

export async function grantRole(
  server: TestServer,
  personId: string,
  role: GrantableRole,
  orgUnitId: string | null = null,
): Promise<string> {
  return (await server.db.transaction((tx) => server.get(Grants).grant(tx, { personId, role, orgUnitId }, null))).id;
}

/** A person with a permission role; 'ld-lead' and 'admin' are the staff most tests need. */
export async function makeStaff(
  server: TestServer,
  role: GrantableRole,
  orgUnitId: string | null = null,
): Promise<string> {
  const id = await makePerson(server);
  await grantRole(server, id, role, orgUnitId);
  return id;
}

export async function supervise(
  server: TestServer,
  supervisorId: string,
  personId: string,
  kind: Exclude<SupervisionKind, 'manager'> = 'mentor',
): Promise<string> {
  return server.db.transaction((tx) => server.get(Supervisions).start(tx, { supervisorId, personId, kind }));
}

/** A cohort with these members. */
export async function makeCohort(
  server: TestServer,
  memberIds: readonly string[],
  code = `cohort-${next()}`,
): Promise<string> {
  const id = newId();
  await server.db.transaction(async (tx) => {
    await execute(tx, `insert into cohort (id, code, name) values ($1, $2, $3)`, [
      id,
      code,
      JSON.stringify({ 'zh-CN': code, en: code }),
    ]);
    await execute(tx, `insert into cohort_member (cohort_id, person_id) select $1, unnest($2::uuid[])`, [
      id,
      memberIds,
    ]);
  });
  return id;
}
