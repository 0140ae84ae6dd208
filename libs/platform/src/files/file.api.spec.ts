import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Global, Inject, Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { Query, Resolver } from '@nestjs/graphql';
import { newId } from '@waymark/kernel';
import { createTestServer, sql, type TestServer } from '@waymark/testing';
import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Db } from '../db/db.js';
import { one } from '../db/sql.js';
import { Public } from '../security/allow.js';
import { permissionsOf, type Viewer } from '../security/viewer.js';
import { SESSION_COOKIE, SESSION_RESOLVER, type SessionResolver } from '../security/session.js';
import { FilePolicies } from './file-policies.js';
import { FileStore, storageKey } from './file-store.js';
import { MAX_BYTES } from './file.js';
import { Files } from './files.service.js';

const MEDIA = fileURLToPath(new URL('../../../../seeds/demo/media/', import.meta.url));
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const HEIC = Buffer.concat([
  Buffer.from('00000018', 'hex'),
  Buffer.from('ftypheic'),
  Buffer.alloc(4),
  Buffer.from('mif1heic'),
  Buffer.alloc(200),
]);
const SVG = Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');

const OWNED = newId();

@Injectable()
class Policies implements OnModuleInit {
  constructor(@Inject(FilePolicies) private readonly policies: FilePolicies) {}

  onModuleInit(): void {
    this.policies.register('album', {
      kinds: ['image', 'document', 'video', 'office'],
      personal: true,
      office: 'convert',
      mayUpload: (viewer) => viewer.personId !== stranger,
      canRead: (_tx, viewer, file) => Promise.resolve(viewer?.personId === friend && file.ownerId === OWNED),
    });
    this.policies.register('logo', {
      kinds: ['image'],
      personal: false,
      office: 'keep',
      mayUpload: () => true,
      canRead: () => Promise.resolve(true),
    });
  }
}

const owner = newId();
const friend = newId();
const stranger = newId();

const resolver: SessionResolver = {
  resolve: () => Promise.resolve(null),
  current: () => Promise.resolve(new Map()),
  viewerFor: (personId): Promise<Viewer> =>
    Promise.resolve({
      personId,
      sessionId: 's',
      locale: 'zh-CN',
      zone: 'Asia/Shanghai',
      orgUnitId: null,
      permissions: permissionsOf([{ role: 'learner', orgUnitId: null }]),
      grants: [],
      viewAsBy: null,
    }),
};

/** A schema needs one query. */
@Resolver()
class AnyResolver {
  @Query(() => Boolean)
  @Public()
  there(): boolean {
    return true;
  }
}

@Global()
@Module({
  providers: [Policies, AnyResolver, { provide: SESSION_RESOLVER, useValue: resolver }],
  exports: [SESSION_RESOLVER],
})
class AlbumModule {}

let server: TestServer;
let data: string;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'waymark-files-'));
  server = await createTestServer({
    modules: [AlbumModule],
    environment: { WAYMARK_DATA_DIR: data, WAYMARK_SOFFICE: 'off' },
  });
  for (const id of [owner, friend, stranger])
    await sql(server, `insert into person (id, status) values ($1, 'active')`, [id]);
});
afterAll(async () => {
  await server.close();
  await rm(data, { recursive: true, force: true });
});

function form(name: string, bytes: Buffer): { payload: Buffer; headers: Record<string, string> } {
  const boundary = 'waymark-boundary';
  return {
    payload: Buffer.concat([
      Buffer.from(
        `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n`,
      ),
      bytes,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

async function upload(
  personId: string | null,
  name: string,
  bytes: Buffer,
  ownerType = 'album',
): Promise<LightMyRequestResponse> {
  return server.app.inject({
    method: 'POST',
    url: `/api/files?owner=${ownerType}`,
    ...form(name, bytes),
    ...(personId ? { cookies: { [SESSION_COOKIE]: `test.${personId}` } } : {}),
  });
}

async function get(
  personId: string | null,
  url: string,
  headers: Record<string, string> = {},
  method: 'GET' | 'HEAD' | 'DELETE' = 'GET',
): Promise<LightMyRequestResponse> {
  return server.app.inject({
    method,
    url,
    headers,
    ...(personId ? { cookies: { [SESSION_COOKIE]: `test.${personId}` } } : {}),
  });
}

async function storedFiles(): Promise<string[]> {
  const all = await readdir(join(data, 'files'), { recursive: true, withFileTypes: true }).catch(() => []);
  return all.filter((e) => e.isFile()).map((e) => e.name);
}

async function attached(name = 'a.png', bytes = PNG): Promise<string> {
  const { id } = (await upload(owner, name, bytes)).json<{ id: string }>();
  await server.db.transaction((tx) =>
    server.get(Files).attach(tx, [id], { ownerType: 'album', ownerId: OWNED }, owner),
  );
  return id;
}

describe('upload', () => {
  it('keeps a staged file for its uploader, with its real type and a plain name', async () => {
    const answer = await upload(owner, '../../etc/照片.exe', PNG);
    expect(answer.statusCode).toBe(200);
    const file = answer.json<{ id: string; url: string }>();
    expect(file).toMatchObject({
      name: '照片.png',
      kind: 'image',
      mime: 'image/png',
      bytes: PNG.length,
      state: 'staged',
      conversion: null,
    });
    expect((await get(owner, file.url)).rawPayload.equals(PNG)).toBe(true);
    expect((await get(friend, file.url)).statusCode).toBe(404);
    expect((await get(null, file.url)).statusCode).toBe(401);
  });

  it('measures films and documents', async () => {
    expect((await upload(owner, 'tour.mp4', await readFile(`${MEDIA}product-tour.mp4`))).json()).toMatchObject({
      kind: 'video',
      mime: 'video/mp4',
      durationSeconds: expect.any(Number) as number,
    });
    const pdf = (await upload(owner, 'handbook.pdf', await readFile(`${MEDIA}company-handbook.pdf`))).json<{
      pages: number;
    }>();
    expect(pdf.pages).toBeGreaterThan(0);
  });

  it.each([
    ['HEIC with advice to choose JPEG', 'x.jpg', HEIC, 'image-heic'],
    ['SVG', 'x.svg', SVG, 'file-type-refused'],
    [
      'HTML under the name of a picture',
      'x.png',
      Buffer.from('<!doctype html><script>1</script>'),
      'file-type-unknown',
    ],
    ['a program', 'x.pdf', Buffer.concat([Buffer.from('MZ'), Buffer.alloc(300)]), 'file-type-refused'],
    [
      'a film that is cut off',
      'x.mp4',
      Buffer.concat([Buffer.from('0000001c', 'hex'), Buffer.from('ftypisom'), Buffer.alloc(300)]),
      'video-unreadable',
    ],
    ['a PDF without pages', 'x.pdf', Buffer.from('%PDF-1.7\n%%EOF'), 'pdf-unreadable'],
    ['nothing', 'x.png', Buffer.alloc(0), 'file-empty'],
  ])('refuses %s and keeps no byte', async (_what, name, bytes, reason) => {
    const before = await storedFiles();
    const answer = await upload(owner, name, bytes);
    expect(answer.json()).toMatchObject({ reason });
    expect(answer.statusCode).toBe(400);
    expect(await storedFiles()).toEqual(before);
  });

  it('refuses a film whose video is HEVC', async () => {
    const bytes = await readFile(`${MEDIA}product-tour.mp4`);
    bytes.write('hvc1', bytes.indexOf('avc1', bytes.indexOf('stsd')), 'latin1');
    expect((await upload(owner, 'x.mp4', bytes)).json()).toMatchObject({
      reason: 'video-hevc',
      params: { codec: 'hvc1' },
    });
  });

  it('refuses what is larger than its kind allows, while it still arrives', async () => {
    const before = await storedFiles();
    const answer = await upload(owner, 'big.png', Buffer.concat([PNG, Buffer.alloc(MAX_BYTES.image)]));
    expect(answer.json()).toMatchObject({
      reason: 'file-too-large',
      params: { kind: 'image', maxBytes: MAX_BYTES.image },
    });
    expect(await storedFiles()).toEqual(before);
  });

  it('refuses kinds, owners and people that the policy does not take', async () => {
    expect((await upload(owner, 'a.pdf', await readFile(`${MEDIA}company-handbook.pdf`), 'logo')).json()).toMatchObject(
      { reason: 'file-kind-not-allowed' },
    );
    const captions = Buffer.from('WEBVTT\n\n00:01.000 --> 00:02.000\nx\n');
    expect((await upload(owner, 'a.vtt', captions)).json()).toMatchObject({ reason: 'file-kind-not-allowed' });
    expect((await upload(owner, 'a.srt', captions.subarray(8))).json()).toMatchObject({ reason: 'file-type-unknown' });
    expect((await upload(owner, 'a.png', PNG, 'nobody')).json()).toMatchObject({ reason: 'owner-type-unknown' });
    expect((await upload(stranger, 'a.png', PNG)).json()).toMatchObject({ reason: 'upload-not-allowed' });
    expect((await upload(null, 'a.png', PNG)).statusCode).toBe(401);
    const noForm = await server.app.inject({
      method: 'POST',
      url: '/api/files?owner=album',
      payload: { a: 1 },
      cookies: { [SESSION_COOKIE]: `test.${owner}` },
    });
    expect(noForm.json()).toMatchObject({ reason: 'file-missing' });
  });

  it('lets a hundred files of a person wait, no more', async () => {
    const busy = newId();
    await sql(server, `insert into person (id, status) values ($1, 'active')`, [busy]);
    await sql(
      server,
      `insert into file (id, owner_type, state, kind, mime, bytes, sha256, storage_key, uploaded_by)
       select gen_random_uuid(), 'album', 'staged', 'image', 'image/png', 1, repeat('0', 64), 'none-' || n, $1 from generate_series(1, 100) n`,
      [busy],
    );
    const refused = await upload(busy, 'a.png', PNG);
    expect([refused.statusCode, refused.json<{ reason: string }>().reason]).toEqual([429, 'too-many-uploads']);
    await sql(server, `delete from file where storage_key like 'none-%'`);
    expect((await upload(busy, 'a.png', PNG)).statusCode).toBe(200);
  });

  it('refuses a page of another site', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/api/files?owner=album',
      payload: form('a.png', PNG).payload,
      headers: { ...form('a.png', PNG).headers, origin: 'https://evil.example' },
      cookies: { [SESSION_COOKIE]: `test.${owner}` },
    });
    expect(answer.json()).toMatchObject({ reason: 'origin-not-allowed' });
  });
});

describe('download', () => {
  it('asks the policy each time and hides what it denies', async () => {
    const id = await attached();
    expect((await get(friend, `/files/${id}`)).statusCode).toBe(200);
    expect((await get(owner, `/files/${id}`)).statusCode).toBe(404);
    expect((await get(stranger, `/files/${id}`)).json()).toMatchObject({ reason: 'file-not-found' });
    expect((await get(null, `/files/${id}`)).statusCode).toBe(401);
    expect((await get(friend, `/files/${newId()}`)).statusCode).toBe(404);
  });

  it('lets anybody read where the policy says so', async () => {
    const info = await server.get(Files).put({ ownerType: 'logo', ownerId: newId(), name: 'logo.png', content: PNG });
    expect((await get(null, `/files/${info.id}`)).rawPayload.equals(PNG)).toBe(true);
  });

  it('sends ranges, so that a film can be wound on', async () => {
    const bytes = await readFile(`${MEDIA}product-tour.mp4`);
    const id = await attached('tour.mp4', bytes);
    const part = await get(friend, `/files/${id}`, { range: 'bytes=100-199' });
    expect(part.statusCode).toBe(206);
    expect(part.headers).toMatchObject({
      'content-range': `bytes 100-199/${bytes.length}`,
      'content-length': '100',
      'accept-ranges': 'bytes',
      'content-type': 'video/mp4',
    });
    expect(part.rawPayload.equals(bytes.subarray(100, 200))).toBe(true);
    const last = await get(friend, `/files/${id}`, { range: 'bytes=-10' });
    expect(last.rawPayload.equals(bytes.subarray(-10))).toBe(true);
    const beyond = await get(friend, `/files/${id}`, { range: `bytes=${bytes.length}-` });
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, `bytes */${bytes.length}`]);
    const etag = String(part.headers['etag']);
    expect((await get(friend, `/files/${id}`, { range: 'bytes=0-1', 'if-range': '"other"' })).statusCode).toBe(200);
    expect((await get(friend, `/files/${id}`, { range: 'bytes=0-1', 'if-range': etag })).statusCode).toBe(206);
    const unchanged = await get(friend, `/files/${id}`, { 'if-none-match': etag });
    expect([unchanged.statusCode, unchanged.rawPayload.length]).toEqual([304, 0]);
    expect((await get(stranger, `/files/${id}`, { 'if-none-match': etag })).statusCode).toBe(404);
    const head = await get(friend, `/files/${id}`, {}, 'HEAD');
    expect([head.statusCode, head.headers['content-length'], head.rawPayload.length]).toEqual([
      200,
      String(bytes.length),
      0,
    ]);
  });

  it('never lets a file act as a page of ours', async () => {
    const id = await attached('a".png');
    const answer = await get(friend, `/files/${id}`);
    expect(answer.headers['content-disposition']).toMatch(/^inline; filename="a\.png"/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*sandbox/);
    expect(answer.headers['cache-control']).toBe('private, no-cache');
    expect((await get(friend, `/files/${id}?download=1`)).headers['content-disposition']).toMatch(/^attachment;/);
  });

  it.each(['..%2f..%2fetc%2fpasswd', '%2e%2e', 'a/../b', `${newId()}.part`])(
    'does not leave its folder for %s',
    async (path) => {
      expect((await get(friend, `/files/${path}`)).statusCode).toBe(404);
    },
  );
});

describe('the store', () => {
  it('refuses keys that it did not make', async () => {
    const store = server.get(FileStore);
    for (const key of ['../x', '/etc/passwd', `ab/../../${newId()}`, `ab/${newId()}/x`, '']) {
      await expect(store.read(key)).rejects.toThrow('wrong form');
      await expect(store.write(key, Readable.from(['x']))).rejects.toThrow('wrong form');
      await expect(store.remove(key)).rejects.toThrow('wrong form');
    }
  });

  it('leaves nothing behind when the sender breaks off', async () => {
    const store = server.get(FileStore);
    const key = storageKey(newId());
    const before = await storedFiles();
    const broken = new Readable({
      read() {
        this.push(PNG);
        this.destroy(new Error('gone'));
      },
    });
    await expect(store.write(key, broken)).rejects.toThrow('gone');
    expect(await storedFiles()).toEqual(before);
  });

  it('keeps files from other users of the machine', async () => {
    const id = await attached();
    expect((await stat(join(data, 'files', storageKey(id)))).mode & 0o077).toBe(0);
  });
});

describe('attaching and clean-up', () => {
  it('gives an owner only files that the same person uploaded for such an owner', async () => {
    const files = server.get(Files);
    const { id } = (await upload(owner, 'a.png', PNG)).json<{ id: string }>();
    const attach = (uploader: string, ownerType: string, ids = [id]): Promise<void> =>
      server.db.transaction((tx) => files.attach(tx, ids, { ownerType, ownerId: OWNED }, uploader));
    await expect(attach(friend, 'album')).rejects.toMatchObject({ code: 'file-not-attachable' });
    await expect(attach(owner, 'logo')).rejects.toMatchObject({ code: 'file-not-attachable' });
    await expect(attach(owner, 'album', [id, newId()])).rejects.toMatchObject({ code: 'file-not-attachable' });
    await attach(owner, 'album');
    await attach(owner, 'album');
    await expect(
      server.db.transaction((tx) => files.attach(tx, [id], { ownerType: 'album', ownerId: newId() }, owner)),
    ).rejects.toMatchObject({ code: 'file-not-attachable' });
  });

  it('lets the uploader throw a staged file away, and nobody else', async () => {
    const { id } = (await upload(owner, 'a.png', PNG)).json<{ id: string }>();
    expect((await get(friend, `/api/files/${id}`, {}, 'DELETE')).statusCode).toBe(404);
    expect((await get(owner, `/api/files/${id}`)).json()).toMatchObject({ id, state: 'staged' });
    expect((await get(owner, `/api/files/${id}`, {}, 'DELETE')).statusCode).toBe(204);
    expect((await get(owner, `/files/${id}`)).statusCode).toBe(404);
    const kept = await attached();
    expect((await get(friend, `/api/files/${kept}`, {}, 'DELETE')).statusCode).toBe(404);
  });

  it('drops staged files after seven days, with their bytes, and keeps attached ones', async () => {
    const { id } = (await upload(owner, 'old.png', PNG)).json<{ id: string }>();
    const kept = await attached();
    server.clock.advance(6 * 86_400_000);
    const { id: young } = (await upload(owner, 'young.png', PNG)).json<{ id: string }>();
    await server.runJob('files.clean');
    expect((await get(owner, `/files/${id}`)).statusCode).toBe(200);
    server.clock.advance(2 * 86_400_000);
    await server.runJob('files.clean');
    expect((await get(owner, `/files/${id}`)).statusCode).toBe(404);
    expect(await storedFiles()).not.toContain(id);
    expect((await get(owner, `/files/${young}`)).statusCode).toBe(200);
    expect((await get(friend, `/files/${kept}`)).statusCode).toBe(200);
    const row = await server.db.read((tx) =>
      one<{ name: string | null; storage_key: string | null }>(tx, `select name, storage_key from file where id = $1`, [
        id,
      ]),
    );
    expect(row).toEqual({ name: null, storage_key: null });
  });

  it('takes an erased person out: their own files go, shared ones lose the name', async () => {
    const gone = newId();
    await sql(server, `insert into person (id, status) values ($1, 'active')`, [gone]);
    const files = server.get(Files);
    const own = (await upload(gone, '张三的证书.png', PNG)).json<{ id: string }>().id;
    const staged = (await upload(gone, '张三.png', PNG)).json<{ id: string }>().id;
    const shared = (await upload(gone, '张三的标志.png', PNG, 'logo')).json<{ id: string }>().id;
    await server.db.transaction(async (tx) => {
      await files.attach(tx, [own], { ownerType: 'album', ownerId: OWNED }, gone);
      await files.attach(tx, [shared], { ownerType: 'logo', ownerId: newId() }, gone);
    });
    await server.db.transaction((tx) => files.erasePerson(tx, gone));
    await server.runJob('files.clean');
    const stored = await storedFiles();
    expect([stored.includes(own), stored.includes(staged), stored.includes(shared)]).toEqual([false, false, true]);
    const left = await server
      .get(Db)
      .read((tx) =>
        one<{ n: number }>(tx, `select count(*)::int as n from file where uploaded_by = $1 or name like '张三%'`, [
          gone,
        ]),
      );
    expect(left.n).toBe(0);
    expect((await get(friend, `/files/${own}`)).statusCode).toBe(404);
    expect((await get(null, `/files/${shared}`)).statusCode).toBe(200);
  });
});

describe('Word and PowerPoint', () => {
  /** The start of an empty .docx: file-type tells it from other ZIP files by its content types entry. */
  async function docx(): Promise<Buffer> {
    const name = '[Content_Types].xml';
    const body = Buffer.from(
      '<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    );
    const { crc32, deflateRawSync } = await import('node:zlib');
    const packed = deflateRawSync(body);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt16LE(8, 8);
    header.writeUInt32LE(crc32 ? crc32(body) : 0, 14);
    header.writeUInt32LE(packed.length, 18);
    header.writeUInt32LE(body.length, 22);
    header.writeUInt16LE(name.length, 26);
    return Buffer.concat([header, Buffer.from(name), packed]);
  }

  it('asks for a PDF where LibreOffice is missing, and keeps nothing', async () => {
    const before = await storedFiles();
    const answer = await upload(owner, 'slides.docx', await docx());
    expect([answer.statusCode, answer.json<{ reason: string }>().reason]).toEqual([422, 'convert-unavailable']);
    expect(await storedFiles()).toEqual(before);
  });

  describe('with a program that converts', () => {
    let program: string;
    let second: TestServer;

    beforeAll(async () => {
      program = join(data, 'soffice');
      await writeFile(
        program,
        `#!/bin/sh\nwhile [ $# -gt 1 ]; do [ "$1" = --outdir ] && out="$2"; shift; done\ngrep -q broken "$1" && exit 3\ncp '${MEDIA}company-handbook.pdf' "$out/source.pdf"\n`,
      );
      await chmod(program, 0o755);
      await server.close();
      second = await createTestServer({
        modules: [AlbumModule],
        environment: { WAYMARK_DATA_DIR: data, WAYMARK_SOFFICE: program },
      });
      server = second;
      for (const id of [owner, friend])
        await sql(server, `insert into person (id, status) values ($1, 'active')`, [id]);
    });

    it('makes a PDF in the background, once', async () => {
      const file = (await upload(owner, '讲义.docx', await docx())).json<{ id: string; conversion: unknown }>();
      expect(file).toMatchObject({ kind: 'office', conversion: { state: 'waiting', fileId: null } });
      expect(await server.runJobs()).toEqual(['files.convert']);
      const described = (await get(owner, `/api/files/${file.id}`)).json<{
        conversion: { state: string; fileId: string };
      }>();
      expect(described.conversion).toMatchObject({ state: 'done', done: 100, total: 100 });
      const pdf = (await get(owner, `/api/files/${described.conversion.fileId}`)).json();
      expect(pdf).toMatchObject({ name: '讲义.pdf', kind: 'document', mime: 'application/pdf', state: 'staged' });
      await server.runJob('files.convert', { fileId: file.id });
      expect(
        (await get(owner, `/api/files/${file.id}`)).json<{ conversion: { fileId: string } }>().conversion.fileId,
      ).toBe(described.conversion.fileId);
    });

    it('says so when a file can not be converted', async () => {
      const broken = Buffer.concat([await docx(), Buffer.from('broken')]);
      const file = (await upload(owner, 'bad.docx', broken)).json<{ id: string }>();
      await server.runJobs();
      expect((await get(owner, `/api/files/${file.id}`)).json()).toMatchObject({
        conversion: { state: 'failed', fileId: null, error: 'convert-failed' },
      });
    });
  });
});
