import { one, rows, SESSION_RESOLVER, writeXlsx, type SessionResolver, type Viewer } from '@waymark/platform';
import { makeJobRole, makeOrgUnit, makePerson, makeStaff } from '@waymark/testing/identity';
import { createTestServer, type TestServer } from '@waymark/testing/server';
import { beforeEach, describe, expect, it } from 'vitest';
import { IdentityModule } from '../identity.module.js';
import { Persons } from '../person/person.service.js';
import { findRun, pageOfRows } from './people-import.repository.js';
import { PeopleImports } from './people-import.service.js';

let server: TestServer;
let imports: PeopleImports;
let viewer: Viewer;
let unit: string;

beforeEach(async () => {
  server = await createTestServer({ modules: [IdentityModule] });
  imports = server.get(PeopleImports);
  viewer = await server.get<SessionResolver>(SESSION_RESOLVER).viewerFor(await makeStaff(server, 'ld-lead'));
  unit = await makeOrgUnit(server, { code: 'sales', name: '销售部' });
  await makeJobRole(server, 'adviser');
  return () => server.close();
});

const csv = (...lines: string[]): Buffer =>
  Buffer.from(['工号,姓名,入职日期,部门,岗位,直接上级工号,邮箱', ...lines].join('\n'));
const run = (id: string) => server.db.read((tx) => findRun(tx, id));
const results = async (id: string) =>
  Object.fromEntries(
    (await server.db.read((tx) => pageOfRows(tx, id, null, 0, 500))).map((r) => [
      r.line,
      r.problems[0] ? `${r.problems[0].field}:${r.problems[0].code}` : r.outcome,
    ]),
  );
const count = async (sql: string): Promise<number> =>
  (await server.db.read((tx) => one<{ n: number }>(tx, `select count(*)::int as n from ${sql}`))).n;
const commit = async (id: string, confirm = false): Promise<void> => {
  await imports.commit(viewer, id, confirm);
  await server.runJobs();
};

describe('people import', () => {
  const list = csv(
    'A1,陆一,2026-03-02,销售部,adviser,A2,a1@x.example',
    'A2,陆二,2026/2/1,sales,,,',
    'A3,,2026-03-02,销售部,,,',
    'A4,陆四,2026-03-02,月球部,,,',
  );

  it('names each bad row, keeps the good ones, and a second import of the same file changes nothing', async () => {
    const id = await imports.upload(viewer, 'list.csv', list);
    expect(await results(id)).toEqual({ 2: 'added', 3: 'added', 4: 'name:missing', 5: 'orgUnit:org-unit-unknown' });
    const before = await count('person');
    await commit(id);
    expect(await run(id)).toMatchObject({ state: 'committed', summary: { added: 2, refused: 2 }, done: 2 });
    expect(await count('person')).toBe(before + 2);
    const manager = await server.db.read((tx) =>
      one(
        tx,
        `select m.employee_number from person_profile p join current_position c on c.person_id = p.person_id join person_profile m on m.person_id = c.manager_id where p.employee_number = 'A1'`,
      ),
    );
    expect(manager).toEqual({ employee_number: 'A2' });
    const snapshot = () =>
      Promise.all(['person', 'position', 'employment', 'supervision', 'outbox_event'].map((t) => count(t)));
    const counts = await snapshot();
    const again = await imports.upload(viewer, 'list.csv', list);
    expect(await results(again)).toEqual({ 2: 'kept', 3: 'kept', 4: 'name:missing', 5: 'orgUnit:org-unit-unknown' });
    await commit(again);
    expect(await snapshot()).toEqual(counts);
  });

  it('takes corrected cells and another mapping', async () => {
    const id = await imports.upload(viewer, 'x.csv', Buffer.from('号,名,日,部\nB1,陆一,bad,sales\n'));
    expect(await run(id)).toMatchObject({ state: 'mapping' });
    await expect(imports.commit(viewer, id, false)).rejects.toMatchObject({ code: 'import-not-ready' });
    await imports.map(viewer, id, [
      { index: 0, field: 'employeeNumber' },
      { index: 1, field: 'name' },
      { index: 2, field: 'hireDate' },
      { index: 3, field: 'orgUnit' },
    ]);
    expect(await results(id)).toEqual({ 2: 'hireDate:day-invalid' });
    await imports.repair(viewer, id, [{ line: 2, field: 'hireDate', value: '2026-02-01' }]);
    expect(await results(id)).toEqual({ 2: 'added' });
  });

  it('changes people, moves them, and lets two swap their addresses', async () => {
    const one_ = await makePerson(server, { employeeNumber: 'C1', email: 'c1@x.example', orgUnitId: unit });
    const two = await makePerson(server, { employeeNumber: 'C2', email: 'c2@x.example' });
    const id = await imports.upload(
      viewer,
      'x.csv',
      Buffer.from('工号,姓名,入职日期,部门,邮箱\nC1,新名,,,c2@x.example\nC2,,,sales,c1@x.example\n'),
    );
    expect(await results(id)).toEqual({ 2: 'changed', 3: 'changed' });
    await commit(id);
    const profiles = await server.db.read((tx) =>
      rows(tx, `select name, email from person_profile where person_id = any ($1) order by employee_number`, [
        [one_, two],
      ]),
    );
    expect(profiles).toEqual([
      { name: '新名', email: 'c2@x.example' },
      { name: expect.any(String), email: 'c1@x.example' },
    ]);
    expect((await server.db.read((tx) => server.get(Persons).facts(tx, [two]))).get(two)?.orgUnitId).toBe(unit);
  });

  it('a full list ends those who are missing, after a confirmation above 5 %', async () => {
    const gone = await makePerson(server, { employeeNumber: 'D1' });
    await makePerson(server, { employeeNumber: 'D2' });
    const id = await imports.upload(viewer, 'x.csv', csv('D2,陆二,,,,,'));
    await imports.setOptions(viewer, id, 'full-list', false);
    expect(await run(id)).toMatchObject({ summary: { leaving: 1, leavingTooMany: true } });
    await expect(imports.commit(viewer, id, false)).rejects.toMatchObject({ code: 'import-leavers-not-confirmed' });
    await commit(id, true);
    expect((await server.db.read((tx) => server.get(Persons).facts(tx, [gone]))).get(gone)?.status).toBe('left');
    expect(
      (await server.db.read((tx) => server.get(Persons).facts(tx, [viewer.personId]))).get(viewer.personId)?.status,
    ).toBe('active');
  });

  it('takes somebody who left back, under a manager who is new in the same list', async () => {
    const back = await makePerson(server, { employeeNumber: 'E1', hireDate: '2025-01-06' });
    await server.db.transaction((tx) => server.get(Persons).leave(tx, back, '2026-01-30', viewer.personId));
    const id = await imports.upload(
      viewer,
      'x.csv',
      csv('E1,陆回,2026-03-02,sales,,E2,', 'E2,陆新,2026-03-02,sales,,,'),
    );
    await commit(id);
    expect(await run(id)).toMatchObject({ state: 'committed' });
    const facts = (await server.db.read((tx) => server.get(Persons).facts(tx, [back]))).get(back);
    expect(facts).toMatchObject({ status: 'active', name: '陆回', hireDate: '2026-03-02' });
    expect(facts?.managerId).not.toBeNull();
  });

  it('creates units and job roles when asked', async () => {
    const id = await imports.upload(
      viewer,
      'x.csv',
      csv('F1,陆一,2026-03-02,华南 / 客服部,店长,,', 'F2,陆二,2026-03-02,华南/客服部,店长,,'),
    );
    expect(await results(id)).toEqual({ 2: 'orgUnit:org-unit-unknown', 3: 'orgUnit:org-unit-unknown' });
    await imports.setOptions(viewer, id, 'add-and-change', true);
    await commit(id);
    const units = await server.db.read((tx) =>
      rows(
        tx,
        `select u.code, p.code as parent from org_unit u left join org_unit p on p.id = u.parent_id where u.code in ('hua-nan', 'ke-fu-bu') order by 1`,
      ),
    );
    expect(units).toEqual([
      { code: 'hua-nan', parent: null },
      { code: 'ke-fu-bu', parent: 'hua-nan' },
    ]);
    expect(await run(id)).toMatchObject({ state: 'committed', summary: { added: 2 } });
  });

  it('two imports of one list at once add each person once', async () => {
    const ids = [await imports.upload(viewer, 'a.csv', list), await imports.upload(viewer, 'b.csv', list)];
    for (const id of ids) await imports.commit(viewer, id, false);
    const signal = new AbortController().signal;
    const job = { id: 'x', signal, progress: () => Promise.resolve() };
    await Promise.all(ids.map((importId) => imports.runCommit({ importId }, job)));
    const summaries = (await Promise.all(ids.map(run))).map((r) => r?.summary.added).sort();
    expect(summaries).toEqual([0, 2]);
    expect(await count(`person_profile where employee_number = 'A1'`)).toBe(1);
    await imports.runCommit({ importId: ids[0] as string }, job);
    expect(await count(`person_profile where employee_number = 'A1'`)).toBe(1);
  });

  it('a cancelled commit leaves nothing behind', async () => {
    const id = await imports.upload(viewer, 'x.csv', list);
    const before = await count('person');
    await imports.commit(viewer, id, false);
    await imports.cancel(viewer, id);
    await server.runJobs();
    expect(await run(id)).toMatchObject({ state: 'cancelled' });
    expect(await count('person')).toBe(before);
  });

  it('stopped in the middle it leaves nothing behind, and is taken up again whole', async () => {
    const id = await imports.upload(viewer, 'x.csv', list);
    const before = await count('person');
    await imports.commit(viewer, id, false);
    const stopping = new AbortController();
    const done: number[] = [];
    const listener = server.get(Persons);
    const createMany = listener.createMany.bind(listener);
    listener.createMany = async (...args) => {
      const ids = await createMany(...args);
      done.push(ids.length);
      stopping.abort();
      return ids;
    };
    const job = (signal: AbortSignal) => ({ id: 'x', signal, progress: () => Promise.resolve() });
    await expect(imports.runCommit({ importId: id }, job(stopping.signal))).rejects.toThrow('stopping');
    listener.createMany = createMany;
    expect(done).toEqual([2]);
    expect(await count('person')).toBe(before);
    await imports.runCommit({ importId: id }, job(new AbortController().signal));
    expect(await run(id)).toMatchObject({ state: 'committed', summary: { added: 2 } });
    expect(await count('person')).toBe(before + 2);
  });

  it('cancelled in the middle it leaves nothing behind', async () => {
    const id = await imports.upload(viewer, 'x.csv', list);
    const before = await count('person');
    await imports.commit(viewer, id, false);
    const service = server.get(Persons);
    const createMany = service.createMany.bind(service);
    service.createMany = async (...args) => {
      const ids = await createMany(...args);
      await imports.cancel(viewer, id);
      return ids;
    };
    await server.runJobs();
    expect(await run(id)).toMatchObject({ state: 'cancelled' });
    expect(await count('person')).toBe(before);
  });

  it('a regional importer neither sees another import nor reaches outside the region', async () => {
    const region = await makeOrgUnit(server, { code: 'north' });
    const regional = await server
      .get<SessionResolver>(SESSION_RESOLVER)
      .viewerFor(await makeStaff(server, 'ld-lead', region));
    const id = await imports.upload(viewer, 'x.csv', list);
    await expect(server.db.read((tx) => imports.find(tx, regional, id))).rejects.toMatchObject({
      code: 'import-unknown',
    });
    const own = await imports.upload(
      regional,
      'x.csv',
      csv('G1,陆一,2026-03-02,sales,,,', 'G2,陆二,2026-03-02,north,,,'),
    );
    expect(await results(own)).toEqual({ 2: 'orgUnit:outside-scope', 3: 'added' });
  });

  it('forgets rows and the name of the file after the days of the setting', async () => {
    const old = await imports.upload(viewer, 'list.csv', list);
    server.clock.advance(10 * 86_400_000);
    const young = await imports.upload(viewer, 'list.csv', list);
    const left = async () => [(await run(old))?.fileName, (await run(young))?.fileName, await count('import_row')];
    server.clock.advance(20 * 86_400_000 - 1);
    await server.runJob('identity.tidy');
    expect(await left()).toEqual(['list.csv', 'list.csv', 8]);
    server.clock.advance(2);
    await server.runJob('identity.tidy');
    expect(await left()).toEqual(['', 'list.csv', 4]);
    expect(await results(young)).toMatchObject({ 2: 'added' });
  });

  it('forgets a person who is erased: rows that name them by anything, and names of files', async () => {
    const personId = await makePerson(server, { employeeNumber: 'E9', name: '何消失', email: 'gone@x.example' });
    const named = await imports.upload(viewer, '何消失 入职.csv', csv('A1,陆一,2026-03-02,sales,,,'));
    const other = await imports.upload(
      viewer,
      'list.csv',
      // By number, by the manager's number, by an address written otherwise; and one that names somebody else.
      csv('E9,,,,,,', 'A5,陆五,2026-03-02,sales,,E9,', 'A6,陆六,,,,,GONE@x.example', 'A7,陆七,2026-03-02,sales,,,'),
    );
    await server.db.transaction((tx) => server.get(Persons).leave(tx, personId, '2026-03-01', null));
    await server.db.transaction((tx) => server.get(Persons).erase(tx, personId, 'E9', null));
    expect([(await run(named))?.fileName, (await run(other))?.fileName]).toEqual(['', 'list.csv']);
    expect(await results(named)).toEqual({ 2: 'added' });
    expect(Object.keys(await results(other))).toEqual(['5']);
  });

  it('imports 1,000 people from .xlsx in a few statements', async () => {
    const bytes = await writeXlsx([
      {
        name: 'x',
        columns: ['工号', '姓名', '入职日期', '部门', '直接上级工号', '邮箱'].map((heading) => ({
          heading,
          kind: heading === '入职日期' ? ('day' as const) : ('text' as const),
        })),
        rows: Array.from({ length: 1000 }, (_, i) => [
          `N${i}`,
          `员${i}`,
          '2026-02-02',
          'sales',
          i === 0 ? '' : `N${Math.floor((i - 1) / 10)}`,
          `n${i}@x.example`,
        ]),
      },
    ]);
    const id = await imports.upload(viewer, 'big.xlsx', bytes);
    await imports.commit(viewer, id, false);
    const started = performance.now();
    const { count: statements } = await server.queryCount(() => server.runJobs());
    process.stdout.write(
      `commit of 1,000 people: ${Math.round(performance.now() - started)} ms, ${statements} statements\n`,
    );
    expect(await run(id)).toMatchObject({ state: 'committed', summary: { added: 1000 } });
    expect(statements).toBeLessThan(60);
  });
});
