import type { MultipartFile } from '@fastify/multipart';
import { Readable } from 'node:stream';
import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { Forbidden, InvalidInput, isUuid, NotFound, Unauthenticated } from '@waymark/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Db } from '../db/db.js';
import { Allow, CurrentViewer, MaybeViewer, Public } from '../security/allow.js';
import type { Viewer } from '../security/viewer.js';
import { FileConversion } from './file-conversion.service.js';
import { FilePolicies } from './file-policies.js';
import { FileStore } from './file-store.js';
import { contentDisposition, fileUrl, isInline, MAX_BYTES, parseRange } from './file.js';
import type { Conversion, FileInfo, StoredFile } from './file.repository.js';
import { Files } from './files.service.js';

interface FileAnswer {
  id: string;
  name: string;
  kind: string;
  mime: string;
  bytes: number;
  durationSeconds: number | null;
  pages: number | null;
  state: string;
  url: string;
  conversion: Pick<Conversion, 'state' | 'done' | 'total' | 'fileId' | 'error'> | null;
}

/** Nothing in a file may run as a page of ours, whatever a browser makes of it. PDF viewers don't work inside a sandbox. */
function filePolicyHeader(mime: string): string {
  const base =
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";
  return mime === 'application/pdf' ? base : `${base}; sandbox`;
}

@Controller()
export class FileController {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Files) private readonly files: Files,
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(FilePolicies) private readonly policies: FilePolicies,
    @Inject(FileConversion) private readonly conversion: FileConversion,
  ) {}

  private async answer(file: FileInfo): Promise<FileAnswer> {
    const conversion = file.kind === 'office' ? await this.db.read((tx) => this.conversion.of(tx, file.id)) : null;
    const { id, name, kind, mime, bytes, durationSeconds, pages, state } = file;
    return { id, name, kind, mime, bytes, durationSeconds, pages, state, url: fileUrl(id), conversion };
  }

  /** Takes one file, streaming; it is staged until the lib that owns it attaches it. */
  @Post('api/files')
  @Allow('signed-in')
  @HttpCode(200)
  async upload(
    @CurrentViewer() viewer: Viewer,
    @Req() request: FastifyRequest,
    @Query('owner') ownerType?: string,
  ): Promise<FileAnswer> {
    const policy = this.policies.of(ownerType ?? '');
    if (!policy.mayUpload(viewer)) throw new Forbidden('upload-not-allowed');
    await this.files.assertMayStage(viewer.personId);
    if (!request.isMultipart()) throw new InvalidInput('file-missing');
    const largest = Math.max(...policy.kinds.map((k) => MAX_BYTES[k]));
    const part: MultipartFile | undefined = await request.file({
      limits: { files: 1, fields: 4, fileSize: largest + 1 },
    });
    if (!part) throw new InvalidInput('file-missing');
    try {
      const received = await this.files.receive({ name: part.filename, content: part.file, kinds: policy.kinds });
      const convert = received.kind === 'office' && policy.office === 'convert';
      if (convert) {
        await this.conversion.assertAvailable().catch(async (error: unknown) => {
          await this.store.remove(received.storageKey);
          throw error;
        });
      }
      const file = await this.files.keep({
        ...received,
        ownerType: ownerType ?? '',
        ownerId: null,
        uploadedBy: viewer.personId,
      });
      if (convert) await this.conversion.request(file);
      return await this.answer(file);
    } finally {
      part.file.resume();
    }
  }

  @Get('api/files/:id')
  @Allow('signed-in')
  async describe(@CurrentViewer() viewer: Viewer, @Param('id') id: string): Promise<FileAnswer> {
    return this.answer(await this.readable(viewer, id));
  }

  @Delete('api/files/:id')
  @Allow('signed-in')
  @HttpCode(204)
  async discard(@CurrentViewer() viewer: Viewer, @Param('id') id: string): Promise<void> {
    const file = await this.readable(viewer, id);
    if (file.state !== 'staged') throw new NotFound('file-not-found');
    await this.db.transaction((tx) => this.files.remove(tx, [id]));
  }

  /** The bytes. Open to requests without a session because a policy may say so (the company's logo); else it denies. */
  @Get('files/:id')
  @Public()
  async download(
    @MaybeViewer() viewer: Viewer | null,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query('download') download?: string,
  ): Promise<void> {
    const file = await this.readable(viewer, id);
    const etag = `"${file.sha256.slice(0, 32)}"`;
    void reply
      .header('etag', etag)
      .header('accept-ranges', 'bytes')
      .header('cache-control', 'private, no-cache')
      .header('last-modified', file.createdAt.toUTCString())
      .header('content-disposition', contentDisposition(file.name, file.mime, download === '1'))
      .header('content-security-policy', filePolicyHeader(file.mime))
      .header('cross-origin-resource-policy', 'same-origin')
      .header('x-content-type-options', 'nosniff');
    const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
    if (known.includes(etag) || known.includes('*')) return void reply.status(304).send();

    const ifRange = request.headers['if-range'];
    const header = ifRange === undefined || ifRange === etag ? request.headers.range : undefined;
    const range = parseRange(header, file.bytes);
    void reply.type(isInline(file.mime) || download === '1' ? file.mime : 'application/octet-stream');
    if (range === 'unsatisfiable') {
      return void reply
        .status(416)
        .header('content-range', `bytes */${file.bytes}`)
        .type('application/json')
        .send({ reason: 'range-unsatisfiable', params: {} });
    }
    const length = range ? range.end - range.start + 1 : file.bytes;
    void reply.status(range ? 206 : 200).header('content-length', length);
    if (range) void reply.header('content-range', `bytes ${range.start}-${range.end}/${file.bytes}`);
    if (request.method === 'HEAD') return void reply.send(Readable.from([]));
    return void reply.send(await this.store.read(file.storageKey, range ?? undefined));
  }

  /** @throws NotFound 'file-not-found' also when the file is there and the viewer may not know it */
  private async readable(viewer: Viewer | null, id: string): Promise<StoredFile> {
    if (!isUuid(id)) throw new NotFound('file-not-found');
    return this.db.read(async (tx) => {
      const file = await this.files.stored(tx, id);
      const allowed =
        file.state === 'staged'
          ? viewer !== null && file.uploadedBy === viewer.personId
          : await this.policies.find(file.ownerType)?.canRead(tx, viewer, file);
      if (allowed) return file;
      throw viewer ? new NotFound('file-not-found') : new Unauthenticated();
    });
  }
}
