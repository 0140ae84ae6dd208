import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import {
  expect,
  test as base,
  type APIRequestContext,
  type BrowserContext,
  type BrowserContextOptions,
  type Locator,
  type Page,
} from '@playwright/test';

const SIGN_INS = readFileSync(resolve(import.meta.dirname, '../../../seeds/demo/sign-ins.yaml'), 'utf8');
export const PASSWORD = /^password: (\S+)$/m.exec(SIGN_INS)?.[1] ?? '';
const HAS_PASSWORD = new Set(SIGN_INS.match(/QM\d{4}/g));
const ADMIN = 'QM0005';
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const DESK: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  isMobile: false,
  hasTouch: false,
  deviceScaleFactor: 1,
};
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
  deviceScaleFactor: 2,
};

/** What a journey may use beside the page of Playwright. */
interface Journey {
  /** A page of this person, signed in, in a browser of its own. */
  as: (employeeNumber: string, options?: BrowserContextOptions) => Promise<Page>;
  /** A page of nobody yet. */
  open: (options?: BrowserContextOptions) => Promise<Page>;
  /** Errors that this journey brings about itself, such as a lost network. */
  expectErrors: (pattern: RegExp) => void;
  /** A code printed for somebody who has never signed in. */
  activationCode: (employeeNumber: string) => Promise<string>;
}

interface Answer {
  data?: Record<string, unknown>;
  errors?: { message: string }[];
}

async function ask<T>(api: APIRequestContext, query: string, variables: object): Promise<T> {
  const origin = process.env['WAYMARK_E2E_URL'] ?? '';
  const response = await api.post('/graphql', { data: { query, variables }, headers: { 'x-waymark': '1', origin } });
  const answer = (await response.json()) as Answer;
  if (answer.errors) throw new Error(`${query}: ${JSON.stringify(answer.errors)}`);
  return answer.data as T;
}

async function signIn(api: APIRequestContext, identifier: string): Promise<void> {
  await ask(api, 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { id } }', {
    input: { identifier, password: PASSWORD },
  });
}

export const test = base.extend<Journey>({
  baseURL: async ({}, use) => use(process.env['WAYMARK_E2E_URL']),

  activationCode: async ({ playwright, baseURL }, use) => {
    const admin = await playwright.request.newContext({ baseURL: baseURL ?? '' });
    let signedIn = false;
    await use(async (number) => {
      if (!signedIn) await signIn(admin, ADMIN);
      signedIn = true;
      const { persons } = await ask<{ persons: { edges: { node: { id: string; employeeNumber: string } }[] } }>(
        admin,
        'query Find($text: String) { persons(filter: { text: $text }, first: 5) { edges { node { id employeeNumber } } } }',
        { text: number },
      );
      const ids = persons.edges
        .map((e) => e.node)
        .filter((p) => p.employeeNumber === number)
        .map((p) => p.id);
      const made = await ask<{ createActivationCodes: { code: string }[] }>(
        admin,
        'mutation Codes($ids: [ID!]!) { createActivationCodes(personIds: $ids) { code } }',
        { ids },
      );
      return made.createActivationCodes[0]?.code ?? '';
    });
    await admin.dispose();
  },

  expectErrors: async ({}, use, info) => {
    const patterns: RegExp[] = [];
    Object.assign(info, { expectedErrors: patterns });
    await use((pattern) => void patterns.push(pattern));
  },

  open: async ({ browser, expectErrors: _expectErrors }, use, info) => {
    const problems: string[] = [];
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      watchOver(context, problems);
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    const expected = (info as unknown as { expectedErrors: RegExp[] }).expectedErrors;
    expect(
      problems.filter((text) => !expected.some((pattern) => pattern.test(text))),
      'errors and requests to other hosts',
    ).toEqual([]);
  },

  as: async ({ open, activationCode }, use) => {
    await use(async (number, options) => {
      const page = await open(options);
      if (HAS_PASSWORD.has(number)) await signIn(page.request, number);
      else {
        const code = await activationCode(number);
        await ask(
          page.request,
          'mutation Begin($input: RedeemActivationCodeInput!) { redeemActivationCode(input: $input) { id } }',
          {
            input: { employeeNumber: number, code, password: PASSWORD },
          },
        );
      }
      return page;
    });
  },
});

/** The product talks to its own host only, and its console stays clean. */
function watchOver(context: BrowserContext, problems: string[]): void {
  const ours = new Set([new URL(process.env['WAYMARK_E2E_URL'] ?? '').hostname, 'waymark.test']);
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && !ours.has(url.hostname)) problems.push(`request to ${url.href}`);
  });
  context.on('console', (message) => {
    if (message.type() === 'error')
      problems.push(`console: ${message.text()} ${message.location().url} on ${message.page()?.url()}`);
  });
  context.on('weberror', (error) => problems.push(`uncaught: ${error.error().message}`));
}

/** No serious breach of WCAG 2.2 AA on what is shown now. */
export async function accessible(page: Page): Promise<void> {
  await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished.catch(() => undefined))));
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const bad = violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => ({
      rule: v.id,
      where: v.nodes.slice(0, 5).map((n) => `${n.target.join(' ')} ${n.failureSummary ?? ''}`),
    }));
  expect(bad, `accessibility of ${new URL(page.url()).pathname}`).toEqual([]);
}

/** The words are drawn: the region has ink, and two characters do not come out as the same empty box. */
export async function glyphsDrawn(locator: Locator): Promise<void> {
  const shot = (await locator.screenshot()).toString('base64');
  const seen = await locator.evaluate(async (element, png) => {
    const bytes = Uint8Array.from(atob(png), (c) => c.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const pixels = (
      draw: (c: OffscreenCanvasRenderingContext2D) => void,
      width: number,
      height: number,
    ): Uint8ClampedArray => {
      const context = new OffscreenCanvas(width, height).getContext('2d')!;
      draw(context);
      return context.getImageData(0, 0, width, height).data;
    };
    const shown = pixels((c) => c.drawImage(picture, 0, 0), picture.width, picture.height);
    let ink = 0;
    for (let i = 0; i < shown.length; i += 4) {
      const away =
        Math.abs(shown[i]! - shown[0]!) + Math.abs(shown[i + 1]! - shown[1]!) + Math.abs(shown[i + 2]! - shown[2]!);
      if (away > 150) ink += 1;
    }
    const style = getComputedStyle(element);
    const characters = [...new Set((element.textContent ?? '').match(/\p{Script=Han}/gu) ?? [])].slice(0, 2);
    const drawn = characters.map((character) =>
      pixels(
        (c) => {
          c.font = `${style.fontWeight} 40px ${style.fontFamily}`;
          c.fillText(character, 4, 40);
        },
        48,
        48,
      ).join(),
    );
    return {
      ink: ink / (shown.length / 4),
      characters: characters.length,
      different: new Set(drawn).size,
      blank: drawn.some((d) => !/[1-9]/.test(d)),
    };
  }, shot);
  expect(seen.ink, 'share of pixels with ink').toBeGreaterThan(0.01);
  expect(seen).toMatchObject({ characters: 2, different: 2, blank: false });
}

export async function noSidewaysScroll(page: Page): Promise<void> {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(over, `pixels to the side on ${page.url()}`).toBeLessThanOrEqual(0);
}

/** The network is gone for this page; its own attempts to reach the server are then no fault. */
export const OFFLINE_ERRORS = /ERR_INTERNET_DISCONNECTED|Failed to fetch|WebSocket connection/;

export { expect };
