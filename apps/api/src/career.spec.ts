import { CompetencyRatings } from '@waymark/identity';
import { newId } from '@waymark/kernel';
import { execute, one, rows, SESSION_COOKIE } from '@waymark/platform';
import { makeSmallCompany, type SmallCompany } from '@waymark/testing/company';
import { createTestServer, type GqlAnswer, type TestServer } from '@waymark/testing/server';
import { libraryModules } from '@waymark/wiring';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let server: TestServer;
let company: SmallCompany;
let dimension: { id: string; code: string };

beforeAll(async () => {
  server = await createTestServer({ modules: libraryModules });
  company = await makeSmallCompany(server);
  dimension = await server.db.read((tx) =>
    one<{ id: string; code: string }>(tx, `select id, code from competency_dimension where id = $1`, [
      company.ids['dimension'],
    ]),
  );
  // The learner's job role asks for level 3; the questions they answered and the course they can open are about it.
  await server.db.transaction(async (tx) => {
    await execute(tx, `update position set job_role_id = $2 where person_id = $1`, [
      company.learner,
      company.ids['jobRole'],
    ]);
    await execute(tx, `insert into job_role_requirement (job_role_id, dimension_id, level) values ($1, $2, 3)`, [
      company.ids['jobRole'],
      dimension.id,
    ]);
  });
  await asOwner(`alter table question_version disable trigger all; alter table course_version disable trigger all;
    update question_version set competency = '${dimension.code}'; update course_version set competencies = array['${dimension.code}'];
    alter table question_version enable trigger all; alter table course_version enable trigger all`);
}, 180_000);
afterAll(() => server.close());

/** What only the owner of the tables may do: change what is frozen. */
async function asOwner(sql: string): Promise<void> {
  const owner = new pg.Client({ connectionString: server.url });
  await owner.connect();
  await owner.query(sql).finally(() => owner.end());
}

interface Advice {
  rows: {
    dimension: { code: string };
    gap: number;
    tests: { score: number; questions: number } | null;
    courses: { code: string; state: string }[];
    helpers: { id: string; name: string }[];
  }[];
}
async function advice(viewer: string): Promise<Advice['rows'][number] | undefined> {
  const answer = await server.gql<{ competencyProfile: Advice }>(
    viewer,
    `query ($p: ID) { competencyProfile(personId: $p) { rows { dimension { code } gap tests { score questions } courses { code state } helpers { id name } } } }`,
    { p: company.learner },
  );
  expect(answer.errors).toBeUndefined();
  return answer.data?.competencyProfile.rows.find((r) => r.dimension.code === dimension.code);
}

const past = (personId: string, level: number) => ({
  personId,
  dimensionId: dimension.id,
  level,
  source: 'manager' as const,
  ratedBy: company.manager,
  ratedAt: new Date('2026-01-05T00:00:00Z'),
});

describe('a gap', () => {
  it('leads to courses the person can open and to mentors who have the level and room', async () => {
    await server.db.transaction(async (tx) => {
      await server
        .get(CompetencyRatings)
        .addPast(tx, [past(company.mentor, 4), past(company.otherMentor, 3), past(company.colleague, 4)]);
      await execute(
        tx,
        `insert into mentor_profile (person_id, capacity, active) values ($1, 5, true), ($2, 5, true)
         on conflict (person_id) do update set capacity = 5, active = true`,
        [company.mentor, company.otherMentor],
      );
    });
    const row = await advice(company.learner);
    expect(row).toMatchObject({ gap: 1, courses: [{ code: 'sc-course' }, { code: 'sc-film' }] });
    // A colleague who is able but has not offered to be a mentor is left alone.
    expect(row?.helpers.map((h) => h.id)).toEqual([company.mentor, company.otherMentor]);

    // Who is away today is not offered.
    await server.db.transaction((tx) =>
      execute(
        tx,
        `insert into mentor_absence (id, mentor_id, from_day, to_day, created_at) values ($1, $2, $3, $3, now())`,
        [newId(), company.otherMentor, company.today],
      ),
    );
    expect((await advice(company.learner))?.helpers.map((h) => h.id)).toEqual([company.mentor]);
    await server.db.transaction((tx) =>
      execute(tx, `delete from mentor_absence where mentor_id = $1`, [company.otherMentor]),
    );

    await server.db.transaction((tx) =>
      execute(tx, `update mentor_profile set active = false where person_id = $1`, [company.mentor]),
    );
    expect((await advice(company.learner))?.helpers.map((h) => h.id)).toEqual([company.otherMentor]);
    await server.db.transaction((tx) =>
      execute(tx, `update mentor_profile set capacity = 0 where person_id = $1`, [company.otherMentor]),
    );
    expect((await advice(company.learner))?.helpers).toEqual([]);
  });

  it('stands beside what tests say, which a manager does not see', async () => {
    const tests = (await advice(company.learner))?.tests;
    expect(tests?.questions).toBeGreaterThan(0);
    const expected = await server.db.read((tx) =>
      one<{ score: number }>(
        tx,
        `select (floor(sum(share * p) * 1000 / sum(p)) / 10)::float8 as score from (
           select distinct on (t.assessment_id) t.id, t.paper, t.marks from attempt t where t.person_id = $1 and t.state = 'graded'
           order by t.assessment_id, t.number desc) a,
         lateral (select ((a.marks -> i ->> 'n')::numeric / (a.marks -> i ->> 'd')::numeric) as share, (a.paper -> i ->> 'p')::numeric as p
                  from generate_series(0, jsonb_array_length(a.paper) - 1) i) x`,
        [company.learner],
      ),
    );
    expect(tests?.score).toBe(expected.score);
    expect((await advice(company.mentor))?.tests).toEqual(tests);
    expect((await advice(company.lead))?.tests).toEqual(tests);
    expect((await advice(company.manager))?.tests).toBeNull();
  });

  it('costs the same statements with ten dimensions as with one', async () => {
    const { count } = await server.queryCount(() => advice(company.learner));
    expect(count).toBeLessThan(30);
  });
});

const FILE = `query ($p: ID) { talentFile(personId: $p) { parts skills { gap } maps { title done total } milestones { title state }
  courses { title } results { title score topics { title } } certificates { number } pairings { role partner { id } } } }`;
interface File {
  talentFile: Record<string, { topics?: object[] }[] | null> & { parts: never };
}

describe('a talent file', () => {
  const open = (viewer: string): Promise<GqlAnswer<File>> => server.gql<File>(viewer, FILE, { p: company.learner });

  it('shows each only their parts', async () => {
    const all = ['skills', 'maps', 'milestones', 'courses', 'results', 'certificates', 'pairings'];
    for (const [viewer, parts] of [
      [company.learner, all],
      [company.lead, all],
      [company.manager, ['maps', 'results', 'certificates']],
      [company.mentor, ['skills', 'maps', 'milestones', 'results']],
    ] as [string, string[]][]) {
      const answer = await open(viewer);
      expect(answer.errors).toBeUndefined();
      const file = answer.data?.talentFile as Record<string, unknown[] | null>;
      expect(file['parts']).toEqual(parts);
      for (const part of all) expect([part, file[part] === null]).toEqual([part, !parts.includes(part)]);
    }
    for (const stranger of [company.colleague, company.otherMentor, company.leadElsewhere, company.admin])
      expect((await open(stranger)).errors?.[0]?.extensions).toMatchObject({
        code: 'NOT_FOUND',
        reason: 'person-unknown',
      });
  });

  it('is filled by every lib; topics stay from the manager', async () => {
    const own = (await open(company.learner)).data?.talentFile;
    for (const part of ['skills', 'maps', 'milestones', 'results', 'certificates', 'pairings'])
      expect([part, own?.[part]?.length]).not.toEqual([part, 0]);
    expect(own?.['results']?.some((r) => (r.topics ?? []).length > 0)).toBe(true);
    const managers = (await open(company.manager)).data?.talentFile;
    expect(managers?.['results']?.length).toBe(own?.['results']?.length);
    expect(managers?.['results']?.some((r) => (r.topics ?? []).length > 0)).toBe(false);
  });

  it('leaves the house only on record, with the parts that were open', async () => {
    const take = (viewer: string) =>
      server.app.inject({
        method: 'GET',
        url: `/api/talent-files/${company.learner}`,
        cookies: { [SESSION_COOKIE]: `test.${viewer}` },
      });
    expect((await take(company.colleague)).statusCode).toBe(404);
    const file = await take(company.manager);
    expect(file.statusCode).toBe(200);
    const { default: excel } = await import('exceljs');
    const book = new excel.Workbook();
    await book.xlsx.load(file.rawPayload as unknown as ArrayBuffer);
    expect(book.worksheets.map((s) => s.name)).toEqual(['Maps', 'Results', 'Certificates']);
    await server.gql(company.lead, `mutation ($p: ID) { printTalentFile(personId: $p) { parts } }`, {
      p: company.learner,
    });
    const entries = await server.db.read((tx) =>
      rows<{ actor_id: string; changes: { field: string; to: string }[] }>(
        tx,
        `select actor_id, changes from audit_entry where action = 'talent-file.exported' and person_id = $1 order by at, id`,
        [company.learner],
      ),
    );
    expect(entries.map((e) => [e.actor_id, e.changes[0]?.to, e.changes[1]?.to])).toEqual([
      [company.manager, 'xlsx', 'maps results certificates'],
      [company.lead, 'print', 'skills maps milestones courses results certificates pairings'],
    ]);
  });
});
