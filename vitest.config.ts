import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        // Node takes graphql's CommonJS build; vite would take its ES build beside it, and two copies don't mix.
        resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
        test: {
          name: 'server',
          include: ['libs/*/src/**/*.spec.ts', 'apps/{api,worker,cli}/**/*.spec.ts', 'migrations/**/*.spec.ts'],
          exclude: ['libs/web-ui/**', 'libs/api-client/**', '**/node_modules/**', '**/dist/**'],
          environment: 'node',
          setupFiles: ['./libs/testing/src/vitest.setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          pool: 'forks',
        },
      },
      {
        plugins: [vue()],
        test: {
          name: 'web',
          include: ['libs/web-ui/src/**/*.spec.ts', 'libs/api-client/src/**/*.spec.ts', 'apps/web/src/**/*.spec.ts'],
          environment: 'happy-dom',
        },
      },
    ],
  },
});
