import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium as playwrightChromium } from '@playwright/test';
import carried from '@sparticuz/chromium';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Chromium on this machine: an installed one, Playwright's own, else the one carried inside an npm package. */
export async function chromiumPath(): Promise<string> {
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return installed;
  const own = playwrightChromium.executablePath();
  if (own && existsSync(own)) return own;
  return carried.executablePath();
}

/** Quiet, and unable to reach any other host: a page that calls out fails its journey. `waymark.test` is this machine. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP waymark.test 127.0.0.1, MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
];

/** Chinese glyphs for a browser on a machine without fonts: points fontconfig at the font in `seeds/fonts`. */
export const FONT_DIR = resolve(import.meta.dirname, '../../../seeds/fonts');
