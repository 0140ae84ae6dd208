import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Folders of this checkout, seen from the built program in dist/server, from its chunks below that, or from here. */
export const projectRoot = ['../..', '../../..']
  .map((up) => resolve(import.meta.dirname, up))
  .find((folder) => existsSync(join(folder, 'seeds'))) as string;
export const serverDir = resolve(projectRoot, 'dist/server');
export const webDir = resolve(projectRoot, 'apps/web/dist');
export const seedsDir = resolve(projectRoot, 'seeds');
