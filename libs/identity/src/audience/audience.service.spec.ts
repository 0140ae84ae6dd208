import { execute, SESSION_RESOLVER, type SessionResolver } from '@waymark/platform';
import {
  grantRole,
  makeCohort,
  makeJobRole,
  makeOrgUnit,
  makePerson,
  makeStaff,
  supervise,
} from '@waymark/testing/identity';
import { createTestServer, sql, type TestServer } from '@waymark/testing/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Scope } from '../grant/scope.service.js';
import { IdentityModule } from '../identity.module.js';
import { Persons } from '../person/person.service.js';
import { Tags } from '../tag/tag.service.js';
import { normaliseAudienceRule, type AudienceRule } from './audience-rule.js';
import { Audiences } from './audience.service.js';

let server: TestServer;
let audiences: Audiences;
const ids: Record<string, string> = {};
const unit: Record<string, string> = {};
let role: string;
let tag: string;
let cohort: string;

beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule] });
  audiences = server.get(Audiences);
  unit['north'] = await makeOrgUnit(server, { code: 'north' });
  unit['sales'] = await makeOrgUnit(server, { code: 'north-sales', parentId: unit['north'] });
  // A code that starts like another is not below it.
  unit['northeast'] = await makeOrgUnit(server, { code: 'northeast' });
  role = await makeJobRole(server);
  ids['a'] = await makePerson(server, { orgUnitId: unit['north'], hireDate: '2026-03-01', jobRoleId: role });
  ids['b'] = await makePerson(server, { orgUnitId: unit['sales'], hireDate: '2025-06-01', jobRoleId: role });
  ids['c'] = await makePerson(server, { orgUnitId: unit['northeast'], hireDate: '2026-02-25' });
  ids['d'] = await makePerson(server, { orgUnitId: unit['sales'], hireDate: '2025-06-01' });
  ids['gone'] = await makePerson(server, { orgUnitId: unit['sales'], hireDate: '2025-06-01', jobRoleId: role });
  cohort = await makeCohort(server, [ids['a'], ids['gone']] as string[]);
  await server.db.transaction(async (tx) => {
    tag = (await server.get(Tags).save(tx, { code: 'first-aid', name: { en: 'First aid' } }, null)).id;
    await execute(tx, `insert into person_tag (tag_id, person_id) values ($1, $2)`, [tag, ids['c']]);
    await server.get(Persons).leave(tx, ids['gone'] as string, '2026-03-01', null);
  });
});
afterAll(() => server.close());

const members = async (rule: AudienceRule): Promise<string> => {
  const found = await server.db.read((tx) => audiences.memberIdsOf(tx, rule));
  return Object.keys(ids)
    .filter((k) => found.includes(ids[k] as string))
    .join('');
};
const id = (key: string): string => ids[key] as string;

describe('audience rules', () => {
  it('a rule without a condition is nobody', async () => expect(await members({})).toBe(''));
  it('everyone is everyone who works here', async () => expect(await members({ everyone: true })).toBe('abcd'));
  it('a unit comes with its subtree, not with its namesake', async () => {
    expect(await members({ orgUnitIds: [unit['north'] as string] })).toBe('abd');
    expect(await members({ orgUnitIds: [unit['sales'] as string, unit['northeast'] as string] })).toBe('bcd');
  });
  it('conditions narrow, values widen', async () => {
    expect(await members({ orgUnitIds: [unit['north'] as string], jobRoleIds: [role] })).toBe('ab');
    expect(await members({ cohortIds: [cohort] })).toBe('a');
    expect(await members({ tagIds: [tag] })).toBe('c');
  });
  it('hire dates', async () => {
    expect(await members({ hiredFrom: '2026-02-25', hiredTo: '2026-02-28' })).toBe('c');
    expect(await members({ hiredWithinDays: 2 })).toBe('a');
    expect(await members({ hiredWithinDays: 6 })).toBe('ac');
  });
  it('named people come on top, excluded ones are taken off, those who left never count', async () => {
    expect(await members({ jobRoleIds: [role], personIds: [id('d'), id('gone')], excludedPersonIds: [id('a')] })).toBe(
      'bd',
    );
  });
  it('is kept without empty parts', () => {
    expect(normaliseAudienceRule({ everyone: false, orgUnitIds: [], personIds: [id('b'), id('a'), id('b')] })).toEqual({
      personIds: [id('a'), id('b')].sort(),
    });
    expect(() => normaliseAudienceRule({ tagIds: ['x; drop table person'] })).toThrow('id-invalid');
  });
  it('memberships, counts and previews agree', async () => {
    const rule = { orgUnitIds: [unit['north'] as string] };
    const saved = await server.db.transaction((tx) => audiences.save(tx, { name: { en: 'North' }, rule }, null));
    const other = await server.db.transaction((tx) =>
      audiences.save(tx, { name: { en: 'Tagged' }, rule: { tagIds: [tag] } }, null),
    );
    await server.db.read(async (tx) => {
      expect((await audiences.memberIds(tx, saved.id)).sort()).toEqual([id('a'), id('b'), id('d')].sort());
      expect([
        await audiences.isMember(tx, saved.id, id('a')),
        await audiences.isMember(tx, saved.id, id('c')),
      ]).toEqual([true, false]);
      expect(await audiences.audiencesOf(tx, id('c'))).toEqual([other.id]);
      expect(await audiences.audiencesOf(tx, id('a'), [saved.id, other.id])).toEqual([saved.id]);
      expect(await audiences.counts(tx, [saved.id, other.id])).toEqual(
        new Map([
          [saved.id, 3],
          [other.id, 1],
        ]),
      );
      expect((await audiences.preview(tx, rule)).count).toBe(3);
    });
  });
  it('an edit that saw an older revision is a conflict', async () => {
    const a = await server.db.transaction((tx) => audiences.save(tx, { name: { en: 'x' }, rule: {} }, null));
    const save = () =>
      server.db.transaction((tx) =>
        audiences.save(tx, { id: a.id, revision: a.revision, name: { en: 'y' }, rule: {} }, null),
      );
    const results = await Promise.allSettled([save(), save()]);
    expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((r) => r.status === 'rejected')).toMatchObject({ reason: { code: 'changed-meanwhile' } });
  });
});

describe('an audience drawn in a region', () => {
  const SAVE = `mutation ($input: AudienceInput!) { saveAudience(input: $input) { id revision rule { within { id } } } }`;
  type Saved = { saveAudience: { id: string; revision: number; rule: { within: { id: string }[] } } };
  const memberIds = (audienceId: string) => server.db.read((tx) => audiences.memberIds(tx, audienceId));

  it('takes in nobody from outside later, by tag, name or a move; the company opens it', async () => {
    const drawn = await server.db.transaction(
      async (tx) => (await server.get(Tags).save(tx, { code: 'drawn', name: { en: 'Drawn' } }, null)).id,
    );
    const label = (person: string) =>
      sql(server, `insert into person_tag (tag_id, person_id) values ($1, $2)`, [drawn, id(person)]);
    await label('a');
    const regional = await makeStaff(server, 'ld-lead', unit['north'] as string);
    const saved = await server.gql<Saved>(regional, SAVE, {
      input: { name: { en: 'Drawn' }, rule: { tagIds: [drawn], personIds: [id('b')] } },
    });
    expect(saved.errors).toBeUndefined();
    const audience = (saved.data as Saved).saveAudience;
    expect(audience.rule.within).toEqual([{ id: unit['north'] }]);
    expect((await memberIds(audience.id)).sort()).toEqual([id('a'), id('b')].sort());

    await label('c');
    await label('d');
    expect((await memberIds(audience.id)).sort()).toEqual([id('a'), id('b'), id('d')].sort());
    const mine = await server.db.read((tx) => audiences.audiencesOf(tx, id('c')));
    expect(mine).not.toContain(audience.id);

    const opened = await server.gql<Saved>(await makeStaff(server, 'ld-lead'), SAVE, {
      input: { id: audience.id, revision: audience.revision, name: { en: 'Drawn' }, rule: { tagIds: [drawn] } },
    });
    expect(opened.data?.saveAudience.rule.within).toEqual([]);
    expect((await memberIds(audience.id)).sort()).toEqual([id('a'), id('c'), id('d')].sort());
  });
});

describe('scope', () => {
  const see = async (viewerId: string, permission: string): Promise<string> => {
    const viewer = await server.get<SessionResolver>(SESSION_RESOLVER).viewerFor(viewerId);
    const seen: string[] = [];
    for (const [key, person] of Object.entries(ids)) {
      if (await server.db.read((tx) => server.get(Scope).canSee(tx, viewer, person, [permission]))) seen.push(key);
    }
    return seen.join('');
  };
  it('a grant reaches its subtree, people who left from it included; a company grant reaches all', async () => {
    expect(await see(await makeStaff(server, 'ld-lead', unit['north'] as string), 'identity:see-people')).toBe(
      'abdgone',
    );
    expect(await see(await makeStaff(server, 'ld-lead'), 'identity:see-people')).toBe('abcdgone');
  });
  it('supervision reaches the supervised only, and a learner reaches nobody', async () => {
    const mentor = await makePerson(server);
    await supervise(server, mentor, id('c'));
    expect(await see(mentor, 'identity:see-competencies')).toBe('c');
    expect(await see(id('a'), 'identity:see-people')).toBe('');
  });
  it('a mentor with a regional grant reaches both', async () => {
    const both = await makePerson(server);
    await supervise(server, both, id('c'));
    await grantRole(server, both, 'ld-lead', unit['sales'] as string);
    expect(await see(both, 'identity:see-competencies')).toBe('bcdgone');
  });
});
