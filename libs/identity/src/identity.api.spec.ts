import { readFileSync } from 'node:fs';
import { one, rows } from '@waymark/platform';
import { grantRole, makeJobRole, makeOrgUnit, makePerson, makeStaff, supervise } from '@waymark/testing/identity';
import { createTestServer, type GqlAnswer, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CareerLadder } from './career/career-ladder.service.js';
import { Settings } from './company/company-settings.service.js';
import { Competencies } from './competency/competency.service.js';
import { IdentityModule } from './identity.module.js';
import { IdentityReference } from './reference-data.service.js';
import { WorkCalendars } from './work-calendar/work-calendar.service.js';

let server: TestServer;
let admin: string;
let lead: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule] });
  admin = await makeStaff(server, 'admin');
  lead = await makeStaff(server, 'ld-lead');
});
afterAll(() => server.close());

const reason = (a: GqlAnswer<unknown>): string | undefined => a.errors?.[0]?.extensions.reason;

describe('persons', () => {
  it('are created, changed and found; an old revision is a conflict that names who', async () => {
    const unit = await makeOrgUnit(server);
    const created = await server.gql<{ createPerson: { id: string; revision: number } }>(
      lead,
      'mutation ($i: PersonInput!) { createPerson(input: $i) { id revision name orgUnit { id } positions { fromDay } employments { hireDate } } }',
      {
        i: { employeeNumber: 'P1', name: '欧阳小溪', hireDate: '2026-03-02', orgUnitId: unit },
      },
    );
    const person = created.data?.createPerson;
    expect(person).toMatchObject({
      name: '欧阳小溪',
      orgUnit: { id: unit },
      positions: [{ fromDay: '2026-03-02' }],
      employments: [{ hireDate: '2026-03-02' }],
    });
    const change = (name: string) =>
      server.gql(
        lead,
        'mutation ($id: ID!, $i: PersonProfileInput!) { updatePerson(id: $id, input: $i) { name revision } }',
        { id: person?.id, i: { revision: person?.revision, name } },
      );
    expect((await change('欧阳大河')).data).toEqual({ updatePerson: { name: '欧阳大河', revision: 2 } });
    const stale = await change('欧阳');
    expect(stale.errors?.[0]?.extensions).toMatchObject({
      code: 'CONFLICT',
      reason: 'changed-meanwhile',
      params: { by: expect.any(String), at: expect.any(String) },
    });
    for (const text of ['大河', 'dahe', 'oydh', 'p1']) {
      const found = await server.gql<{ searchPersons: { id: string }[] }>(
        lead,
        'query ($t: String!) { searchPersons(text: $t) { id name } }',
        { t: text },
      );
      expect(found.data?.searchPersons.map((c) => c.id)).toContain(person?.id);
    }
  });

  it('a page of them costs few statements, goes on by cursor and is sorted by pinyin', async () => {
    for (const name of ['安安', '白白', '陈晨', '丁丁']) await makePerson(server, { name });
    const query =
      '{ persons(first: 3) { edges { node { name orgUnit { name } jobRole { name } manager { name } cohorts { name } tags { name } } cursor } pageInfo { hasNextPage endCursor } totalCount } }';
    let answer:
      GqlAnswer<{ persons: { edges: { node: { name: string } }[]; pageInfo: { endCursor: string } } }> | undefined;
    const { count } = await server.queryCount(async () => void (answer = await server.gql(lead, query)));
    expect(count).toBeLessThanOrEqual(8);
    const next = await server.gql<{ persons: { edges: { node: { name: string } }[] } }>(
      lead,
      'query ($a: String!) { persons(first: 100, after: $a) { edges { node { name } } } }',
      {
        a: answer?.data?.persons.pageInfo.endCursor,
      },
    );
    const names = [...(answer?.data?.persons.edges ?? []), ...(next.data?.persons.edges ?? [])].map((e) => e.node.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((n) => ['安安', '白白', '陈晨', '丁丁'].includes(n))).toEqual(['安安', '白白', '陈晨', '丁丁']);
  });

  it('a regional lead reaches only the region', async () => {
    const north = await makeOrgUnit(server);
    const east = await makeOrgUnit(server);
    const regional = await makeStaff(server, 'ld-lead', north);
    const inside = await makePerson(server, { orgUnitId: north });
    const outside = await makePerson(server, { orgUnitId: east });
    const person = (id: string) => server.gql(regional, 'query ($id: ID!) { person(id: $id) { id } }', { id });
    expect((await person(inside)).data).toEqual({ person: { id: inside } });
    expect(reason(await person(outside))).toBe('person-unknown');
    const list = await server.gql<{ persons: { totalCount: number } }>(regional, '{ persons { totalCount } }');
    expect(list.data?.persons.totalCount).toBe(1);
    const move = await server.gql(regional, 'mutation ($i: TransferInput!) { transferPerson(input: $i) { id } }', {
      i: { personId: inside, fromDay: '2026-03-02', orgUnitId: east },
    });
    expect(reason(move)).toBe('org-unit-outside-scope');
    const leave = await server.gql(
      regional,
      'mutation ($id: ID!) { leavePerson(personId: $id, lastDay: "2026-03-02") { id } }',
      { id: outside },
    );
    expect(reason(leave)).toBe('person-unknown');
  });
});

describe('who sees what', () => {
  const staffOnly = [
    '{ persons { totalCount } }',
    '{ person(id: "0199a000-0000-7000-8000-000000000000") { id } }',
    '{ searchPersons(text: "a") { id } }',
    '{ grants { id } }',
    '{ audiences { id } }',
    '{ companySettings { name } }',
    '{ auditEntries { pageInfo { hasNextPage } } }',
    '{ peopleImports { id } }',
    '{ myTeam { id } }',
    'mutation { saveCompanySettings(input: { revision: 1, name: "x" }) { name } }',
    'mutation { viewAsLearner(personId: "0199a000-0000-7000-8000-000000000000") { id } }',
    'mutation { erasePerson(personId: "0199a000-0000-7000-8000-000000000000", confirmEmployeeNumber: "x") }',
  ];
  it.each(staffOnly)('%s is nothing for a learner, nor for somebody signed out', async (query) => {
    const learner = await makePerson(server);
    expect((await server.gql(learner, query)).errors?.[0]?.extensions).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'permission-missing',
    });
    expect((await server.gql(null, query)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('a mentor sees mentees as a team, and their profile, nobody else', async () => {
    const mentor = await makePerson(server);
    const mentee = await makePerson(server);
    await supervise(server, mentor, mentee);
    const team = await server.gql(mentor, '{ myTeam { id kind person { id name } } }');
    expect(team.data).toMatchObject({ myTeam: [{ id: mentee, kind: 'mentor', person: { id: mentee } }] });
    const profile = (id: string) =>
      server.gql(mentor, 'query ($id: ID) { competencyProfile(personId: $id) { person { id } } }', { id });
    expect((await profile(mentee)).data).toEqual({ competencyProfile: { person: { id: mentee } } });
    expect(reason(await profile(await makePerson(server)))).toBe('person-unknown');
    expect(reason(await server.gql(mentor, '{ persons { totalCount } }'))).toBe('permission-missing');
  });
});

describe('grants', () => {
  const grant = (actor: string, personId: string, role = 'author') =>
    server.gql<{ grantRole: { id: string } }>(
      actor,
      'mutation ($i: GrantInput!) { grantRole(input: $i) { id role person { id } } }',
      { i: { personId, role } },
    );
  it('are given and taken by administrators, never to themselves, and count at once', async () => {
    const person = await makePerson(server);
    expect(reason(await grant(admin, admin))).toBe('grant-to-self');
    const given = await grant(admin, person);
    expect(given.data?.grantRole).toMatchObject({ role: 'author', person: { id: person } });
    expect(reason(await grant(admin, person))).toBe('grant-exists');
    const roles = async () =>
      (await server.gql<{ viewer: { roles: string[] } }>(person, '{ viewer { roles } }')).data?.viewer.roles;
    expect(await roles()).toEqual(['learner', 'author']);
    await server.gql(admin, 'mutation ($id: ID!) { revokeGrant(id: $id) }', { id: given.data?.grantRole.id });
    expect(await roles()).toEqual(['learner']);
  });
  it('of two administrators who remove each other at once, one stays', async () => {
    const other = await createTestServer({ modules: [IdentityModule] });
    try {
      const [a, b] = [await makePerson(other), await makePerson(other)];
      const [ga, gb] = [await grantRole(other, a, 'admin'), await grantRole(other, b, 'admin')];
      const revoke = (actor: string, id: string) =>
        other.gql(actor, 'mutation ($id: ID!) { revokeGrant(id: $id) }', { id });
      const answers = await Promise.all([revoke(a, gb), revoke(b, ga)]);
      const said = answers.map((x) => x.errors?.[0]?.extensions.reason ?? 'done').sort();
      expect(said[0]).toBe('done');
      // Whoever comes second is the last one, or has just lost the right to ask.
      expect(['last-admin', 'permission-missing']).toContain(said[1]);
      const left = await other.db.read((tx) =>
        rows(tx, `select 1 from permission_grant where role = 'admin' and to_day is null`),
      );
      expect(left).toHaveLength(1);
    } finally {
      await other.close();
    }
  });
});

describe('company', () => {
  it('settings are saved with a trace; the brand is public', async () => {
    const { revision } = await server.db.read((tx) => server.get(Settings).get(tx));
    const saved = await server.gql(
      admin,
      'mutation ($i: CompanySettingsInput!) { saveCompanySettings(input: $i) { name colour pointName quietHours { from to } revision } }',
      {
        i: {
          revision,
          name: '启明',
          colour: '#1D5A43',
          pointName: { zhCN: '里程分', en: 'Miles' },
          quietHours: { from: 22, to: 7 },
        },
      },
    );
    expect(saved.data).toMatchObject({
      saveCompanySettings: {
        name: '启明',
        colour: '#1d5a43',
        pointName: '里程分',
        quietHours: { from: 22, to: 7 },
        revision: revision + 1,
      },
    });
    expect((await server.gql(null, '{ companyBrand(locale: "en") { name pointName } }')).data).toEqual({
      companyBrand: { name: '启明', pointName: 'Miles' },
    });
    const audit = await server.gql<{ auditEntries: { edges: { node: { action: string; changes: object[] } }[] } }>(
      admin,
      '{ auditEntries(filter: { action: "company.*" }, first: 1) { edges { node { action actor { id } changes { field from to } } } } }',
    );
    expect(audit.data?.auditEntries.edges[0]?.node).toMatchObject({
      actor: { id: admin },
      changes: expect.arrayContaining([{ field: 'name', from: '"Waymark"', to: '"启明"' }]),
    });
    expect(
      reason(await server.gql(admin, 'mutation { saveCompanySettings(input: { revision: 0, name: "x" }) { name } }')),
    ).toBe('changed-meanwhile');
    expect(
      reason(
        await server.gql(
          admin,
          `mutation { saveCompanySettings(input: { revision: ${revision + 1}, zone: "Mars/Base" }) { name } }`,
        ),
      ),
    ).toBe('zone-unknown');
  });

  it('the audit goes on by cursor without a gap', async () => {
    const all: string[] = [];
    for (let after: string | null = null; ;) {
      const page: GqlAnswer<{
        auditEntries: { edges: { node: { id: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
      }> = await server.gql(
        admin,
        'query ($a: String) { auditEntries(first: 7, after: $a) { edges { node { id } } pageInfo { endCursor hasNextPage } } }',
        { a: after },
      );
      all.push(...(page.data?.auditEntries.edges.map((e) => e.node.id) ?? []));
      if (!page.data?.auditEntries.pageInfo.hasNextPage) break;
      after = page.data.auditEntries.pageInfo.endCursor;
    }
    const { n } = await server.db.read((tx) => one<{ n: number }>(tx, `select count(*)::int as n from audit_entry`));
    expect(new Set(all).size).toBe(n);
  });

  it('the work calendar takes exceptions from a file', async () => {
    const result = await server.gql(
      lead,
      'mutation ($c: String!) { importWorkCalendar(csv: $c) { added changed kept refused { line code } } }',
      { c: '2026-05-01,休息,劳动节\n2026-05-09,上班,\nx,y' },
    );
    expect(result.data).toEqual({
      importWorkCalendar: { added: 2, changed: 0, kept: 0, refused: [{ line: 3, code: 'day-invalid' }] },
    });
    const calendar = await server.db.read((tx) => server.get(WorkCalendars).load(tx));
    expect(['2026-05-01', '2026-05-09', '2026-05-10', '2026-05-11'].map((d) => calendar.isWorkingDay(d))).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });
});

describe('reference data, competencies, career', () => {
  const file = (name: string): string =>
    readFileSync(new URL(`../../../seeds/reference/${name}`, import.meta.url), 'utf8');
  const load = () =>
    server.db.transaction((tx) =>
      server.get(IdentityReference).loadIdentityReference(tx, {
        competencyModel: file('competency-model.yaml'),
        workCalendars: [file('work-calendar-cn-2026.yaml')],
      }),
    );

  it('loads twice to the same, and keeps what the company changed', async () => {
    await load();
    const count = () =>
      server.db.read((tx) =>
        rows(
          tx,
          `select (select count(*)::int from competency_dimension) as d, (select count(*)::int from competency_dimension_level) as l, (select count(*)::int from work_calendar_exception) as w`,
        ),
      );
    const before = await count();
    expect(before).toEqual([{ d: 7, l: 28, w: expect.any(Number) }]);
    await load();
    expect(await count()).toEqual(before);
    const calendar = await server.db.read((tx) => server.get(WorkCalendars).load(tx));
    expect(calendar.isWorkingDay('2026-02-14')).toBe(true);
    expect(calendar.isWorkingDay('2026-05-09')).toBe(true);
  });

  it('a profile shows required, self and assessed; a stranger may not rate', async () => {
    await load();
    const role = await makeJobRole(server);
    await server.db.transaction((tx) =>
      server.get(Competencies).setRequirements(tx, role, { communication: 'expert', teamwork: 'entry' }),
    );
    const person = await makePerson(server, { jobRoleId: role });
    const mentor = await makePerson(server);
    await supervise(server, mentor, person);
    const model = await server.gql<{ competencyModel: { dimensions: { id: string; code: string }[] } }>(
      person,
      '{ competencyModel { dimensions { id code levels { level } } levels { level name } } }',
    );
    const dimension = model.data?.competencyModel.dimensions.find((d) => d.code === 'communication')?.id;
    const rate = (viewer: string, personId: string | null, level: number) =>
      server.gql(
        viewer,
        'mutation ($p: ID, $d: ID!, $l: Int!) { rateCompetency(input: { personId: $p, dimensionId: $d, level: $l }) { person { id } } }',
        { p: personId, d: dimension, l: level },
      );
    expect((await rate(person, null, 1)).errors).toBeUndefined();
    expect((await rate(mentor, person, 2)).errors).toBeUndefined();
    expect(reason(await rate(await makePerson(server), person, 4))).toBe('rating-not-supervised');
    expect(reason(await rate(person, null, 5))).toBe('competency-level-unknown');
    const profile = await server.gql<{ competencyProfile: { rows: { dimension: { code: string } }[] } }>(
      person,
      '{ competencyProfile { jobRole { id } rows { dimension { code } required self assessed gap } } }',
    );
    expect(profile.data?.competencyProfile.rows.find((r) => r.dimension.code === 'communication')).toMatchObject({
      required: 3,
      self: 1,
      assessed: 2,
      gap: 1,
    });
    expect(profile.data?.competencyProfile.rows.find((r) => r.dimension.code === 'teamwork')).toMatchObject({
      required: 1,
      self: null,
      assessed: null,
      gap: 1,
    });
  });

  it('the ladder shows my step and what the next one asks', async () => {
    await server.db.transaction((tx) =>
      server.get(CareerLadder).save(tx, [
        { code: 'entry', name: { en: 'Entry' }, yearsFrom: 1, yearsTo: 2, requirements: {} },
        {
          code: 'professional',
          name: { en: 'Professional' },
          yearsFrom: 2,
          yearsTo: 3,
          requirements: { courses: ['a', 'b'] },
        },
      ]),
    );
    const person = await makePerson(server, { hireDate: '2025-03-02' });
    const ladder = await server.gql(
      person,
      '{ careerLadder { code current reached requirements { kind required have met } } }',
    );
    expect(ladder.data).toEqual({
      careerLadder: [
        { code: 'entry', current: true, reached: true, requirements: [] },
        {
          code: 'professional',
          current: false,
          reached: false,
          requirements: [
            { kind: 'tenure-months', required: 24, have: 12, met: false },
            { kind: 'courses', required: 2, have: 0, met: false },
          ],
        },
      ],
    });
  });
});

describe('files', () => {
  const cookie = (id: string) => ({ waymark_session: `test.${id}` });
  it('a list is uploaded, the template and the export are spreadsheets, an export can be imported again', async () => {
    const upload = (id: string, content: Buffer | string, name = 'people.csv') => {
      const head = `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
      return server.app.inject({
        method: 'POST',
        url: '/api/people-import',
        headers: { 'content-type': 'multipart/form-data; boundary=b' },
        cookies: cookie(id),
        payload: Buffer.concat([Buffer.from(head), Buffer.from(content), Buffer.from('\r\n--b--\r\n')]),
      });
    };
    const learner = await makePerson(server, { name: '=HYPERLINK("x")', mobile: '+1 212 555 0100' });
    expect((await upload(learner, 'a,b\n1,2')).statusCode).toBe(403);
    expect((await upload(lead, '')).json()).toMatchObject({ reason: 'file-empty' });
    expect((await upload(lead, Buffer.alloc(5 * 1024 * 1024 + 10, 65))).json()).toMatchObject({
      reason: 'file-too-large',
    });
    const template = await server.app.inject({
      url: '/api/people-import/template.xlsx?locale=en',
      cookies: cookie(lead),
    });
    expect(template.rawPayload.subarray(0, 2).toString()).toBe('PK');
    const exported = await server.app.inject({ url: '/api/people/export.xlsx', cookies: cookie(lead) });
    expect(exported.statusCode).toBe(200);
    const again = await upload(lead, exported.rawPayload, 'people.xlsx');
    expect(again.statusCode).toBe(201);
    const checked = await server.gql<{ peopleImport: { counts: object; columns: { field: string }[] } }>(
      lead,
      'query ($id: ID!) { peopleImport(id: $id) { state counts { added changed refused leaving } columns { heading field sample } } }',
      { id: again.json<{ importId: string }>().importId },
    );
    expect(checked.data?.peopleImport).toMatchObject({
      state: 'checked',
      counts: { added: 0, changed: 0, refused: 0, leaving: 0 },
    });
    expect(
      reason(
        await server.gql(
          lead,
          'mutation ($id: ID!) { repairPeopleImport(id: $id, cells: [{ line: 2, field: "nope", value: "x" }]) { id } }',
          { id: again.json<{ importId: string }>().importId },
        ),
      ),
    ).toBe('input-invalid');
  });

  it('everybody gets their own data, staff those in their scope', async () => {
    const person = await makePerson(server, { name: '自己' });
    const mine = await server.app.inject({ url: '/api/me/export.json', cookies: cookie(person) });
    expect(mine.json()).toMatchObject({ personId: person, identity: { profile: [{ name: '自己' }] } });
    const other = await makePerson(server);
    expect(
      (await server.app.inject({ url: `/api/people/${other}/export.json`, cookies: cookie(person) })).statusCode,
    ).toBe(403);
    const handedOut = await server.app.inject({ url: `/api/people/${other}/export.json`, cookies: cookie(lead) });
    expect(handedOut.statusCode).toBe(200);
    expect(Object.keys(mine.json().identity)).toContain('ratings');
    expect(Object.keys(handedOut.json().identity)).not.toContain('ratings');
    const regional = await makeStaff(server, 'ld-lead', await makeOrgUnit(server));
    expect(
      (await server.app.inject({ url: `/api/people/${other}/export.json`, cookies: cookie(regional) })).statusCode,
    ).toBe(404);
  });
});
