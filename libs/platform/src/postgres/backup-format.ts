import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { hasCode } from './embedded-postgres.error.js';

const FORMAT = 1;
const MANIFEST = 'manifest.json';

/** A file inside the backup folder; the path uses forward slashes. */
export interface BackupFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface BackupTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly file: BackupFile;
}

export interface BackupSequence {
  readonly name: string;
  /** As text: it may exceed what a number holds exactly. */
  readonly lastValue: string;
}

export interface BackupManifest {
  readonly format: typeof FORMAT;
  readonly createdAt: string;
  readonly postgres: string;
  readonly migration: string;
  readonly tables: readonly BackupTable[];
  readonly sequences: readonly BackupSequence[];
  /** Paths below `files/`. */
  readonly files: readonly BackupFile[];
}

export interface BackupProgress {
  readonly step: 'check' | 'table' | 'file';
  readonly name: string;
  readonly done: number;
  readonly total: number;
}

/** Its message is written for the person who runs the backup or the restore. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

export function newManifest(content: Omit<BackupManifest, 'format'>): BackupManifest {
  return { format: FORMAT, ...content };
}

/** Written last: a folder without it is no backup. */
export async function writeManifest(folder: string, manifest: BackupManifest): Promise<void> {
  await writeMeasured(Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)]), folder, MANIFEST);
}

export async function readManifest(folder: string): Promise<BackupManifest> {
  let manifest: Partial<BackupManifest>;
  try {
    manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Partial<BackupManifest>;
  } catch (cause) {
    throw new BackupError(`${folder} holds no complete backup: its ${MANIFEST} is missing or damaged.`, { cause });
  }
  if (manifest.format !== FORMAT) {
    throw new BackupError(
      `The backup in ${folder} has format ${String(manifest.format)}; this release reads format ${String(FORMAT)}. ` +
        'Restore it with the release that wrote it, or a newer one.',
    );
  }
  return manifest as BackupManifest;
}

/** Reads every file and compares it with the manifest, before a restore writes anything. */
export async function checkFiles(
  folder: string,
  manifest: BackupManifest,
  onProgress?: (progress: BackupProgress) => void,
): Promise<void> {
  const expected = [...manifest.tables.map((table) => table.file), ...manifest.files];
  for (const [index, file] of expected.entries()) {
    const path = inside(folder, file.path);
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(path), hash);
    } catch (cause) {
      const reason = hasCode(cause, 'ENOENT') ? 'is missing' : 'can’t be read';
      throw new BackupError(`The backup is incomplete: ${path} ${reason}. Nothing was changed.`, { cause });
    }
    if (hash.digest('hex') !== file.sha256) {
      throw new BackupError(
        `The backup is damaged: ${path} is not as it was written. Nothing was changed; use another backup.`,
      );
    }
    onProgress?.({ step: 'check', name: file.path, done: index + 1, total: expected.length });
  }
}

/** A manifest is data: its paths must not lead out of the folder. */
export function inside(folder: string, path: string): string {
  const target = resolve(folder, path);
  if (!target.startsWith(resolve(folder) + sep)) {
    throw new BackupError(`The backup names a file outside its folder (${path}) and is refused.`);
  }
  return target;
}

/** Writes a stream to `folder/path`, readable by this account only, and safe on disk when done. */
export async function writeMeasured(source: Readable, folder: string, path: string): Promise<BackupFile> {
  const target = inside(folder, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new PassThrough();
  meter.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    bytes += chunk.length;
  });
  await pipeline(source, meter, createWriteStream(target, { mode: 0o600, flush: true }));
  return { path, bytes, sha256: hash.digest('hex') };
}

/** Regular files below a folder, as paths with forward slashes; none when it does not exist. */
export async function listFiles(folder: string): Promise<string[]> {
  const found = await stat(folder).catch(() => undefined);
  if (!found) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}
