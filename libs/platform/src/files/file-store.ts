import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { NotFound } from '@waymark/kernel';
import { platformConfig } from '../config/platform.config.js';
import type { ByteRange } from './file.js';

/** Where the bytes of files live, by a key that the app makes. A key is written once and never changed. */
export abstract class FileStore {
  abstract write(key: string, content: Readable): Promise<void>;
  abstract read(key: string, range?: ByteRange): Promise<Readable>;
  abstract readAt(key: string, offset: number, length: number): Promise<Buffer>;
  abstract remove(key: string): Promise<void>;
}

const KEY = /^[0-9a-f]{2}\/[0-9a-f-]{36}$/;

/** The last characters of an id are random, so they spread files evenly over the folders. */
export function storageKey(id: string): string {
  return `${id.slice(-2)}/${id}`;
}

@Injectable()
export class DiskFileStore extends FileStore {
  private get root(): string {
    return resolve(platformConfig().WAYMARK_DATA_DIR, 'files');
  }

  private path(key: string): string {
    if (!KEY.test(key)) throw new Error('A storage key has the wrong form');
    return join(this.root, key);
  }

  /** Complete or absent: the bytes get their name only when all of them are on the disk. */
  async write(key: string, content: Readable): Promise<void> {
    const path = this.path(key);
    const part = `${path}.part`;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    try {
      await pipeline(content, createWriteStream(part, { flags: 'wx', mode: 0o600, flush: true }));
      await rename(part, path);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const file = await open(this.path(key)).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'ENOENT' ? new NotFound('file-not-found') : error;
    });
    return createReadStream('', { fd: file, ...(range ? { start: range.start, end: range.end } : {}) });
  }

  async readAt(key: string, offset: number, length: number): Promise<Buffer> {
    const file = await open(this.path(key));
    try {
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async remove(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }
}
