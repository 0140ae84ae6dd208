import { IdentityModule } from '@waymark/identity';
import { one } from '@waymark/platform';
import {
  createTestServer,
  enrolOn as enrol,
  LearningTestModule,
  makeMap,
  makePerson,
  makeStaff,
  mapDraft as draft,
  mapNode as node,
  sampleNodes as sample,
  sql,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LearningMaps } from './learning-maps.service.js';
import type { MapDraft } from './learning-map.js';

let server: TestServer;
let lead: string;
let author: string;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: '2026-03-02T02:00:00Z' });
  lead = await makeStaff(server, 'ld-lead');
  author = await makeStaff(server, 'author');
});
afterAll(() => server.close());

interface Draft {
  revision: number;
  document: MapDraft;
  problems: { code: string; severity: string; nodeKeys: string[] }[];
}
const SAVE = `mutation($m: ID!, $r: Int!, $d: JSON!) { saveMapDraft(mapId: $m, revision: $r, document: $d) { revision document problems { code severity nodeKeys } } }`;
const PUBLISH = `mutation($m: ID!, $r: Int!, $move: String!) { publishMap(mapId: $m, revision: $r, summary: "why", move: $move) { status hasDraft currentVersion { number nodes } versions { number } } }`;
const create = async (code: string): Promise<string> =>
  (
    await server.gql<{ createMap: { id: string } }>(
      author,
      `mutation($c: String!) { createMap(code: $c, title: { en: "Path" }) { id title status } }`,
      { c: code },
    )
  ).data?.createMap.id as string;
const save = async (as: string, mapId: string, revision: number, document: unknown) => {
  const answer = await server.gql<{ saveMapDraft: Draft }>(as, SAVE, { m: mapId, r: revision, d: document });
  return { value: answer.data?.saveMapDraft, error: answer.errors?.[0]?.extensions };
};

describe('a draft', () => {
  it('is saved whole, tells its problems, and names who saved in between', async () => {
    const mapId = await create('draft-a');
    const good = draft(sample);
    const first = await save(author, mapId, 1, good);
    expect([first.value?.revision, first.value?.problems.map((p) => `${p.severity}:${p.code}`)]).toEqual([
      2,
      ['warning:not-yet'],
    ]);
    const second = await save(lead, mapId, 1, good);
    const { name } = await server.db.read((tx) =>
      one<{ name: string }>(tx, `select name from person_profile where person_id = $1`, [author]),
    );
    expect(second.error).toMatchObject({
      code: 'CONFLICT',
      reason: 'changed-meanwhile',
      params: { by: name, revision: 2, at: '2026-03-02T02:00:00.000Z' },
    });
    const both = await Promise.all([save(author, mapId, 2, good), save(lead, mapId, 2, good)]);
    expect(both.filter((b) => b.value).length).toBe(1);
  });

  it('refuses another shape and names the fields', async () => {
    const mapId = await create('draft-b');
    const bad = { ...draft(sample), nodes: [{ ...sample[0], minutes: -5, colour: 'red' }] };
    const answer = await save(author, mapId, 1, bad);
    expect(answer.error).toMatchObject({ code: 'BAD_USER_INPUT', reason: 'map-draft-invalid' });
    expect(answer.error?.params['fields']).toContain('nodes.0.minutes');
    const huge = draft(
      sample.map((n) => ({
        ...n,
        body: { en: 'x'.repeat(38_000), 'zh-CN': 'y'.repeat(38_000), 'zh-TW': 'z'.repeat(38_000) },
      })),
    );
    expect((await save(author, mapId, 1, huge)).error).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'map-draft-too-large',
    });
  });

  it('with a due day before the start is kept while it is typed, and refused when it is published', async () => {
    const mapId = await create('draft-early');
    const saved = await save(
      author,
      mapId,
      1,
      draft(sample.map((n) => (n.key === 'letter' ? { ...n, dueDay: 0 } : n))),
    );
    expect(saved.value?.problems.filter((p) => p.severity === 'error')).toMatchObject([
      { code: 'due-before-start', nodeKeys: ['letter'] },
    ]);
    const refused = await server.gql(lead, PUBLISH, { m: mapId, r: 2, move: 'none' });
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      reason: 'map-has-problems',
      params: { codes: ['due-before-start'], nodes: ['letter'] },
    });
  });

  it('with a circle, a missing target or an unreachable node cannot be published, and the nodes are named', async () => {
    const mapId = await create('draft-c');
    const bad = draft([
      node('a', { prereqs: ['b'] }),
      node('b', { prereqs: ['a'] }),
      node('c', { kind: 'course', targetCode: 'missing-course' }),
      node('d', { kind: 'course', targetCode: 'archived-course' }),
      // Waits for a stage that waits for it.
      node('e', { prereqs: ['f'] }),
      node('f', { stage: 'practise' }),
    ]);
    const saved = await save(lead, mapId, 1, bad);
    expect(
      saved.value?.problems
        .filter((p) => p.severity === 'error')
        .map((p) => p.code)
        .sort(),
    ).toEqual(['archived-target', 'cycle', 'later-prerequisite', 'missing-target', 'unreachable', 'unreachable']);
    const refused = await server.gql(lead, PUBLISH, { m: mapId, r: 2, move: 'none' });
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'RULE_VIOLATION', reason: 'map-has-problems' });
    expect(refused.errors?.[0]?.extensions.params['nodes']).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd', 'e']));
    const { n } = await server.db.read((tx) =>
      one<{ n: number }>(tx, `select count(*)::int as n from map_version where map_id = $1`, [mapId]),
    );
    expect(n).toBe(0);
  });

  it('is edited by authors, published by leads, and unknown to learners', async () => {
    const learner = await makePerson(server);
    const mapId = await create('draft-d');
    await save(author, mapId, 1, draft(sample));
    expect((await server.gql(author, PUBLISH, { m: mapId, r: 2, move: 'none' })).errors?.[0]?.extensions.code).toBe(
      'FORBIDDEN',
    );
    expect((await save(learner, mapId, 2, draft(sample))).error?.code).toBe('FORBIDDEN');
    const done = await server.gql<{ publishMap: object }>(lead, PUBLISH, { m: mapId, r: 2, move: 'none' });
    expect(done.data?.publishMap).toEqual({
      status: 'published',
      hasDraft: false,
      currentVersion: { number: 1, nodes: 8 },
      versions: [{ number: 1 }],
    });
    const shown = await server.gql<{
      learningMaps: { publishedDocument: { nodes: { key: string }[] } | null; id: string }[];
    }>(lead, `{ learningMaps { id publishedDocument } }`);
    expect(shown.data?.learningMaps.find((x) => x.id === mapId)?.publishedDocument?.nodes).toHaveLength(8);
  });
});

describe('versions', () => {
  it('are immutable for the application', async () => {
    const { versionId } = await makeMap(server);
    await expect(
      sql(server, `update map_node set required = false where version_id = $1`, [versionId]),
    ).rejects.toThrow(/permission denied/);
    await expect(sql(server, `delete from map_stage where version_id = $1`, [versionId])).rejects.toThrow(
      /permission denied/,
    );
    await expect(sql(server, `update map_version set days = 1 where id = $1`, [versionId])).rejects.toThrow(
      /permission denied/,
    );
  });

  it('of which a newer one is previewed and takes people along without losing anything', async () => {
    const person = await makePerson(server);
    const { mapId, code } = await makeMap(server);
    const e = await enrol(server, mapId, person, '2026-03-02');
    const letter = async (): Promise<string> =>
      (
        await server.db.read((tx) =>
          one<{ id: string }>(
            tx,
            `select n.id from map_node n join enrolment e on e.version_id = n.version_id where e.id = $1 and n.key = 'letter'`,
            [e],
          ),
        )
      ).id;
    await server.gql(person, `mutation($e: ID!, $n: ID!) { acknowledgeNode(enrolmentId: $e, nodeId: $n) { state } }`, {
      e,
      n: await letter(),
    });
    const maps = server.get(LearningMaps);
    const open = await maps.startDraft(lead, mapId);
    const nodes = [...open.document.nodes.filter((n) => n.key !== 'extra'), node('new-one', { stage: 'practise' })];
    const saved = await save(lead, mapId, open.revision, {
      ...open.document,
      nodes: nodes.map((n) => (n.key === 'talks' ? { ...n, dueDay: 25 } : n)),
    });
    const preview = await server.gql<{ mapPublishPreview: object }>(
      lead,
      `query($m: ID!) { mapPublishPreview(mapId: $m) { number openEnrolments completedKept newNodes droppedNodes changes { kind nodeKey title fields } } }`,
      { m: mapId },
    );
    expect(preview.data?.mapPublishPreview).toEqual({
      number: 2,
      openEnrolments: 1,
      completedKept: 1,
      newNodes: 1,
      droppedNodes: 1,
      changes: [
        { kind: 'changed', nodeKey: 'talks', title: '节点 talks', fields: ['dueDay'] },
        { kind: 'added', nodeKey: 'new-one', title: '节点 new-one', fields: [] },
        { kind: 'removed', nodeKey: 'extra', title: '节点 extra', fields: [] },
      ],
    });
    await server.gql(lead, PUBLISH, { m: mapId, r: saved.value?.revision, move: 'all' });
    const map = (
      await server.gql<{ myMap: { state: number[]; done: number; total: number } }>(
        person,
        `{ myMap { state done total } }`,
      )
    ).data?.myMap;
    expect(map).toEqual({ state: [4, 1, 1, 0, 0, 0, 0, 0], done: 1, total: 7 });
    const list = await server.gql<{ learningMap: { versions: { number: number; openEnrolments: number }[] } }>(
      lead,
      `query($c: String!) { learningMap(code: $c) { versions { number openEnrolments publishedBy { id } } } }`,
      { c: code },
    );
    expect(list.data?.learningMap.versions.map((v) => [v.number, v.openEnrolments])).toEqual([
      [2, 1],
      [1, 0],
    ]);
  });

  it('published under an edit: the publisher is told, nothing half-done', async () => {
    const mapId = await create('under-edit');
    await save(author, mapId, 1, draft(sample));
    const results = await Promise.all([
      server.gql(lead, PUBLISH, { m: mapId, r: 2, move: 'none' }),
      save(author, mapId, 2, draft(sample, { days: 70 })).then((s) => ({ errors: s.error ? [s.error] : undefined })),
    ]);
    expect(results.filter((r) => r.errors).length).toBe(1);
  });

  it('get their words corrected without a new version, at a new address', async () => {
    const person = await makePerson(server);
    const { mapId, versionId } = await makeMap(server);
    await enrol(server, mapId, person, '2026-03-02');
    const url = async (): Promise<string> =>
      (await server.gql<{ myMap: { documentUrl: string } }>(person, `{ myMap { documentUrl } }`)).data?.myMap
        .documentUrl as string;
    const before = await url();
    await server.get(LearningMaps).correctNodeText(lead, versionId, 'letter', { title: { 'zh-CN': '一封信' } });
    const after = await url();
    expect(after).not.toBe(before);
    const document = (await server.app.inject({ url: after, cookies: { waymark_session: `test.${person}` } })).json<{
      nodes: { title: string }[];
    }>();
    expect(document.nodes[0]?.title).toBe('一封信');
  });

  it('are copied, archived, and closed to new people then', async () => {
    const { mapId } = await makeMap(server);
    const copied = await server.gql<{ copyMap: { status: string; draft: { problems: { severity: string }[] } } }>(
      lead,
      `mutation($m: ID!) { copyMap(mapId: $m, code: "copy-of", title: { en: "Copy" }) { status title draft { problems { severity } } } }`,
      { m: mapId },
    );
    expect(copied.data?.copyMap).toMatchObject({ status: 'draft', title: 'Copy' });
    expect(copied.data?.copyMap.draft.problems.filter((p) => p.severity === 'error')).toEqual([]);
    await server.gql(lead, `mutation($m: ID!) { archiveMap(mapId: $m) { status } }`, { m: mapId });
    const person = await makePerson(server);
    await expect(enrol(server, mapId, person, '2026-03-02')).rejects.toMatchObject({ code: 'map-not-published' });
  });

  it('can be looked at as a learner on any day before they are published', async () => {
    const mapId = await create('preview-me');
    await save(author, mapId, 1, draft(sample));
    const answer = await server.gql<{
      mapDraftPreview: { document: { nodes: { key: string }[] }; columns: { state: number[]; stageOpen: number[] } };
    }>(author, `query($m: ID!) { mapDraftPreview(mapId: $m, day: 3) }`, { m: mapId });
    expect(answer.data?.mapDraftPreview.document.nodes).toHaveLength(8);
    expect(answer.data?.mapDraftPreview.columns.state).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
  });
});
