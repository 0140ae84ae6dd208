import { IdentityModule } from '@waymark/identity';
import { addDays } from '@waymark/kernel';
import { execute, one, rows } from '@waymark/platform';
import {
  createTestServer,
  LearningTestModule,
  makeCohort,
  makeJobRole,
  makePerson,
  makeStaff,
  supervise,
  type TestServer,
} from '@waymark/testing';
import excel from 'exceljs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LearningMaps } from '../learning-map/learning-maps.service.js';
import { LearningLoader, readMapSeeds } from './learning-loader.service.js';
import { draftOfSeed, type MapSeed } from './map-seed.js';

const TODAY = '2026-03-02';
let server: TestServer;
let seeds: MapSeed[];
let role: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: `${TODAY}T02:00:00Z` });
  seeds = await readMapSeeds(new URL('../../../../seeds/demo/maps', import.meta.url).pathname);
  role = await makeJobRole(server, 'new-business');
  await makeJobRole(server, 'customer-success-manager');
});
afterAll(() => server.close());

it('the demo maps are publishable: not one error, the reference path has 40 to 60 nodes in three stages', async () => {
  expect(seeds.length).toBeGreaterThanOrEqual(2);
  for (const seed of seeds) {
    const problems = await server.db.read((tx) => server.get(LearningMaps).problems(tx, draftOfSeed(seed)));
    expect(problems.filter((p) => p.severity === 'error')).toEqual([]);
  }
  const path = seeds.find((s) => s.code === 'new-business-90') as MapSeed;
  const nodes = draftOfSeed(path).nodes.length;
  expect([path.stages.length, nodes >= 40 && nodes <= 60]).toEqual([3, true]);
});

it('maps are loaded once, assigned to newcomers of the role, and filled with history of explicit days', async () => {
  const loader = server.get(LearningLoader);
  const mentor = await makePerson(server);
  const hired = addDays(TODAY, -20);
  const newcomer = await makePerson(server, { jobRoleId: role, hireDate: hired });
  const veteran = await makePerson(server, { jobRoleId: role, hireDate: '2016-01-01' });
  await supervise(server, mentor, newcomer);
  expect(await loader.loadMaps(seeds, null)).toEqual({ maps: seeds.length, published: seeds.length });
  expect(await loader.loadMaps(seeds, null)).toEqual({ maps: seeds.length, published: 0 });
  const walking = await server.db.read((tx) =>
    rows<{ id: string; start: string }>(tx, `select person_id as id, start_day as start from enrolment`),
  );
  expect(walking).toEqual([{ id: newcomer, start: hired }]);
  expect(walking.map((w) => w.id)).not.toContain(veteran);

  const mapCode = 'new-business-90';
  const at = (day: number): Date => new Date(`${addDays(hired, day - 1)}T03:00:00Z`);
  await loader.loadReadings([{ personId: newcomer, mapCode, nodeKey: 'welcome-letter', at: at(1) }]);
  const history = {
    personId: newcomer,
    mapCode,
    nodeKey: 'tools-and-accounts',
    rounds: [
      {
        text: 'Mail works',
        submittedAt: at(3),
        decision: { status: 'returned' as const, by: mentor, at: at(4), comment: 'And the CRM?' },
      },
      { text: 'Mail and CRM work', submittedAt: at(5), decision: { status: 'signed' as const, by: mentor, at: at(6) } },
    ],
  };
  const waiting = {
    personId: newcomer,
    mapCode,
    nodeKey: 'department-talks',
    rounds: [
      {
        text: 'x',
        entries: [1, 2, 3, 4].map((n) => ({ on: addDays(hired, n), title: `talk ${n}` })),
        submittedAt: at(12),
      },
    ],
  };
  expect(await loader.loadMilestones([history, waiting])).toEqual({ submissions: 3 });
  expect(await loader.loadMilestones([history, waiting])).toEqual({ submissions: 0 });
  await expect(loader.loadMilestones([{ ...waiting, nodeKey: 'shadow-customer-visits' }])).rejects.toMatchObject({
    code: 'evidence-missing',
  });

  const days = await server.db.read((tx) =>
    rows<{ verb: string; day: string; late: boolean | null }>(
      tx,
      `select verb, local_day as day, (result->>'late')::boolean as late from activity_record where person_id = $1 order by occurred_at, id`,
      [newcomer],
    ),
  );
  expect(days).toEqual([
    { verb: 'node.completed', day: addDays(hired, 0), late: false },
    { verb: 'milestone.submitted', day: addDays(hired, 2), late: null },
    { verb: 'milestone.submitted', day: addDays(hired, 4), late: null },
    { verb: 'node.completed', day: addDays(hired, 5), late: true },
    { verb: 'milestone.signed', day: addDays(hired, 5), late: null },
    { verb: 'milestone.submitted', day: addDays(hired, 11), late: null },
  ]);
  const inbox = await server.gql<{ signOffs: { counted: number; round: { waitingDays: number } }[] }>(
    mentor,
    `{ signOffs { counted round { waitingDays } } }`,
  );
  expect(inbox.data?.signOffs).toEqual([{ counted: 4, round: { waitingDays: 6 } }]);
});

it('what the dashboard shows can be taken away as a spreadsheet, inside the scope, and it is audited', async () => {
  const lead = await makeStaff(server, 'ld-lead');
  const { id } = await server.db.read((tx) => one<{ id: string }>(tx, `select person_id as id from enrolment`));
  const cohort = await makeCohort(server, [id]);
  await server.db.transaction((tx) =>
    execute(tx, `update cohort set name = '{"zh-CN":"=2+5"}' where id = $1`, [cohort]),
  );
  const get = (as: string) =>
    server.app.inject({ url: '/api/learning/progress.xlsx', cookies: { waymark_session: `test.${as}` } });
  const answer = await get(lead);
  expect(answer.statusCode).toBe(200);
  const book = new excel.Workbook();
  await book.xlsx.load(answer.rawPayload as unknown as ArrayBuffer);
  const sheet = book.worksheets[0];
  expect([sheet?.rowCount, sheet?.getRow(2).getCell(5).value]).toEqual([2, 21]);
  const headings = sheet?.getRow(1).values as unknown[];
  const cell = (heading: string) => sheet?.getRow(2).getCell(headings.indexOf(heading)).value;
  expect([cell('状态'), cell('原因'), cell('批次')]).toEqual([
    '逾期',
    '逾期 9 项，最久 18 天；等签核 1 项，已等 6 个工作日；缺 2 周签到',
    // What a spreadsheet would take for a formula stays text.
    "'=2+5",
  ]);
  expect((await get(await makePerson(server))).statusCode).toBe(403);
  const { n } = await server.db.read((tx) =>
    one<{ n: number }>(tx, `select count(*)::int as n from audit_entry where action = 'progress.exported'`),
  );
  expect(n).toBe(1);
});
