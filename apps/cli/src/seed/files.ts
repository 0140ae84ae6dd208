import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { seedsDir } from '../layout.js';

export function seedText(path: string): Promise<string> {
  return readFile(join(seedsDir, path), 'utf8');
}

export async function seedYaml<T>(path: string): Promise<T> {
  return parse(await seedText(path)) as T;
}

/** The files of a folder below seeds/, sorted by name, with their content. */
export async function seedFolder(path: string, ending: string): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(join(seedsDir, path))).filter((n) => n.endsWith(ending)).sort();
  return Promise.all(names.map(async (name) => ({ name, text: await seedText(join(path, name)) })));
}

/** Changes when any reference file changes. */
export async function referenceFingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await seedFolder('reference', '.yaml')) hash.update(file.name).update(file.text);
  return hash.digest('hex');
}
