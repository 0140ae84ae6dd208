import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const NAMES = ['soffice', 'libreoffice'];
const PLACES = [
  '/usr/bin',
  '/usr/local/bin',
  '/opt/libreoffice/program',
  '/Applications/LibreOffice.app/Contents/MacOS',
];
const CONVERT_MS = 180_000;

async function runnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/**
 * The LibreOffice program, or null when this machine has none.
 * @param configured its path as set by WAYMARK_SOFFICE; 'off' turns conversion off
 * @param searchPath the PATH of the process
 */
export async function findOffice(configured: string | undefined, searchPath: string): Promise<string | null> {
  if (configured === 'off') return null;
  if (configured) return (await runnable(configured)) ? configured : null;
  for (const folder of [...searchPath.split(delimiter), ...PLACES]) {
    for (const name of NAMES) {
      if (folder && (await runnable(join(folder, name)))) return join(folder, name);
    }
  }
  return null;
}

/** Turns `source` into a PDF in `folder`, with a profile of its own so that several can run at once. */
export async function convertToPdf(
  program: string,
  source: string,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const profile = pathToFileURL(join(folder, 'profile')).href;
  const args = [
    `-env:UserInstallation=${profile}`,
    '--headless',
    '--norestore',
    '--convert-to',
    'pdf',
    '--outdir',
    folder,
    source,
  ];
  await run(program, args, { timeout: CONVERT_MS, signal, killSignal: 'SIGKILL', maxBuffer: 1_048_576 });
}
