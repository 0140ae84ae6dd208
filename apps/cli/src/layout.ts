import { resolve } from 'node:path';

/** Folders of this checkout, seen from the built program in dist/server (or one level below it, in its chunks). */
const here = import.meta.dirname;
export const projectRoot = resolve(here, here.endsWith('chunks') ? '../../..' : '../..');
export const serverDir = resolve(projectRoot, 'dist/server');
export const webDir = resolve(projectRoot, 'apps/web/dist');
export const seedsDir = resolve(projectRoot, 'seeds');
