import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

type Tree = { [key: string]: string | Tree };

export function keysOf(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  );
}

/** What differs between the languages, as sentences; empty when every area has the same keys in each. */
export function messageProblems(dir: string, locales: readonly string[]): string[] {
  const areas = [
    ...new Set(locales.flatMap((locale) => readdirSync(join(dir, locale)).filter((f) => f.endsWith('.json')))),
  ];
  const problems: string[] = [];
  for (const area of areas) {
    const sets = new Map<string, Set<string>>();
    for (const locale of locales) {
      try {
        sets.set(locale, new Set(keysOf(JSON.parse(readFileSync(join(dir, locale, area), 'utf8')) as Tree)));
      } catch (error) {
        problems.push(`${locale}/${area}: ${error instanceof Error ? error.message : String(error)}`);
        sets.set(locale, new Set());
      }
    }
    const all = new Set([...sets.values()].flatMap((set) => [...set]));
    for (const [locale, set] of sets) {
      for (const key of all) if (!set.has(key)) problems.push(`${locale}/${area}: missing "${key}"`);
    }
  }
  return problems;
}

/** Stops the build (and warns in development) when a message is missing in one of the languages. */
export function completeMessages(dir: string, locales: readonly string[]): Plugin {
  let serving = false;
  return {
    name: 'waymark:complete-messages',
    configResolved(config) {
      serving = config.command === 'serve';
    },
    buildStart() {
      const problems = messageProblems(dir, locales);
      if (problems.length === 0) return;
      const text = `messages differ between languages:\n  ${problems.join('\n  ')}`;
      if (serving) this.warn(text);
      else this.error(text);
    },
  };
}
