import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CommandError } from './command.js';
import { projectRoot } from './layout.js';

/** Folder by folder: asked for all at once, Node 20 never comes back from a file system that takes none, like /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another start made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The folder for the database and the files, made when it is missing. */
export function dataFolder(setting: string): string {
  const folder = resolve(projectRoot, setting);
  try {
    makeFolder(folder);
    if (!statSync(folder).isDirectory()) throw new Error('it is a file');
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CommandError(
      `Waymark can't keep its data in ${folder} (${(error as Error).message}). Give that folder to the user who starts it, or set WAYMARK_DATA_DIR to another one.`,
    );
  }
  return folder;
}
