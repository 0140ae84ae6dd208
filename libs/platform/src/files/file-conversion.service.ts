import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import { CLOCK } from '../clock.token.js';
import { Db } from '../db/db.js';
import type { Tx } from '../db/sql.js';
import { Jobs } from '../jobs/jobs.service.js';
import { defineJob, type JobRun } from '../jobs/job.js';
import { fileConfig } from './file.config.js';
import { FileStore } from './file-store.js';
import {
  findConversion,
  insertConversion,
  insertFile,
  updateConversion,
  type Conversion,
  type FileInfo,
} from './file.repository.js';
import { Files } from './files.service.js';
import { convertToPdf, findOffice } from './office.js';

export const convertFileJob = defineJob<{ fileId: string }>({ name: 'files.convert', attempts: 3 });

/** Word and PowerPoint become PDF in the background, where LibreOffice is installed. */
@Injectable()
export class FileConversion {
  private readonly logger = new Logger(FileConversion.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Files) private readonly files: Files,
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  private program(): Promise<string | null> {
    const config = fileConfig();
    return findOffice(config.WAYMARK_SOFFICE, config.PATH);
  }

  /** @throws RuleViolation 'convert-unavailable' */
  async assertAvailable(): Promise<void> {
    if ((await this.program()) === null) throw new RuleViolation('convert-unavailable');
  }

  async request(file: FileInfo): Promise<void> {
    await this.db.transaction((tx) => insertConversion(tx, file.id, this.clock.now()));
    await this.jobs.enqueue(convertFileJob, { fileId: file.id }, { key: `files.convert.${file.id}` });
  }

  of(tx: Tx, fileId: string): Promise<Conversion | null> {
    return findConversion(tx, fileId);
  }

  /** Makes the PDF as a staged file of the same uploader. Running it again after it is done changes nothing. */
  async convert(fileId: string, run: JobRun): Promise<void> {
    const conversion = await this.db.read((tx) => findConversion(tx, fileId));
    if (!conversion || conversion.state === 'done') return;
    const source = await this.db
      .read((tx) => this.files.stored(tx, fileId))
      .catch((error: unknown) => {
        if (error instanceof NotFound) return null;
        throw error;
      });
    if (!source) return;
    const step = async (done: number): Promise<void> => {
      await this.db.transaction((tx) => updateConversion(tx, fileId, { state: 'running', done }, this.clock.now()));
      await run.progress(done, conversion.total);
    };
    await step(5);
    const program = await this.program();
    const folder = await mkdtemp(join(tmpdir(), 'waymark-convert-'));
    try {
      if (!program) throw new RuleViolation('convert-unavailable');
      const input = join(folder, `source${extname(source.name)}`);
      await pipeline(await this.store.read(source.storageKey), createWriteStream(input, { mode: 0o600 }));
      await step(20);
      await convertToPdf(program, input, folder, run.signal);
      await step(80);
      const name = `${source.name.slice(0, -extname(source.name).length)}.pdf`;
      const pdf = await this.files.receive({
        name,
        content: createReadStream(join(folder, 'source.pdf')),
        kinds: ['document'],
      });
      const { ownerType, uploadedBy } = source;
      const used = await this.db.transaction(async (tx) => {
        await insertFile(tx, { ...pdf, ownerType, ownerId: null, uploadedBy }, this.clock.now());
        const moved = await updateConversion(
          tx,
          fileId,
          { state: 'done', done: conversion.total, pdfFileId: pdf.id },
          this.clock.now(),
        );
        if (!moved) await this.files.remove(tx, [pdf.id]);
        return moved;
      });
      if (used) await run.progress(conversion.total, conversion.total);
    } catch (error) {
      if (run.signal.aborted) throw error;
      const code = error instanceof RuleViolation ? error.code : 'convert-failed';
      this.logger.warn({ msg: 'file could not be converted', file: fileId, err: error });
      await this.db.transaction((tx) =>
        updateConversion(tx, fileId, { state: 'failed', done: 0, error: code }, this.clock.now()),
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
