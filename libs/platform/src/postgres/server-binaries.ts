import {
  access,
  chmod,
  constants,
  copyFile,
  cp,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';

import { EmbeddedPostgresError, hasCode } from './embedded-postgres.error.js';
import { run, type ServerAccount } from './server-account.js';

export interface ServerBinaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  readonly version: string;
  readonly major: string;
}

interface BinaryPackage {
  readonly root: string;
  readonly version: string;
}

const OWN_SERVER = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) of your own instead.';

/**
 * Finds the server programs in the platform package and proves that the account can run them.
 * When it can't (the package lies in a closed folder, or is read-only and its library links were
 * never made), a copy beside the data is used.
 */
export async function findBinaries(copyFolder: string, account: ServerAccount | undefined): Promise<ServerBinaries> {
  const found = await locatePackage();
  const inPlace = await tryBinaries(found.root, account);
  if (typeof inPlace !== 'string') return inPlace;

  const copy = join(copyFolder, `postgres-${found.version}`);
  await copyPackage(found.root, copy);
  const copied = await tryBinaries(copy, account);
  if (typeof copied !== 'string') return copied;
  throw new EmbeddedPostgresError(
    'binaries-unusable',
    `The PostgreSQL that comes with Waymark does not run on this system: ${copied}. ${OWN_SERVER}`,
  );
}

async function locatePackage(): Promise<BinaryPackage> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `The package ${name} is not installed. Install Waymark's dependencies with optional ones included ` +
        `(npm install --include=optional); if there is no such package for this system: ${OWN_SERVER}`,
      { cause },
    );
  }
  const root = dirname(dirname(entry));
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { root, version: manifest.version };
}

/** The programs, or in words why they can't be used. */
async function tryBinaries(root: string, account: ServerAccount | undefined): Promise<ServerBinaries | string> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(root, 'native', 'bin', name + suffix);
  try {
    await linkLibraries(root);
    const { code, output } = await run(program('postgres'), ['--version'], { account });
    const version = /\(PostgreSQL\) ((\d+)\S*)/.exec(output);
    if (code !== 0 || !version?.[1] || !version[2]) {
      return output || `postgres ended with ${String(code)}`;
    }
    return {
      initdb: program('initdb'),
      pgCtl: program('pg_ctl'),
      postgres: program('postgres'),
      version: version[1],
      major: version[2],
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** npm packages hold no symbolic links; an install script makes them, unless scripts are off. */
async function linkLibraries(root: string): Promise<void> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of JSON.parse(list) as { source: string; target: string }[]) {
    const source = join(root, link.source);
    const target = join(root, link.target);
    if (await exists(target)) continue;
    try {
      await symlink(relative(dirname(target), source), target);
    } catch (error) {
      // Another process made it meanwhile, or this file system has no links.
      if (hasCode(error, 'EEXIST')) continue;
      if (!hasCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS')) throw error;
      await copyFile(source, target);
    }
  }
}

async function copyPackage(root: string, copy: string): Promise<void> {
  if (await exists(copy)) return;
  const partial = `${copy}.${String(process.pid)}`;
  await mkdir(partial, { recursive: true, mode: 0o755 });
  await cp(join(root, 'native'), join(partial, 'native'), { recursive: true, dereference: true });
  await openFolder(partial);
  try {
    await rename(partial, copy);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!hasCode(error, 'EEXIST', 'ENOTEMPTY')) throw error;
  }
}

/** A strict umask would leave the copy as closed as the original. */
async function openFolder(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openFolder(path);
    else await chmod(path, 0o755);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
