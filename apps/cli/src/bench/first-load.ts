import { existsSync } from 'node:fs';
import { readSignIns } from '../sign-ins.js';

export interface FirstLoad {
  scriptKb: number;
  styleKb: number;
  allKb: number;
  requests: number;
  lcpMs: number;
}

const PHONE = { width: 390, height: 844 };
/** Lighthouse's "slow 4G" and a four times slower processor. */
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
};

/** Today, signed in, with an empty cache, on a throttled phone: compressed bytes up to the page's idle, and the largest paint. */
export async function firstLoad(url: string): Promise<FirstLoad> {
  const { chromium } = await import('@playwright/test');
  const { default: carried } = await import('@sparticuz/chromium');
  const executablePath = existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : await carried.executablePath();
  const browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  try {
    const { password, people } = await readSignIns();
    const context = await browser.newContext({ viewport: PHONE, isMobile: true, hasTouch: true, locale: 'zh-CN' });
    const signIn = await context.request.post(`${url}/graphql`, {
      data: {
        query: 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { id } }',
        variables: { input: { identifier: people[0]?.employeeNumber, password } },
      },
    });
    if (!signIn.ok() || (await signIn.text()).includes('"errors"'))
      throw new Error(`Sign-in failed: ${(await signIn.text()).slice(0, 200)}`);
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
    await cdp.send('Network.emulateNetworkConditions', SLOW_4G);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const types = new Map<string, string>();
    const bytes = { Script: 0, Stylesheet: 0, all: 0 };
    let requests = 0;
    cdp.on('Network.responseReceived', (e) => void types.set(e.requestId, e.type));
    cdp.on('Network.loadingFinished', (e) => {
      const type = types.get(e.requestId);
      requests += 1;
      bytes.all += e.encodedDataLength;
      if (type === 'Script' || type === 'Stylesheet') bytes[type] += e.encodedDataLength;
    });
    await page.addInitScript(
      `new PerformanceObserver((l) => { for (const e of l.getEntries()) globalThis.lcp = e.startTime; }).observe({ type: 'largest-contentful-paint', buffered: true });`,
    );
    await page.goto(url, { waitUntil: 'load' });
    await page.locator('main, h1').first().waitFor();
    const lcpMs = await page.evaluate<number>('globalThis.lcp ?? 0');
    return {
      scriptKb: bytes.Script / 1024,
      styleKb: bytes.Stylesheet / 1024,
      allKb: bytes.all / 1024,
      requests,
      lcpMs,
    };
  } finally {
    await browser.close();
  }
}
