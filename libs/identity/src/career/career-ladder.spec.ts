import { one, rows } from '@waymark/platform';
import { makeJobRole, makePerson, makeStaff } from '@waymark/testing/identity';
import { createTestServer, type GqlAnswer, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Competencies } from '../competency/competency.service.js';
import { IdentityModule } from '../identity.module.js';
import { CareerEvidenceRegistry } from './career-evidence.registry.js';

let server: TestServer;
let lead: string;
const done = new Map<string, Set<string>>();

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule] });
  lead = await makeStaff(server, 'ld-lead');
  server.get(CareerEvidenceRegistry).contribute('courses', {
    done: (_tx, personId, codes) => Promise.resolve(new Set(codes.filter((c) => done.get(personId)?.has(c)))),
    titles: (_tx, codes) =>
      Promise.resolve(new Map(codes.filter((c) => c !== 'nothing').map((c) => [c, `Course ${c}`]))),
  });
  const text = { en: 'text' };
  await server.db.transaction((tx) =>
    server.get(Competencies).saveModel(tx, {
      levels: [1, 2].map((level) => ({ level, code: `l${level}`, name: text })),
      dimensions: ['talk', 'think'].map((code) => ({
        code,
        name: { en: code },
        description: {},
        levels: [1, 2].map((level) => ({ level, description: text, evidence: {} })),
      })),
    }),
  );
});
afterAll(() => server.close());

const reason = (a: GqlAnswer<unknown>): string | undefined => a.errors?.[0]?.extensions.reason;
const step = (code: string, yearsFrom: number, more: object = {}) => ({
  code,
  name: { en: code },
  yearsFrom,
  courses: [],
  certifications: [],
  competencies: [],
  trainingHours: 0,
  ...more,
});
const save = (steps: object[], revision: number, familyId: string | null = null) =>
  server.gql<{ saveCareerLadder: { revision: number; family: { id: string } | null }[] }>(
    lead,
    'mutation ($i: CareerLadderInput!) { saveCareerLadder(input: $i) { revision family { id } steps { code } } }',
    { i: { steps, revision, familyId } },
  );
const ladderOf = async (viewer: string) =>
  (
    await server.gql<{ careerLadder: { code: string; next: boolean; reached: boolean; requirements: object[] }[] }>(
      viewer,
      '{ careerLadder { code next reached current requirements { kind required have met items { code title met level have } } } }',
    )
  ).data?.careerLadder ?? [];

it('says what the next step asks, thing by thing', async () => {
  expect(
    (
      await save(
        [
          step('entry', 1),
          step('pro', 1, {
            courses: ['a', 'b'],
            competencies: [{ dimension: 'talk', level: 2 }],
            anyCompetency: { count: 1, level: 1 },
          }),
          step('expert', 3),
        ],
        0,
      )
    ).errors,
  ).toBeUndefined();
  const person = await makePerson(server, { hireDate: '2024-01-01' });
  done.set(person, new Set(['b']));
  const ladder = await ladderOf(person);
  expect(ladder.map((s) => [s.code, s.reached, s.next])).toEqual([
    ['entry', true, false],
    ['pro', false, true],
    ['expert', false, false],
  ]);
  expect(ladder[1]?.requirements).toEqual([
    expect.objectContaining({ kind: 'tenure-months', required: 12, met: true }),
    {
      kind: 'courses',
      required: 2,
      have: 1,
      met: false,
      items: [
        { code: 'a', title: 'Course a', met: false, level: null, have: null },
        { code: 'b', title: 'Course b', met: true, level: null, have: null },
      ],
    },
    {
      kind: 'competencies',
      required: 1,
      have: 0,
      met: false,
      items: [{ code: 'talk', title: 'talk', met: false, level: 2, have: 0 }],
    },
    expect.objectContaining({ kind: 'competency-level', required: 1, have: 0 }),
  ]);
});

it('a job family may have its own; without steps it uses the company’s', async () => {
  const family = async (input: object) =>
    server.gql<{ saveJobFamily: { id: string; code: string }[] }>(
      lead,
      'mutation ($i: JobFamilyInput!) { saveJobFamily(input: $i) { id code } }',
      { i: input },
    );
  const made = await family({ code: 'sales', name: { en: 'Sales' } });
  const familyId = made.data?.saveJobFamily.find((f) => f.code === 'sales')?.id as string;
  expect(reason(await family({ code: 'sales', name: { en: 'Sales' } }))).toBe('code-taken');
  const role = await makeJobRole(server);
  const person = await makePerson(server, { jobRoleId: role });
  const setRoles = (ids: string[]) =>
    server.gql(lead, 'mutation ($f: ID!, $r: [ID!]!) { setJobFamilyRoles(familyId: $f, jobRoleIds: $r) { id } }', {
      f: familyId,
      r: ids,
    });
  expect((await setRoles([role])).errors).toBeUndefined();
  expect((await ladderOf(person)).map((s) => s.code)).toEqual(['entry', 'pro', 'expert']);
  await save([step('hunter', 0)], 0, familyId);
  expect((await ladderOf(person)).map((s) => s.code)).toEqual(['hunter']);
  await save([], 1, familyId);
  expect((await ladderOf(person)).map((s) => s.code)).toEqual(['entry', 'pro', 'expert']);
  await save([step('hunter', 0)], 2, familyId);
  await setRoles([]);
  expect((await ladderOf(person)).map((s) => s.code)).toEqual(['entry', 'pro', 'expert']);
});

it('refuses what makes no sense, with what is wrong', async () => {
  expect(reason(await save([step('a', 1, { courses: ['nothing'] })], 1))).toBe('career-target-unknown');
  expect(reason(await save([step('a', 3), step('b', 1)], 1))).toBe('step-years-descend');
  expect(reason(await save([step('a', 3, { yearsTo: 2 })], 1))).toBe('step-years-wrong');
  expect(reason(await save([step('a', 1, { name: { en: ' ' } })], 1))).toBe('step-name-missing');
  expect(reason(await save([step('a', 1), step('a', 2)], 1))).toBe('code-malformed');
  expect(reason(await save([step('a', 1, { competencies: [{ dimension: 'walk', level: 1 }] })], 1))).toBe(
    'competency-unknown',
  );
  expect(reason(await save([step('a', 1, { anyCompetency: { count: 3, level: 1 } })], 1))).toBe(
    'step-asks-too-many-competencies',
  );
  expect(reason(await save([step('a', 1)], 1, lead))).toBe('job-family-unknown');
});

it('of two editors at once one publishes; what was published before is kept', async () => {
  const both = await Promise.all([save([step('x', 1)], 1), save([step('y', 1)], 1)]);
  expect(both.filter((a) => a.errors).map(reason)).toEqual(['changed-meanwhile']);
  // Swapping two steps is one change, not a collision of their places.
  await save([step('x', 1), step('y', 1)], 2);
  expect((await save([step('y', 1), step('x', 1)], 3)).errors).toBeUndefined();
  const kept = await server.db.read((tx) =>
    rows<{ revision: number; codes: string[] }>(
      tx,
      `select v.revision, (select array_agg(s->>'code') from jsonb_array_elements(v.steps) s) as codes
       from career_ladder_version v join career_ladder l on l.id = v.ladder_id where l.family_id is null order by v.revision`,
    ),
  );
  expect(kept.map((k) => k.revision)).toEqual([1, 2, 3, 4]);
  expect(kept.at(-1)?.codes).toEqual(['y', 'x']);
  expect(
    await server.db.read((tx) =>
      one(tx, `select count(*)::int as n from audit_entry where action = 'career-ladder.published' and actor_id = $1`, [
        lead,
      ]),
    ),
  ).toEqual({ n: 7 });
});
