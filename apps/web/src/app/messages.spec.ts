import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keysOf, messageProblems } from '../../build/messages.js';

const src = join(import.meta.dirname, '..');
const dir = join(src, 'i18n');
const LOCALES = ['zh-CN', 'zh-TW', 'en'];

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(vue|ts)$/.test(entry.name) && !entry.name.includes('.spec.') ? [path] : [];
  });
}

describe('messages', () => {
  it('have the same keys in every language', () => {
    expect(messageProblems(dir, LOCALES)).toEqual([]);
  });

  // Except {unit}: the measure word that Chinese puts behind a number has no place in English. And {pointName}, where
  // Chinese says 分 for short.
  it('name the same values in every language', () => {
    const wrong: string[] = [];
    for (const file of readdirSync(join(dir, 'en'))) {
      const flat = LOCALES.map((locale) => {
        const tree = JSON.parse(readFileSync(join(dir, locale, file), 'utf8')) as never;
        return new Map(
          keysOf(tree).map((key) => {
            const text = key.split('.').reduce((node: never, part) => node[part] as never, tree) as string;
            return [
              key,
              [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]!))]
                .filter((n) => n !== 'unit' && n !== 'pointName')
                .sort()
                .join(),
            ];
          }),
        );
      });
      for (const [key, values] of flat[0]!) {
        if (flat.some((map) => map.get(key) !== values))
          wrong.push(`${file} ${key}: ${flat.map((m) => m.get(key)).join(' / ')}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('call points what the company calls them', () => {
    const own = ['zh-CN', 'zh-TW'].flatMap((locale) =>
      [...readFileSync(join(dir, locale, 'learner.json'), 'utf8').matchAll(/.*(?:积分|積分).*/g)].map((m) => m[0]),
    );
    expect(own).toEqual([]);
  });

  it('are there for every key that is written out in the source', () => {
    const known = new Set(
      readdirSync(join(dir, 'en')).flatMap((file) =>
        keysOf(JSON.parse(readFileSync(join(dir, 'en', file), 'utf8')) as never),
      ),
    );
    const missing = sources(src).flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      const used = [
        ...text.matchAll(/\bt\(\s*'([^']+)'/g),
        ...text.matchAll(/\btitle: '([a-zA-Z]+\.[\w.]+)'/g),
        ...text.matchAll(/\blabel: '(nav\.\w+)'/g),
      ].map((m) => m[1]!);
      return used.filter((key) => !known.has(key)).map((key) => `${file.slice(src.length + 1)}: ${key}`);
    });
    expect(missing).toEqual([]);
  });
});
