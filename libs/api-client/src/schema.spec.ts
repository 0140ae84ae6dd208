import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import type { DocumentNode } from 'graphql';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const schema = buildSchema(readFileSync(join(root, 'libs/api-client/schema.graphql'), 'utf8'));

function sources(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(vue|ts)$/.test(entry.name) && !entry.name.includes('.spec.') ? [path] : [];
  });
}

interface Found {
  file: string;
  document: DocumentNode;
}
const found: Found[] = [join(root, 'apps/web/src'), join(root, 'libs/api-client/src')]
  .flatMap(sources)
  .flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/graphql\(\s*`([^`]*)`/g)].map(([, text]) => ({
      file: file.slice(root.length + 1),
      document: parse(text!),
    })),
  );
const fragments = new Map(
  found.flatMap(({ document }) =>
    document.definitions.flatMap((d) => (d.kind === 'FragmentDefinition' ? [[d.name.value, d] as const] : [])),
  ),
);

/** A document with the fragments it spreads, and those they spread. */
function complete(document: DocumentNode): DocumentNode {
  const definitions = [...document.definitions];
  const names = new Set(definitions.flatMap((d) => (d.kind === 'FragmentDefinition' ? [d.name.value] : [])));
  for (let i = 0; i < definitions.length; i++) {
    for (const [, name] of JSON.stringify(definitions[i]).matchAll(
      /"kind":"FragmentSpread","name":\{"kind":"Name","value":"(\w+)"/g,
    )) {
      const fragment = fragments.get(name!);
      if (names.has(name!) || !fragment) continue;
      names.add(name!);
      definitions.push(fragment);
    }
  }
  return { ...document, definitions };
}

describe('what the web app asks', () => {
  it('is found', () => expect(found.length).toBeGreaterThan(20));

  it('fits the committed schema', () => {
    const problems = found
      .filter(({ document }) => document.definitions.some((d) => d.kind === 'OperationDefinition'))
      .flatMap(({ file, document }) =>
        validate(schema, complete(document)).map((error) => `${file}: ${error.message}`),
      );
    expect(problems).toEqual([]);
  });

  it('has a name of its own for every operation: the cache, the logs and the first data go by it', () => {
    const names = found.flatMap(({ document }) =>
      document.definitions.flatMap((d) => (d.kind === 'OperationDefinition' ? [d.name?.value ?? '(none)'] : [])),
    );
    const twice = names.filter((name, i) => name === '(none)' || names.indexOf(name) !== i);
    expect(twice).toEqual([]);
  });

  it('is typed from that schema', () => {
    // graphql-env.d.ts names every type of the schema: `npm run schema -w @waymark/api-client` writes it anew.
    const env = readFileSync(join(root, 'libs/api-client/src/graphql-env.d.ts'), 'utf8');
    const missing = Object.values(schema.getTypeMap())
      .filter((type) => !type.name.startsWith('__'))
      .flatMap((type) => {
        const line = env.split('\n').find((l) => l.trim().startsWith(`'${type.name}':`));
        if (!line) return [type.name];
        const fields = 'getFields' in type ? Object.keys(type.getFields()) : [];
        return fields.filter((field) => !line.includes(`name: '${field}'`)).map((field) => `${type.name}.${field}`);
      });
    expect(missing).toEqual([]);
  });
});
