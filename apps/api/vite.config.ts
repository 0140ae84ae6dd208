import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const root = resolve(import.meta.dirname, '../..');

/**
 * Builds the server side (api, worker, cli) into dist/server: our own source in a few files, packages left outside.
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
      input: {
        api: resolve(root, 'apps/api/src/main.ts'),
        worker: resolve(root, 'apps/worker/src/main.ts'),
        cli: resolve(root, 'apps/cli/src/main.ts'),
      },
      output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js', keepNames: true },
    },
  },
  ssr: { external: true, noExternal: [/^@waymark\//] },
});
