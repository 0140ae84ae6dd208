import { once } from 'node:events';
import { IdentityModule } from '@waymark/identity';
import { SESSION_RESOLVER, type SessionResolver } from '@waymark/platform';
import {
  createTestServer,
  LearningTestModule,
  makePerson,
  makeStaff,
  mapDraft as draft,
  sampleNodes,
  type TestServer,
} from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { MapDraft } from '../learning-map/learning-map.js';
import { mergeDrafts } from '../learning-map/map-merge.js';
import { MapEditing } from './map-editing.service.js';

interface Edit {
  kind: string;
  editorId: string | null;
  revision: number | null;
  nodeKey: string | null;
  person: { id: string } | null;
}

let server: TestServer;
let first: string;
let second: string;
let port: number;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, LearningTestModule], now: '2026-03-02T02:00:00Z' });
  first = await makeStaff(server, 'author');
  second = await makeStaff(server, 'ld-lead');
  await server.app.listen(0, '127.0.0.1');
  port = (server.app.getHttpServer().address() as { port: number }).port;
});
afterAll(() => server.close());

const create = async (code: string): Promise<string> =>
  (
    await server.gql<{ createMap: { id: string } }>(
      first,
      `mutation($c: String!) { createMap(code: $c, title: { en: "Path" }) { id } }`,
      { c: code },
    )
  ).data?.createMap.id as string;
const save = (as: string, mapId: string, revision: number, document: MapDraft, editorId: string) =>
  server.gql<{ saveMapDraft: { revision: number; document: MapDraft } }>(
    as,
    `mutation($m: ID!, $r: Int!, $d: JSON!, $e: String) { saveMapDraft(mapId: $m, revision: $r, document: $d, editorId: $e) { revision document } }`,
    { m: mapId, r: revision, d: document, e: editorId },
  );
const load = async (mapCode: string): Promise<{ revision: number; document: MapDraft }> =>
  (
    await server.gql<{ learningMap: { draft: { revision: number; document: MapDraft } } }>(
      first,
      `query($c: String!) { learningMap(code: $c) { draft { revision document } } }`,
      { c: mapCode },
    )
  ).data!.learningMap.draft;

/** A page that follows a map. `ready` after something said to the topic has come through. */
async function follow(as: string, mapId: string) {
  await server.app.get<SessionResolver>(SESSION_RESOLVER, { strict: false }).resolve(`test.${as}`);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
    headers: { cookie: `waymark_session=test.${as}` },
  });
  const edits: Edit[] = [];
  const errors: unknown[] = [];
  let acknowledged = false;
  let wake: () => void = () => undefined;
  socket.on('message', (raw: Buffer) => {
    const message = JSON.parse(raw.toString()) as { type: string; payload?: { data?: { mapEdited: Edit } } };
    if (message.type === 'connection_ack') acknowledged = true;
    if (message.type === 'next' && message.payload?.data) edits.push(message.payload.data.mapEdited);
    if (message.type === 'error' || (message.type === 'next' && !message.payload?.data)) errors.push(message.payload);
    wake();
  });
  const until = async (done: () => boolean): Promise<void> => {
    while (!done()) await new Promise<void>((resolve) => (wake = resolve));
  };
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await until(() => acknowledged);
  socket.send(
    JSON.stringify({
      id: '1',
      type: 'subscribe',
      payload: {
        query: `subscription($m: ID!) { mapEdited(mapId: $m) { kind editorId revision nodeKey person { id } } }`,
        variables: { m: mapId },
      },
    }),
  );
  return {
    edits,
    errors,
    until,
    async ready(): Promise<void> {
      while (edits.length === 0) {
        await server.get(MapEditing).tell(mapId, { kind: 'here', editorId: 'probe-probe' });
        await Promise.race([until(() => edits.length > 0), new Promise((resolve) => setTimeout(resolve, 50))]);
      }
      edits.length = 0;
    },
    async close(): Promise<void> {
      socket.close();
      await once(socket, 'close');
    },
  };
}

describe('two editors of one map', () => {
  it('hear of one another, and of every save', async () => {
    const mapId = await create('two-editors');
    const page = await follow(second, mapId);
    await page.ready();
    const here = (leaving: boolean) =>
      server.gql(
        first,
        `mutation($m: ID!, $l: Boolean!) { tellMapEditors(mapId: $m, editorId: "page-of-first", nodeKey: "letter", leaving: $l) }`,
        { m: mapId, l: leaving },
      );
    await here(false);
    await save(first, mapId, 1, draft(sampleNodes), 'page-of-first');
    await here(true);
    const mine = (): Edit[] => page.edits.filter((e) => e.editorId === 'page-of-first');
    await page.until(() => mine().length === 3);
    expect(mine()).toEqual([
      { kind: 'here', editorId: 'page-of-first', revision: null, nodeKey: 'letter', person: { id: first } },
      { kind: 'saved', editorId: 'page-of-first', revision: 2, nodeKey: null, person: { id: first } },
      { kind: 'gone', editorId: 'page-of-first', revision: null, nodeKey: 'letter', person: { id: first } },
    ]);
    await page.close();
  });

  it('at different nodes both keep their changes, whoever saves first; nothing is overwritten', async () => {
    const mapId = await create('both-kept');
    await save(first, mapId, 1, draft(sampleNodes), 'page-one');
    const seen = await load('both-kept');
    const edit = (key: string, over: object): MapDraft => ({
      ...seen.document,
      nodes: seen.document.nodes.map((n) => (n.key === key ? { ...n, ...over } : n)),
    });
    const drafts = { one: edit('letter', { minutes: 11 }), two: edit('talks', { dueDay: 19 }) };
    const answers = await Promise.all([
      save(first, mapId, seen.revision, drafts.one, 'page-one'),
      save(second, mapId, seen.revision, drafts.two, 'page-two'),
    ]);
    const refused = answers.findIndex((a) => a.errors);
    expect(answers.filter((a) => a.errors)).toHaveLength(1);
    expect(answers[refused]?.errors?.[0]?.extensions.reason).toBe('changed-meanwhile');
    // What a page does then: takes theirs, puts its own changes on top, and saves with the revision it has seen now.
    const theirs = await load('both-kept');
    const merged = mergeDrafts(seen.document, refused === 0 ? drafts.one : drafts.two, theirs.document);
    expect(merged.conflicts).toEqual([]);
    expect((await save(second, mapId, theirs.revision, merged.draft, 'page-two')).errors).toBeUndefined();
    const now = await load('both-kept');
    expect(now.document.nodes.find((n) => n.key === 'letter')?.minutes).toBe(11);
    expect(now.document.nodes.find((n) => n.key === 'talks')?.dueDay).toBe(19);
  });

  it('who may not read maps can neither follow them nor say they are there', async () => {
    const mapId = await create('closed');
    const learner = await makePerson(server);
    const page = await follow(learner, mapId);
    await page.until(() => page.errors.length > 0);
    expect(JSON.stringify(page.errors)).toContain('FORBIDDEN');
    const told = await server.gql(learner, `mutation($m: ID!) { tellMapEditors(mapId: $m, editorId: "page-one") }`, {
      m: mapId,
    });
    expect(told.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    await page.close();
  });
});
