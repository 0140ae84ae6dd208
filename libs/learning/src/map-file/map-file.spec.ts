import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { IdentityModule } from '@waymark/identity';
import { one, Realtime } from '@waymark/platform';
import {
  createTestServer,
  LearningTestModule,
  makeMap,
  makePerson,
  makeStaff,
  mapDraft as draft,
  mapNode as node,
  sampleNodes,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { DraftNode } from '../learning-map/learning-map.js';
import { MAP_TEMPLATES } from '../map-template/map-template.js';
import { mapFileProblems, mapFileShape, MAX_FILE_LENGTH, readMapFile } from './map-file.js';

const fileOf = (nodes: DraftNode[], over: object = {}): Record<string, unknown> => ({
  format: 'waymark-map',
  version: 1,
  code: 'from-file',
  jobRole: null,
  map: draft(nodes),
  ...over,
});
const places = (value: unknown): string[] =>
  readMapFile(typeof value === 'string' ? value : JSON.stringify(value)).problems.map((p) => `${p.place}: ${p.code}`);

describe('a file', () => {
  it('is refused with the place of each problem', () => {
    const nodes = [
      node('a', { kind: 'lecture' as never }),
      node('b', { minutes: -1, title: { en: 'x'.repeat(200) } }),
      { ...node('c'), colour: 'red' } as DraftNode,
      { ...node('d'), required: 'yes' } as unknown as DraftNode,
      node('Bad Key'),
    ];
    expect(places(fileOf(nodes))).toEqual([
      'map.nodes[0].kind: value-not-allowed',
      'map.nodes[1].title.en: value-too-big',
      'map.nodes[1].minutes: value-too-small',
      'map.nodes[2]: field-unknown',
      'map.nodes[3].required: value-of-wrong-type',
      'map.nodes[4].key: value-invalid',
    ]);
    expect(readMapFile(JSON.stringify(fileOf(nodes))).problems.map((p) => p.key)).toEqual([
      'a',
      'b',
      'b',
      'c',
      'd',
      'Bad Key',
    ]);
  });

  it('is refused when it is something else, too new, too long, or made to hurt', () => {
    expect(places('{"format":\n  "waymark-map",}')).toEqual(['line 2, column 17: file-not-json']);
    expect(places({ format: 'other' })).toEqual(['format: file-not-a-map']);
    expect(places('null')).toEqual(['format: file-not-a-map']);
    expect(places({ ...fileOf([]), version: 2 })).toEqual(['version: file-newer']);
    expect(places('x'.repeat(MAX_FILE_LENGTH + 1))).toEqual([': file-too-large']);
    expect(places('['.repeat(200_000))).toMatchObject([expect.stringContaining('file-not-json')]);
    const polluted = JSON.stringify(fileOf([node('a')])).replace('"days":60', '"days":60,"__proto__":{"admin":true}');
    expect(places(polluted)).toEqual(['map: field-unknown']);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    const many = fileOf(Array.from({ length: 501 }, (_, i) => node(`n${i}`)));
    expect(places(many)).toEqual(['map.nodes: value-too-big']);
    const wrong = fileOf(Array.from({ length: 400 }, (_, i) => node(`n${i}`, { minutes: -1 })));
    expect(places(wrong)).toHaveLength(100);
  });

  it('names cycles, unknown prerequisites, targets and stages by place, and says which of them block', () => {
    const map = draft([
      node('a', { prereqs: ['b'] }),
      node('b', { prereqs: ['a'] }),
      node('c', { prereqs: ['nobody'] }),
      node('d', { stage: 'nowhere' }),
      node('e', { kind: 'course', targetCode: 'unknown-course', stage: 'practise', dueDay: 0 }),
    ]);
    const found = mapFileProblems(map, () => undefined);
    expect(found.filter((p) => p.blocking).map((p) => `${p.place}: ${p.code}`)).toEqual(
      expect.arrayContaining([
        'map.nodes[1].prereqs: cycle',
        'map.nodes[2].prereqs: unknown-prerequisite',
        'map.nodes[3].stage: unknown-stage',
        'map.nodes[4].dueDay: due-before-start',
      ]),
    );
    expect(found.find((p) => p.code === 'cycle')?.params['nodes']).toMatch(/^(a → b|b → a)$/);
    expect(found.find((p) => p.code === 'missing-target')).toMatchObject({
      place: 'map.nodes[4].targetCode',
      key: 'e',
      blocking: false,
      params: { target: 'unknown-course' },
    });
  });

  it('has the shape that its published schema says', () => {
    const schema = resolve(import.meta.dirname, '../../../../docs/map-file.schema.json');
    expect(z.toJSONSchema(mapFileShape, { io: 'input' })).toEqual(JSON.parse(readFileSync(schema, 'utf8')));
  });
});

describe('maps in and out', () => {
  let server: TestServer;
  let author: string;
  beforeAll(async () => {
    server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: '2026-03-02T02:00:00Z' });
    author = await makeStaff(server, 'author');
  });
  afterAll(() => server.close());

  const maps = async (): Promise<number> =>
    (await server.db.read((tx) => one<{ n: number }>(tx, `select count(*)::int as n from learning_map`))).n;
  const download = async (as: string, code: string) =>
    server.app.inject({ url: `/api/map-files/${code}`, cookies: { waymark_session: `test.${as}` } });
  const CHECK = `query($t: String!, $c: String) { checkMapFile(text: $t, code: $c) { code title nodes importable problems { place key code blocking } } }`;
  const IMPORT = `mutation($t: String!, $c: String) { importMap(text: $t, code: $c) { code title status draft { document } } }`;

  it('come back the same', async () => {
    for (const nodes of [sampleNodes, ...MAP_TEMPLATES.map((t) => t.draft.nodes)]) {
      const { code } = nodes === sampleNodes ? await makeMap(server) : await fromTemplate(`t-${nodes.length}`, nodes);
      const out = await download(author, code);
      expect(out.headers['content-disposition']).toContain(`${code}.waymark-map.json`);
      const back = await server.gql<{ importMap: { code: string; status: string } }>(author, IMPORT, {
        t: out.body,
        c: `${code}-back`,
      });
      expect(back.data?.importMap).toMatchObject({ code: `${code}-back`, status: 'draft' });
      const again = await download(author, `${code}-back`);
      expect(again.body).toBe(out.body.replace(`"code": "${code}"`, `"code": "${code}-back"`));
    }
  });
  async function fromTemplate(code: string, nodes: readonly DraftNode[]): Promise<{ code: string }> {
    const template = MAP_TEMPLATES.find((t) => t.draft.nodes === nodes)?.code;
    const made = await server.gql<{ createMapFromTemplate: { code: string } }>(
      author,
      `mutation($t: String!, $c: String!) { createMapFromTemplate(template: $t, code: $c, title: { en: "Mine" }) { code title draft { document } } }`,
      { t: template, c: code },
    );
    expect(made.data?.createMapFromTemplate).toMatchObject({ code, title: 'Mine' });
    return { code };
  }

  it('are looked at before anything is written, and a bad file writes nothing', async () => {
    const cyclic = JSON.stringify(fileOf([node('a', { prereqs: ['b'] }), node('b', { prereqs: ['a'] })]));
    const before = await maps();
    const dry = await server.gql<{
      checkMapFile: { importable: boolean; problems: { place: string; code: string }[] };
    }>(author, CHECK, { t: cyclic });
    expect(dry.data?.checkMapFile).toMatchObject({ importable: false, code: 'from-file', nodes: 2 });
    expect(dry.data?.checkMapFile.problems[0]).toMatchObject({ code: 'cycle', blocking: true });
    const refused = await server.gql(author, IMPORT, { t: cyclic });
    expect(refused.errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      reason: 'map-file-has-problems',
      params: { places: expect.arrayContaining(['map.nodes[1].prereqs']) as unknown },
    });
    expect(await maps()).toBe(before);
  });

  it('name a taken code, an unknown job role and an unknown target; the last two can be repaired here', async () => {
    const { code } = await makeMap(server);
    const file = fileOf([node('a', { kind: 'course', targetCode: 'missing-one' })], { jobRole: 'nobody', code });
    const dry = await server.gql<{ checkMapFile: { problems: { code: string; blocking: boolean }[] } }>(author, CHECK, {
      t: JSON.stringify(file),
    });
    expect(
      dry.data?.checkMapFile.problems.map((p) => [p.code, p.blocking]).filter(([c]) => c !== 'empty-stage'),
    ).toEqual([
      ['code-taken', true],
      ['missing-target', false],
      ['job-role-unknown', false],
    ]);
    const made = await server.gql<{ importMap: { code: string } }>(author, IMPORT, {
      t: JSON.stringify(file),
      c: 'another-code',
    });
    expect(made.data?.importMap.code).toBe('another-code');
  });

  it('can take the place of the draft that was looked at, of no later one, and its editors are told', async () => {
    const { code, mapId } = await makeMap(server);
    let tell: (edit: unknown) => void = () => undefined;
    const text = JSON.stringify(fileOf([node('other')], { code }));
    const dry = (): Promise<{ revision: number | null; title: string } | null | undefined> =>
      server
        .gql<{ checkMapFile: { replaces: { revision: number | null; title: string } | null } }>(
          author,
          `query($t: String!) { checkMapFile(text: $t) { importable replaces { title revision updatedBy { id } } } }`,
          { t: text },
        )
        .then((r) => r.data?.checkMapFile.replaces);
    const replace = (revision: number | null) =>
      server.gql<{ replaceMapDraft: { draft: { revision: number; document: { nodes: { key: string }[] } } } }>(
        author,
        `mutation($t: String!, $r: Int) { replaceMapDraft(text: $t, revision: $r) { draft { revision document } } }`,
        { t: text, r: revision },
      );
    expect((await dry())?.revision).toBeNull();
    const heard = new Promise<unknown>((resolve) => (tell = resolve));
    const stop = await server.get(Realtime).listen(`map-draft:${mapId}`, (edit) => tell(edit));
    const first = await replace(null);
    const draft = first.data?.replaceMapDraft.draft;
    expect(draft?.document.nodes.map((n) => n.key)).toEqual(['other']);
    expect(await heard).toMatchObject({ kind: 'replaced', personId: author, revision: draft?.revision });
    stop();
    expect((await replace(null)).errors?.[0]?.extensions).toMatchObject({ reason: 'changed-meanwhile' });
    const seen = (await dry())?.revision ?? 0;
    expect(seen).toBe(draft?.revision);
    const both = await Promise.all([replace(seen), replace(seen)]);
    expect(both.filter((r) => !r.errors)).toHaveLength(1);
    expect(both.find((r) => r.errors)?.errors?.[0]?.extensions).toMatchObject({ reason: 'changed-meanwhile' });
  });

  it('are closed to learners', async () => {
    const learner = await makePerson(server);
    const { code } = await makeMap(server);
    expect((await download(learner, code)).statusCode).toBe(403);
    expect((await server.gql(learner, IMPORT, { t: '{}' })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});
