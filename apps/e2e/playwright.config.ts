import { defineConfig, type ReporterDescription } from '@playwright/test';
import { CHROMIUM_ARGS, chromiumPath } from './src/chromium.js';
import { fontconfigFile } from './src/fonts.js';

process.env['FONTCONFIG_FILE'] ??= fontconfigFile();
const executablePath = await chromiumPath();
const launchOptions = {
  executablePath,
  args: CHROMIUM_ARGS,
  env: { ...process.env, FONTCONFIG_FILE: process.env['FONTCONFIG_FILE'] } as Record<string, string>,
};
const reporters: ReporterDescription[] = [['list']];

/** Journeys as each audience through the built product: the real server, database, jobs and browser. */
export default defineConfig({
  testDir: './src',
  testMatch: '**/*.journey.ts',
  globalSetup: './src/server.setup.ts',
  outputDir: '../../test-results',
  fullyParallel: false,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  retries: 0,
  reporter: reporters,
  use: {
    launchOptions,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    testIdAttribute: 'data-test',
    actionTimeout: 10_000,
    navigationTimeout: 15_000,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  },
  projects: [
    {
      name: 'phone',
      grep: /@phone/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
    },
    { name: 'desk', grep: /@desk/, use: { viewport: { width: 1280, height: 800 } } },
  ],
});
