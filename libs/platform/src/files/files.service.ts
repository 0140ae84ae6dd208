import { createReadStream } from 'node:fs';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { InvalidInput, newId, NotFound, RateLimited, RuleViolation, type Clock } from '@waymark/kernel';
import { fileTypeFromBuffer } from 'file-type';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { CLOCK } from '../clock.token.js';
import { afterCommit, Db } from '../db/db.js';
import type { Tx } from '../db/sql.js';
import { FilePolicies } from './file-policies.js';
import { FileStore, storageKey } from './file-store.js';
import {
  attachFiles,
  countStaged,
  deleteStagedBefore,
  erasePersonFiles,
  filesToRemove,
  findFiles,
  forgetBytes,
  insertFile,
  markDeleted,
  type FileInfo,
  type NewFile,
  type StoredFile,
} from './file.repository.js';
import { judgeType, MAX_BYTES, safeFileName, type FileKind } from './file.js';
import { mediaProblem, readMp4 } from './mp4.js';
import { pdfPages } from './pdf.js';
import { captionProblem, meantAsCaptions } from './webvtt.js';

/** Enough for every type we keep, also for Office files, whose type stands behind the first entries of a ZIP. */
const SNIFF = 65_536;
const STAGED_DAYS = 7;
const SWEEP = 500;
/** Uploads that wait to be used; enough for the photos of a long evidence, too few to fill a disk. */
const STAGED_MAX = 100;

export interface IncomingFile {
  name: string;
  content: Readable;
  /** Kinds that the owner takes. */
  kinds: readonly FileKind[];
}

export interface PutFile {
  ownerType: string;
  ownerId: string;
  name: string;
  content: Buffer | Readable | { path: string };
  uploadedBy?: string | null;
}

async function firstBytes(content: Readable): Promise<{ head: Buffer; rest: AsyncIterable<Buffer> }> {
  const source = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < SNIFF) {
    const next = await source.next();
    if (next.done) break;
    chunks.push(next.value);
    length += next.value.length;
  }
  const head = Buffer.concat(chunks);
  async function* rest(): AsyncGenerator<Buffer> {
    yield head;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  }
  return { head: head.subarray(0, SNIFF), rest: rest() };
}

/** Files of all libs: bytes in the store, everything about them in PostgreSQL. */
@Injectable()
export class Files {
  private readonly logger = new Logger(Files.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(FilePolicies) private readonly policies: FilePolicies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes the bytes into the store after checking what they really are. No row is written: the caller inserts it, or
   * discards the bytes.
   * @throws InvalidInput file-empty, file-too-large, file-type-unknown, file-type-refused, file-kind-not-allowed, image-heic,
   * video-hevc, video-codec, video-unreadable, audio-codec, audio-unreadable, pdf-unreadable, captions-…
   */
  async receive(incoming: IncomingFile): Promise<Omit<NewFile, 'ownerType' | 'ownerId' | 'uploadedBy'>> {
    const { head, rest } = await firstBytes(incoming.content);
    if (head.length === 0) throw new InvalidInput('file-empty');
    const found = await fileTypeFromBuffer(head);
    if (!found && incoming.kinds.includes('captions') && meantAsCaptions(incoming.name, head)) {
      const problem = captionProblem(head, head.length === SNIFF);
      if (problem) throw new InvalidInput(problem.code, problem.params);
    }
    const verdict = judgeType(found?.mime ?? null);
    if ('refused' in verdict) throw new InvalidInput(verdict.refused, verdict.mime ? { mime: verdict.mime } : {});
    const { kind, mime } = verdict;
    if (!incoming.kinds.includes(kind))
      throw new InvalidInput('file-kind-not-allowed', { kind, allowed: [...incoming.kinds] });

    const id = newId();
    const key = storageKey(id);
    const hash = createHash('sha256');
    let bytes = 0;
    async function* measured(): AsyncGenerator<Buffer> {
      for await (const chunk of rest) {
        bytes += chunk.length;
        if (bytes > MAX_BYTES[kind]) throw new InvalidInput('file-too-large', { kind, maxBytes: MAX_BYTES[kind] });
        hash.update(chunk);
        yield chunk;
      }
    }
    await this.store.write(key, Readable.from(measured(), { objectMode: false }));
    try {
      const facts = await this.inspect(key, kind, mime, bytes);
      return {
        id,
        kind,
        mime,
        name: safeFileName(incoming.name, mime),
        bytes,
        sha256: hash.digest('hex'),
        storageKey: key,
        ...facts,
      };
    } catch (error) {
      await this.store.remove(key);
      throw error;
    }
  }

  private async inspect(
    key: string,
    kind: FileKind,
    mime: string,
    bytes: number,
  ): Promise<{ durationMs: number | null; pages: number | null }> {
    const nothing = { durationMs: null, pages: null };
    if (kind === 'video' || mime === 'audio/mp4') {
      const facts = await readMp4((offset, length) => this.store.readAt(key, offset, length), bytes);
      const problem = mediaProblem(facts, kind === 'video' ? 'video' : 'audio');
      if (problem) throw new InvalidInput(problem.code, problem.codec ? { codec: problem.codec } : {});
      return { ...nothing, durationMs: facts?.durationMs || null };
    }
    if (mime === 'application/pdf') {
      const pages = pdfPages(await this.store.readAt(key, 0, bytes));
      if (pages === null) throw new InvalidInput('pdf-unreadable');
      return { ...nothing, pages };
    }
    if (kind === 'captions') {
      const problem = captionProblem(await this.store.readAt(key, 0, bytes));
      if (problem) throw new InvalidInput(problem.code, problem.params);
    }
    return nothing;
  }

  /** @throws RateLimited 'too-many-uploads' while a hundred files of the person wait to be used */
  async assertMayStage(personId: string): Promise<void> {
    const waiting = await this.db.read((tx) => countStaged(tx, personId));
    if (waiting >= STAGED_MAX) throw new RateLimited('too-many-uploads', { max: STAGED_MAX });
  }

  /** A file as uploaded by a person, to be attached to an object later. */
  async stage(upload: {
    ownerType: string;
    name: string;
    content: Readable;
    uploadedBy: string;
    kinds: readonly FileKind[];
  }): Promise<FileInfo> {
    const received = await this.receive(upload);
    return this.keep({ ...received, ownerType: upload.ownerType, ownerId: null, uploadedBy: upload.uploadedBy });
  }

  /** Writes the row of received bytes; without it they are removed. */
  async keep(file: NewFile): Promise<FileInfo> {
    try {
      return await this.db.transaction(async (tx) => {
        await insertFile(tx, file, this.clock.now());
        const [info] = await findFiles(tx, [file.id]);
        return info as FileInfo;
      });
    } catch (error) {
      await this.store.remove(file.storageKey);
      throw error;
    }
  }

  /** A file that the server makes or brings along; it belongs to its owner at once. */
  async put(file: PutFile): Promise<FileInfo> {
    const content =
      file.content instanceof Readable
        ? file.content
        : Buffer.isBuffer(file.content)
          ? Readable.from([file.content])
          : createReadStream(file.content.path);
    const policy = this.policies.of(file.ownerType);
    const received = await this.receive({ name: file.name, content, kinds: policy.kinds });
    return this.keep({
      ...received,
      ownerType: file.ownerType,
      ownerId: file.ownerId,
      uploadedBy: file.uploadedBy ?? null,
    });
  }

  /** @throws RuleViolation 'file-not-attachable' when one of them is not a staged file of the uploader for such an owner */
  async attach(
    tx: Tx,
    fileIds: readonly string[],
    owner: { ownerType: string; ownerId: string },
    uploaderId: string,
  ): Promise<void> {
    const ids = [...new Set(fileIds)];
    if (ids.length === 0) return;
    const owned = await attachFiles(tx, ids, owner, uploaderId, this.clock.now());
    if (owned !== ids.length) throw new RuleViolation('file-not-attachable');
  }

  async info(tx: Tx, ids: readonly string[]): Promise<Map<string, FileInfo>> {
    return new Map((await findFiles(tx, ids)).map((f) => [f.id, f]));
  }

  /** @throws NotFound 'file-not-found' */
  async stored(tx: Tx, id: string): Promise<StoredFile> {
    const [file] = await findFiles(tx, [id]);
    if (!file) throw new NotFound('file-not-found');
    return file;
  }

  /** Forgets files; their bytes go once the transaction is committed. */
  async remove(tx: Tx, fileIds: readonly string[]): Promise<void> {
    const gone = await markDeleted(tx, fileIds, this.clock.now());
    if (gone.length > 0) afterCommit(tx, async () => void (await this.removeBytes()));
  }

  /** Deletes what a person uploaded for themselves and takes the person out of the rest. */
  async erasePerson(tx: Tx, personId: string): Promise<void> {
    const gone = await erasePersonFiles(tx, personId, this.policies.personalTypes(), this.clock.now());
    if (gone.length > 0) afterCommit(tx, async () => void (await this.removeBytes()));
  }

  /** Deletes files that nobody attached within 7 days, and the bytes of deleted ones. Returns how many files lost their bytes. */
  async cleanUp(): Promise<number> {
    const now = this.clock.now();
    const before = new Date(now.getTime() - STAGED_DAYS * 86_400_000);
    while ((await this.db.transaction((tx) => deleteStagedBefore(tx, before, now, SWEEP))).length === SWEEP);
    return this.removeBytes();
  }

  private async removeBytes(): Promise<number> {
    let removed = 0;
    for (;;) {
      const list = await this.db.read((tx) => filesToRemove(tx, SWEEP));
      const done: string[] = [];
      for (const file of list) {
        try {
          await this.store.remove(file.storageKey);
          done.push(file.id);
        } catch (error) {
          this.logger.error({ msg: 'bytes of a deleted file could not be removed', file: file.id, err: error });
        }
      }
      await this.db.transaction((tx) => forgetBytes(tx, done));
      removed += done.length;
      if (list.length < SWEEP || done.length === 0) return removed;
    }
  }
}
