import nx from '@nx/eslint-plugin';
import vue from 'eslint-plugin-vue';
import tseslint from 'typescript-eslint';
import vueParser from 'vue-eslint-parser';

const lib = (name, ...allowed) => ({
  sourceTag: `scope:${name}`,
  onlyDependOnLibsWithTags: [`scope:${name}`, ...allowed.map((a) => `scope:${a}`)],
});
const base = ['kernel', 'platform'];
const all = [
  ...base,
  'identity',
  'assessment',
  'catalog',
  'learning',
  'mentoring',
  'review',
  'certification',
  'rewards',
  'notifications',
  'wiring',
];

/** Who may import whom: docs/adr/0002-libraries-and-directions.md. Everything not named is refused. */
const directions = [
  lib('kernel'),
  lib('platform', 'kernel'),
  lib('identity', ...base),
  lib('assessment', ...base, 'identity'),
  lib('catalog', ...base, 'identity', 'assessment'),
  lib('learning', ...base, 'identity', 'assessment', 'catalog'),
  lib('mentoring', ...base, 'identity', 'assessment', 'catalog', 'learning'),
  lib('review', ...base, 'identity', 'assessment', 'catalog'),
  lib('certification', ...base, 'identity', 'assessment', 'catalog', 'learning', 'review'),
  lib('rewards', ...base, 'identity', 'assessment', 'catalog', 'learning', 'mentoring', 'review', 'certification'),
  lib(
    'notifications',
    ...base,
    'identity',
    'assessment',
    'catalog',
    'learning',
    'mentoring',
    'review',
    'certification',
    'rewards',
  ),
  lib('wiring', ...all),
  lib('testing', ...all),
  lib('api-client'),
  lib('web-ui', 'kernel'),
  lib('app-api', ...all),
  lib('app-worker', ...all),
  lib('app-cli', ...all),
  lib('web', 'api-client', 'web-ui', 'kernel', 'identity', 'assessment', 'catalog', 'learning', 'review', 'rewards'),
  lib('app-e2e', 'kernel', 'platform'),
];

/** Libs of which others may use the events only. */
const eventsOnly = ['assessment', 'catalog', 'learning', 'mentoring', 'review', 'certification'];

/** A file without a role suffix is pure: it gets what it needs as arguments. */
const roles = [
  'entity',
  'repository',
  'service',
  'events',
  'jobs',
  'model',
  'inputs',
  'resolver',
  'loaders',
  'module',
  'config',
  'controller',
  'consumer',
  'loader',
  'port',
  'seed',
  'spec',
  'store',
  'token',
  'guard',
  'filter',
  'check',
  'registry',
  'runner',
  'relay',
  'factory',
  'error',
  'setup',
  'export',
  'report',
];
const impure = roles.map((r) => `**/*.${r}.ts`);

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '.cache/**',
      '.nx/**',
      '.waymark/**',
      '**/node_modules/**',
      '**/*.d.ts',
      'test-results/**',
      '**/coverage/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  ...tseslint.configs.recommended,
  ...vue.configs['flat/essential'],
  {
    files: ['**/*.{ts,vue}'],
    plugins: { '@nx': nx },
    languageOptions: { parser: tseslint.parser },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/no-empty-function': 'off',
      'no-console': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: false,
          banTransitiveDependencies: false,
          allowCircularSelfDependency: true,
          allow: ['../../../migrations/index.js', '../../../../migrations/index.js'],
          depConstraints: directions,
        },
      ],
    },
  },
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    rules: { 'vue/multi-word-component-names': 'off' },
  },
  { files: ['apps/cli/**', 'apps/e2e/**', 'apps/web/build/**'], rules: { 'no-console': 'off' } },
  // Tests stand above everything: they may use the harness and every lib.
  { files: ['**/*.spec.ts', 'apps/api/src/who-sees-what.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  {
    files: ['libs/*/src/**/*.ts'],
    ignores: [
      'libs/platform/**',
      'libs/testing/**',
      'libs/kernel/**',
      'libs/web-ui/**',
      'libs/api-client/**',
      'libs/wiring/**',
      '**/index.ts',
      ...impure,
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@nestjs/*', 'typeorm', 'node:*', 'pg', 'bullmq'],
              message: 'A file without a role suffix is pure.',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process'],
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'A pure file takes `now`.',
        },
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'A pure file takes `now`.' },
      ],
    },
  },
  {
    files: ['libs/*/src/**/*.ts'],
    ignores: ['libs/platform/**', 'libs/testing/**', '**/*.entity.ts', '**/*.repository.ts', '**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'typeorm', message: 'TypeORM stays in .entity and .repository.' }] },
      ],
    },
  },
  {
    files: ['libs/{rewards,notifications}/src/**/*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [...eventsOnly, 'rewards'].map((name) => ({
            name: `@waymark/${name}`,
            message: `Only @waymark/${name}/events here.`,
          })),
        },
      ],
    },
  },
  {
    files: ['apps/web/src/**/*.{ts,vue}'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: all
            .filter((n) => n !== 'kernel')
            .map((name) => ({ name: `@waymark/${name}`, message: 'The web app uses /rules entries only.' })),
        },
      ],
    },
  },
);
