import { readFileSync } from 'node:fs';
import { addDays, mulberry32 } from '@waymark/kernel';
import { execute, one, rows, SESSION_COOKIE } from '@waymark/platform';
import { grantRole, makeJobRole, makeOrgUnit, makePerson, makeStaff, supervise } from '@waymark/testing/identity';
import { createTestServer, type GqlAnswer, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Settings } from '../company/company-settings.service.js';
import { IdentityModule } from '../identity.module.js';
import { Persons } from '../person/person.service.js';
import { IdentityReference } from '../reference-data.service.js';
import { Supervisions } from '../supervision/supervision.service.js';
import { CompetencyRatings, type PastRating } from './competency-ratings.service.js';
import { Competencies } from './competency.service.js';

let server: TestServer;
let lead: string;
let dimensions: Map<string, string>;

const model = readFileSync(new URL('../../../../seeds/reference/competency-model.yaml', import.meta.url), 'utf8');
const load = () =>
  server.db.transaction((tx) =>
    server.get(IdentityReference).loadIdentityReference(tx, { competencyModel: model, workCalendars: [] }),
  );
const reason = (a: GqlAnswer<unknown>): string | undefined => a.errors?.[0]?.extensions.reason;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule] });
  lead = await makeStaff(server, 'ld-lead');
  await load();
});
afterAll(() => server.close());
beforeEach(async () => {
  dimensions = new Map(
    (await server.db.read((tx) => server.get(Competencies).dimensions(tx, { archived: true }))).map((d) => [
      d.code,
      d.id,
    ]),
  );
});
const id = (code: string): string => dimensions.get(code) as string;

const rate = (viewer: string, input: object) =>
  server.gql(viewer, 'mutation ($i: RatingInput!) { rateCompetency(input: $i) { rateAs } }', { i: input });

interface Row {
  dimension: { code: string; sense: number };
  required: number | null;
  self: number | null;
  assessed: number | null;
  assessedSource: string | null;
  outdated: boolean;
  upcoming: { level: number; fromDay: string } | null;
}
async function profileRow(viewer: string, code: string, personId: string | null = null): Promise<Row | undefined> {
  const answer = await server.gql<{ competencyProfile: { rows: Row[] } }>(
    viewer,
    'query ($p: ID) { competencyProfile(personId: $p) { rows { dimension { code sense } required self assessed assessedSource outdated upcoming { level fromDay } } } }',
    { p: personId },
  );
  return answer.data?.competencyProfile.rows.find((r) => r.dimension.code === code);
}
interface Rating {
  source: string;
  level: number;
  note: string | null;
  meaning: string;
  counts: boolean;
  by: { id: string };
}
async function history(viewer: string, code: string, personId: string | null = null): Promise<Rating[]> {
  const answer = await server.gql<{ competencyRatings: { edges: { node: Rating }[] } }>(
    viewer,
    'query ($d: ID!, $p: ID) { competencyRatings(dimensionId: $d, personId: $p) { edges { node { source level note meaning counts by { id } } } } }',
    { d: id(code), p: personId },
  );
  return answer.data?.competencyRatings.edges.map((e) => e.node) ?? [];
}

interface Edited {
  id: string;
  code: string;
  version: number;
  sense: number;
  archived: boolean;
  names: object;
  descriptions: object;
  levels: { level: number; descriptions: { en: string | null }; evidences: object }[];
}
async function draft(): Promise<Edited[]> {
  const answer = await server.gql<{ competencyModelForEdit: { dimensions: Edited[] } }>(
    lead,
    `{ competencyModelForEdit { dimensions { id code version sense archived names { zhCN zhTW en } descriptions { zhCN zhTW en }
       levels { level descriptions { zhCN zhTW en } evidences { zhCN zhTW en } } } } }`,
  );
  return answer.data?.competencyModelForEdit.dimensions ?? [];
}
const dimension = async (code: string): Promise<Edited> => (await draft()).find((d) => d.code === code) as Edited;

function inputOf(d: Edited, words: { en: string }, senseChanged: boolean): object {
  return {
    id: d.id,
    version: d.version,
    senseChanged,
    name: d.names,
    description: d.descriptions,
    levels: d.levels.map((l) => ({
      level: l.level,
      description: l.level === 1 ? { ...l.descriptions, ...words } : l.descriptions,
      evidence: l.evidences,
    })),
  };
}
const save = (input: object, viewer = lead) =>
  server.gql(viewer, 'mutation ($i: CompetencyInput!) { saveCompetency(input: $i) { dimensions { id } } }', {
    i: input,
  });

describe('ratings', () => {
  it('of self, mentor and manager are kept, and say what counts', async () => {
    const manager = await makePerson(server);
    const person = await makePerson(server, { managerId: manager });
    const mentor = await makePerson(server);
    const pairing = await supervise(server, mentor, person);
    await rate(person, { dimensionId: id('communication'), level: 2, note: 'two sets of minutes' });
    await rate(mentor, { personId: person, dimensionId: id('communication'), level: 1 });
    await rate(manager, { personId: person, dimensionId: id('communication'), level: 3, note: '  ' });
    expect(await profileRow(person, 'communication')).toMatchObject({
      self: 2,
      assessed: 3,
      assessedSource: 'manager',
    });
    expect(await history(mentor, 'communication', person)).toEqual([
      expect.objectContaining({ source: 'manager', level: 3, note: null, by: { id: manager } }),
      expect.objectContaining({ source: 'mentor', level: 1, by: { id: mentor } }),
      expect.objectContaining({ source: 'self', level: 2, note: 'two sets of minutes' }),
    ]);

    const refused = (await rate(lead, { personId: person, dimensionId: id('communication'), level: 4 })).errors;
    expect(refused?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN', reason: 'rating-not-supervised' });
    expect(
      reason(await rate(await makePerson(server), { personId: person, dimensionId: id('teamwork'), level: 4 })),
    ).toBe('rating-not-supervised');
    // When the pairing ends, so does the right.
    await server.db.transaction((tx) => server.get(Supervisions).end(tx, { id: pairing }));
    server.clock.advance(3 * 86_400_000);
    expect(reason(await rate(mentor, { personId: person, dimensionId: id('communication'), level: 4 }))).toBe(
      'rating-not-supervised',
    );
    expect(await history(mentor, 'communication', person)).toEqual([]);
    expect((await profileRow(person, 'communication'))?.assessed).toBe(3);
  });

  it('given at once by two are both kept, and the one that comes last in the history counts', async () => {
    const person = await makePerson(server);
    const mentors = [await makePerson(server), await makePerson(server), await makePerson(server)];
    for (const m of mentors) await supervise(server, m, person, m === mentors[0] ? 'mentor' : 'delegate');
    const answers = await Promise.all(
      mentors.map((m, i) => rate(m, { personId: person, dimensionId: id('negotiation'), level: i + 1 })),
    );
    expect(answers.map((a) => a.errors)).toEqual([undefined, undefined, undefined]);
    const list = await history(person, 'negotiation');
    expect(list.map((r) => r.level).sort()).toEqual([1, 2, 3]);
    expect((await profileRow(person, 'negotiation'))?.assessed).toBe(list[0]?.level);
    const times = await server.db.read((tx) =>
      rows<{ n: number }>(tx, `select count(distinct rated_at)::int as n from competency_rating where person_id = $1`, [
        person,
      ]),
    );
    expect(times).toEqual([{ n: 3 }]);
  });

  it('stand as the history says, whatever was added in whatever order', async () => {
    const random = mulberry32(7);
    const person = await makePerson(server);
    const rater = await makePerson(server);
    const codes = ['communication', 'teamwork', 'negotiation'];
    const list = Array.from({ length: 60 }, (): PastRating => {
      const own = random() < 0.5;
      return {
        personId: person,
        dimensionId: id(codes[Math.floor(random() * 3)] as string),
        level: 1 + Math.floor(random() * 4),
        source: own ? 'self' : random() < 0.5 ? 'mentor' : 'manager',
        ratedBy: own ? person : rater,
        ratedAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 1e9)),
      };
    });
    for (let i = 0; i < list.length; i += 20)
      await server.db.transaction((tx) => server.get(CompetencyRatings).addPast(tx, list.slice(i, i + 20)));
    for (const code of codes) {
      const latest = (own: boolean): number | undefined =>
        list
          .filter((r) => r.dimensionId === id(code) && (r.source === 'self') === own)
          .sort((a, b) => b.ratedAt.getTime() - a.ratedAt.getTime())[0]?.level;
      expect(await profileRow(person, code)).toMatchObject({ self: latest(true), assessed: latest(false) });
    }
  });

  it('cannot be changed or taken back, not even by the application', async () => {
    await expect(server.db.transaction((tx) => execute(tx, `update competency_rating set level = 1`))).rejects.toThrow(
      /permission denied/,
    );
  });

  it('lose their words with the person, and keep their levels', async () => {
    const person = await makePerson(server, { employeeNumber: 'RATED1' });
    await rate(person, { dimensionId: id('teamwork'), level: 2, note: 'words about me' });
    const today = await server.db.read((tx) => server.get(Settings).today(tx));
    await server.db.transaction(async (tx) => {
      await server.get(Persons).leave(tx, person, addDays(today, -1), null);
      await server.get(Persons).erase(tx, person, 'RATED1', null);
    });
    const left = await server.db.read((tx) =>
      one(
        tx,
        `select (select count(*)::int from competency_rating where person_id = $1) as ratings,
                (select count(*)::int from competency_rating_note where person_id = $1) as notes`,
        [person],
      ),
    );
    expect(left).toEqual({ ratings: 1, notes: 0 });
  });
});

describe('the model', () => {
  it('keeps with each rating the words it was given under', async () => {
    const person = await makePerson(server);
    await rate(person, { dimensionId: id('solution-design'), level: 1, sense: 1 });
    const before = await dimension('solution-design');
    expect((await save(inputOf(before, { en: 'A better wording' }, false))).errors).toBeUndefined();
    const english = await makePerson(server, { locale: 'en' });
    await rate(english, { dimensionId: id('solution-design'), level: 1 });
    expect((await history(english, 'solution-design'))[0]).toMatchObject({ meaning: 'A better wording', counts: true });
    expect((await history(person, 'solution-design'))[0]).toMatchObject({ counts: true });
    expect((await history(person, 'solution-design'))[0]?.meaning).not.toBe('A better wording');
    expect(await profileRow(person, 'solution-design')).toMatchObject({ self: 1, outdated: false });

    // A changed sense: what was rated no longer counts, and is still there to read.
    await save(inputOf(await dimension('solution-design'), { en: 'Something else altogether' }, true));
    expect(await profileRow(person, 'solution-design')).toMatchObject({
      self: null,
      outdated: true,
      dimension: { sense: 2 },
    });
    expect((await history(person, 'solution-design'))[0]).toMatchObject({ level: 1, counts: false });
    expect(reason(await rate(person, { dimensionId: id('solution-design'), level: 2, sense: 1 }))).toBe(
      'competency-sense-changed',
    );
    await rate(person, { dimensionId: id('solution-design'), level: 2, sense: 2 });
    expect(await profileRow(person, 'solution-design')).toMatchObject({ self: 2, outdated: false });
    const versions = await server.gql<{ competencyVersions: { version: number; sense: number; by: object | null }[] }>(
      lead,
      'query ($d: ID!) { competencyVersions(dimensionId: $d) { version sense by { id } levels { description } } }',
      { d: id('solution-design') },
    );
    expect(versions.data?.competencyVersions).toMatchObject([
      { version: 3, sense: 2, by: { id: lead } },
      { version: 2, sense: 1, by: { id: lead } },
      { version: 1, sense: 1, by: null },
    ]);
  });

  it('is not overwritten by a second editor, who is told who was first', async () => {
    const seen = await dimension('customer-management');
    const both = await Promise.all([
      save(inputOf(seen, { en: 'first' }, false)),
      save(inputOf(seen, { en: 'second' }, false)),
    ]);
    const lost = both.filter((a) => a.errors);
    expect(lost).toHaveLength(1);
    expect(lost[0]?.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'changed-meanwhile',
      params: { by: expect.any(String) },
    });
    expect((await dimension('customer-management')).version).toBe(2);
    // The same words again are no change.
    const now = await dimension('customer-management');
    await save(inputOf(now, {} as { en: string }, false));
    expect((await dimension('customer-management')).version).toBe(2);
  });

  it('a rating and a change of sense at once: either the rating counts or it is refused, never in between', async () => {
    const person = await makePerson(server);
    const seen = await dimension('needs-analysis');
    const [rated] = await Promise.all([
      rate(person, { dimensionId: seen.id, level: 3, sense: seen.sense }),
      save(inputOf(seen, { en: 'another sense' }, true)),
    ]);
    const row = await profileRow(person, 'needs-analysis');
    expect(row?.self).toBeNull();
    if (rated.errors) expect([reason(rated), row?.outdated]).toEqual(['competency-sense-changed', false]);
    else expect(row?.outdated).toBe(true);
  });

  it('grows, is ordered and archived; loading the reference again undoes none of it', async () => {
    const levels = [1, 2, 3, 4].map((level) => ({ level, description: { en: `level ${level}` } }));
    const created = { code: 'curiosity', name: { en: 'Curiosity' }, levels, senseChanged: false };
    expect((await save(created)).errors).toBeUndefined();
    expect(reason(await save(created))).toBe('code-taken');
    expect(reason(await save({ ...created, code: 'x', levels: levels.slice(1) }))).toBe('competency-level-missing');
    const open = (await draft()).filter((d) => !d.archived).map((d) => d.id);
    const turned = [...open].reverse();
    const order = (ids: string[]) =>
      server.gql(lead, 'mutation ($i: [ID!]!) { orderCompetencies(ids: $i) { dimensions { id } } }', { i: ids });
    expect((await order(turned)).errors).toBeUndefined();
    expect((await draft()).filter((d) => !d.archived).map((d) => d.id)).toEqual(turned);
    expect(reason(await order(turned.slice(1)))).toBe('changed-meanwhile');
    await server.gql(lead, 'mutation ($i: ID!) { archiveCompetency(id: $i, archived: true) { dimensions { id } } }', {
      i: id('product-knowledge'),
    });
    await load();
    const after = await draft();
    expect(after.filter((d) => !d.archived).map((d) => d.id)).toEqual(
      turned.filter((d) => d !== id('product-knowledge')),
    );
    const person = await makePerson(server);
    expect(await profileRow(person, 'product-knowledge')).toBeUndefined();
    expect(reason(await rate(person, { dimensionId: id('product-knowledge'), level: 1 }))).toBe('competency-unknown');
    await server.gql(lead, 'mutation ($i: ID!) { archiveCompetency(id: $i, archived: false) { dimensions { id } } }', {
      i: id('product-knowledge'),
    });
  });

  it('is for L&D to edit, and every change is on record', async () => {
    const person = await makePerson(server);
    for (const [query, variables] of [
      ['{ competencyModelForEdit { levels { level } } }', {}],
      ['mutation ($i: [ID!]!) { orderCompetencies(ids: $i) { levels { level } } }', { i: [] }],
      ['{ roleRequirements { level } }', {}],
      ['{ skillSummary { missing } }', {}],
      ['{ careerLadders { id } }', {}],
    ] as const)
      expect((await server.gql(person, query, variables)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const actions = await server.db.read((tx) =>
      rows<{ action: string }>(tx, `select distinct action from audit_entry where actor_id = $1`, [lead]),
    );
    expect(actions.map((a) => a.action)).toEqual(
      expect.arrayContaining(['competency.changed', 'competency.created', 'competency.ordered', 'competency.archived']),
    );
  });

  it('names its levels in all languages, and gets one more on top only', async () => {
    const saveLevel = (level: number, code: string | null, name: object) =>
      server.gql(
        lead,
        'mutation ($l: Int!, $c: String, $n: TextInput!) { saveCompetencyLevel(level: $l, code: $c, name: $n) { levels { level names { en zhTW } } } }',
        { l: level, c: code, n: name },
      );
    expect((await saveLevel(4, null, { en: 'Coach' })).data).toMatchObject({
      saveCompetencyLevel: { levels: [{}, {}, {}, { level: 4, names: { en: 'Coach', zhTW: expect.any(String) } }] },
    });
    expect(reason(await saveLevel(7, 'seven', { en: 'Seven' }))).toBe('competency-level-unknown');
    expect(reason(await saveLevel(1, null, { en: ' ' }))).toBe('name-needed');
  });
});

describe('requirements of job roles', () => {
  const set = (cells: object[], fromDay: string | null = null) =>
    server.gql(
      lead,
      'mutation ($c: [RequirementCellInput!]!, $d: LocalDay) { setRoleRequirements(cells: $c, fromDay: $d) { jobRoleId dimensionId level upcoming { level fromDay } } }',
      { c: cells, d: fromDay },
    );

  it('hold from a day on; before it the old ones do, and the learner sees what is coming', async () => {
    const role = await makeJobRole(server);
    const person = await makePerson(server, { jobRoleId: role });
    const cell = { jobRoleId: role, dimensionId: id('teamwork') };
    expect((await set([{ ...cell, level: 2, saw: null }])).errors).toBeUndefined();
    const today = await server.db.read((tx) => server.get(Settings).today(tx));
    const later = addDays(today, 10);
    expect((await set([{ ...cell, level: 4, saw: 2 }], later)).errors).toBeUndefined();
    expect(await profileRow(person, 'teamwork')).toMatchObject({
      required: 2,
      upcoming: { level: 4, fromDay: later },
    });
    expect(reason(await set([{ ...cell, level: 1, saw: 2 }], addDays(today, -1)))).toBe('day-in-the-past');
    server.clock.advance(11 * 86_400_000);
    expect(await profileRow(person, 'teamwork')).toMatchObject({ required: 4, upcoming: null });
    await set([{ ...cell, level: null, saw: 4 }]);
    expect(await profileRow(person, 'teamwork')).toMatchObject({ required: null });
    const kept = await server.db.read((tx) =>
      one(tx, `select count(*)::int as n from job_role_requirement where job_role_id = $1`, [role]),
    );
    expect(kept).toEqual({ n: 3 });
  });

  it('set by two at once: the second is told, and nothing is half done', async () => {
    const roles = [await makeJobRole(server), await makeJobRole(server)];
    const cells = (level: number) =>
      roles.map((jobRoleId) => ({ jobRoleId, dimensionId: id('communication'), level, saw: null }));
    const both = await Promise.all([set(cells(1)), set([...cells(2)].reverse())]);
    expect(both.filter((a) => a.errors).map(reason)).toEqual(['changed-meanwhile']);
    const now = await server.db.read((tx) =>
      rows<{ level: number }>(tx, `select level from job_role_requirement where job_role_id = any ($1)`, [roles]),
    );
    expect(now).toHaveLength(2);
    expect(new Set(now.map((n) => n.level)).size).toBe(1);
    expect(reason(await set([{ ...cells(9)[0], saw: 1 }]))).toBe('competency-level-unknown');
    expect(reason(await set([cells(1)[0] as object, cells(1)[0] as object]))).toBe('cell-twice');
  });
});

describe('the skill table', () => {
  const page = (viewer: string, variables: object) =>
    server.gql<{
      skillTable: {
        totalCount: number;
        pageInfo: { endCursor: string | null; hasNextPage: boolean };
        edges: { node: { id: string; required: (number | null)[]; assessed: (number | null)[]; missing: number } }[];
      };
    }>(
      viewer,
      `query ($f: SkillFilterInput, $n: Int, $a: String) { skillTable(filter: $f, first: $n, after: $a) {
         totalCount pageInfo { endCursor hasNextPage } edges { node { id required assessed missing person { name } jobRole { name } } } } }`,
      { ...variables },
    );

  it('shows a regional lead the region, by pages, in as many statements for two as for many', async () => {
    const region = await makeOrgUnit(server);
    const regional = await makePerson(server);
    await grantRole(server, regional, 'ld-lead', region);
    const role = await makeJobRole(server);
    await server.db.transaction((tx) =>
      server.get(Competencies).setRequirements(tx, role, { communication: 'expert', teamwork: 'entry' }),
    );
    const boss = await makePerson(server);
    const people: string[] = [];
    for (let i = 0; i < 6; i += 1)
      people.push(
        await makePerson(server, {
          orgUnitId: region,
          jobRoleId: role,
          managerId: boss,
          name: i === 0 ? '=1+1' : `人${i}`,
        }),
      );
    await rate(boss, { personId: people[0], dimensionId: id('communication'), level: 3 });
    await rate(boss, { personId: people[0], dimensionId: id('teamwork'), level: 1 });
    await rate(boss, { personId: people[1], dimensionId: id('communication'), level: 2 });
    // How people see themselves meets nothing.
    await rate(people[2] as string, { dimensionId: id('communication'), level: 3 });

    const first = await page(regional, { n: 4 });
    expect(first.data?.skillTable).toMatchObject({ totalCount: 6, pageInfo: { hasNextPage: true } });
    const rest = await page(regional, { n: 4, a: first.data?.skillTable.pageInfo.endCursor });
    const all = [...(first.data?.skillTable.edges ?? []), ...(rest.data?.skillTable.edges ?? [])].map((e) => e.node);
    expect(all.map((n) => n.id).sort()).toEqual([...people].sort());
    const open = (await draft()).filter((d) => !d.archived).map((d) => d.code);
    const at = open.indexOf('communication');
    expect(all.find((n) => n.id === people[1])).toMatchObject({ missing: 2 });
    expect(all.find((n) => n.id === people[1])?.required[at]).toBe(3);
    expect(all.find((n) => n.id === people[0])).toMatchObject({ missing: 0 });

    const gaps = await page(regional, { f: { onlyGaps: true } });
    expect(gaps.data?.skillTable.totalCount).toBe(5);
    const inTeamwork = await page(regional, { f: { gapIn: id('teamwork') } });
    expect(inTeamwork.data?.skillTable.totalCount).toBe(5);
    const elsewhere = await page(lead, { f: { orgUnitId: await makeOrgUnit(server) } });
    expect(elsewhere.data?.skillTable.totalCount).toBe(0);

    const few = await server.queryCount(() => page(regional, { n: 2 }));
    const many = await server.queryCount(() => page(regional, { n: 6 }));
    expect(many.count).toBe(few.count);
    expect(many.count).toBeLessThan(10);

    const summary = await server.gql<{ skillSummary: object[] }>(
      regional,
      '{ skillSummary { dimensionId required met unrated missing } }',
    );
    expect(summary.data?.skillSummary).toContainEqual({
      dimensionId: id('communication'),
      required: 6,
      met: 1,
      unrated: 4,
      missing: 1 + 4 * 3,
    });

    const file = await server.app.inject({
      method: 'GET',
      url: '/api/skills.xlsx',
      cookies: { [SESSION_COOKIE]: `test.${regional}` },
    });
    expect(file.statusCode).toBe(200);
    const { default: excel } = await import('exceljs');
    const book = new excel.Workbook();
    await book.xlsx.load(file.rawPayload as unknown as ArrayBuffer);
    const names = book.worksheets[0]?.getColumn(2).values.slice(2);
    expect(names).toHaveLength(6);
    expect(names).toContain("'=1+1");
    const audited = await server.db.read((tx) =>
      one(tx, `select count(*)::int as n from audit_entry where action = 'skills.exported' and actor_id = $1`, [
        regional,
      ]),
    );
    expect(audited).toEqual({ n: 1 });
  });
});
