import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '../..');

/** Native code, what only single commands of a developer load, and a peer of Nest we have not installed. */
const OUTSIDE = [
  '@node-rs/argon2',
  'exceljs',
  'typescript',
  'graphql-http',
  '@playwright/test',
  '@sparticuz/chromium',
  '@as-integrations/express5',
];

/**
 * Builds the server side (api, worker, cli) into dist/server: our own source and the packages it uses in a few files.
 * One transform serves build and tests, so decorator metadata is the same in both.
 */
export default defineConfig({
  root,
  build: {
    ssr: true,
    outDir: resolve(root, 'dist/server'),
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      external: OUTSIDE,
      input: {
        api: resolve(root, 'apps/api/src/main.ts'),
        worker: resolve(root, 'apps/worker/src/main.ts'),
        cli: resolve(root, 'apps/cli/src/main.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', keepNames: true },
    },
  },
  ssr: { noExternal: true, external: OUTSIDE },
});
