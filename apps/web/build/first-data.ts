import { readFileSync } from 'node:fs';
import { formatDocument, gql, stringifyDocument } from '@urql/core';
import type { Plugin } from 'vite';

/** The documents of libs/api-client/src/first-data.ts, by operation name, with the type names the browser's cache needs. */
export function firstDataDocuments(source: string): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [, text] of source.matchAll(/graphql\(`([^`]*)`\)/g)) {
    const document = formatDocument(gql(text!));
    const operation = document.definitions.find((d) => d.kind === 'OperationDefinition');
    const name = operation && 'name' in operation ? operation.name?.value : undefined;
    if (!name) throw new Error('first-data.ts: an operation without a name');
    out[name] = stringifyDocument(document);
  }
  return out;
}

/** Writes `first-data.json` beside the page: the api runs these and puts the answers into it. */
export function firstData(file: string): Plugin {
  return {
    name: 'waymark:first-data',
    apply: 'build',
    generateBundle() {
      const documents = firstDataDocuments(readFileSync(file, 'utf8'));
      this.emitFile({ type: 'asset', fileName: 'first-data.json', source: JSON.stringify(documents) });
    },
  };
}
