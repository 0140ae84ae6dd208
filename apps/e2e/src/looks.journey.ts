import { accessible, DESK, expect, glyphsDrawn, noSidewaysScroll, PASSWORD, test } from './journey.js';

test('@phone the same pages in English and in traditional Chinese, light and dark', async ({ as }) => {
  const english = await as('QM0052');
  await english.goto('/');
  await expect(english.getByText('Next step', { exact: true })).toBeVisible();
  await expect(english.locator('html')).toHaveAttribute('lang', 'en');
  await english.goto('/map');
  await expect(english.getByRole('heading', { level: 1 })).toHaveText(/days?/i);
  await expect(english.getByRole('main')).not.toContainText(/\p{Script=Han}{4}/u);
  await accessible(english);

  await english.goto('/settings');
  await english.getByLabel('Language').selectOption('zh-TW');
  await expect(english.locator('html')).toHaveAttribute('lang', 'zh-TW');
  await expect(english.getByRole('heading', { name: '設定' })).toBeVisible();
  await english.getByRole('radio', { name: '深色' }).check({ force: true });
  await expect(english.locator('html')).toHaveClass(/dark/);
  await accessible(english);
  await english.goto('/');
  await expect(english.getByText('下一步', { exact: true })).toBeVisible();
  await expect(english.getByText('導師Grace Lim')).toBeVisible();
  await glyphsDrawn(english.getByRole('heading', { level: 2 }).first());
  await accessible(english);
  await english.goto('/map');
  await expect(english.getByRole('group', { name: /學習地圖/ })).toBeVisible();
  await accessible(english);

  const taipei = await as('QM0070');
  await taipei.goto('/');
  await expect(taipei.locator('html')).toHaveAttribute('lang', 'zh-TW');
  await expect(taipei.getByRole('link', { name: '複習' }).first()).toBeVisible();
  await glyphsDrawn(taipei.getByRole('heading').first().or(taipei.getByRole('main')).first());
});

test('@phone a completed stage is celebrated once, and not where motion is reduced', async ({ as }) => {
  const page = await as('QM0046');
  const card = page.getByTestId('celebration');
  const STAGES = 'waymark.stages';
  await page.goto('/');
  await expect(page.getByText('下一步', { exact: true })).toBeVisible();
  const seen = await page.evaluate((key) => localStorage.getItem(key), STAGES);
  const earlier = JSON.stringify(Object.fromEntries(Object.keys(JSON.parse(seen ?? '{}')).map((id) => [id, 0])));
  expect(earlier).not.toBe('{}');
  await page.evaluate(([key, value]) => localStorage.setItem(key!, value!), [STAGES, earlier]);
  await page.reload();
  await expect(card).toBeVisible();
  await expect(card.getByRole('status')).toContainText('走完了');
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  expect(await page.evaluate((key) => localStorage.getItem(key), STAGES)).toBe(seen);

  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.evaluate(([key, value]) => localStorage.setItem(key!, value!), [STAGES, earlier]);
  await page.reload();
  await expect(page.getByText('下一步', { exact: true })).toBeVisible();
  await expect.poll(() => page.evaluate((key) => localStorage.getItem(key), STAGES)).toBe(seen);
  await expect(card).toHaveCount(0);
});

test('@phone nothing scrolls to the side at 360 pixels', async ({ as }) => {
  const page = await as('QM0051', { viewport: { width: 360, height: 740 }, deviceScaleFactor: 1 });
  for (const address of [
    '/',
    '/map',
    '/map?view=list',
    '/review',
    '/explore',
    '/me',
    '/me/points',
    '/leaderboard',
    '/rewards',
    '/notifications',
    '/settings',
  ]) {
    await page.goto(address);
    await expect(page.getByRole('heading').first()).toBeVisible();
    await expect(page.getByRole('main')).not.toBeEmpty();
    await noSidewaysScroll(page);
  }
});

test('@desk the screens of staff stay within the window at 200 % zoom', async ({ as }) => {
  // 200 % of a window of 1280 pixels: half as many CSS pixels, twice as dense.
  const page = await as('QM0003', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
  for (const address of [
    '/',
    '/staff/dashboard',
    '/staff/people',
    '/staff/assignments',
    '/staff/rewards',
    '/build/maps',
  ]) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await noSidewaysScroll(page);
  }
  await accessible(page);
});

test('@desk somebody signs in and finishes a lesson with the keyboard alone', async ({ open, activationCode }) => {
  const code = await activationCode('QM0048');
  const page = await open(DESK);
  await page.goto(`/activate?number=QM0048&code=${code}`);
  const tabTo = async (name: RegExp): Promise<void> => {
    for (let i = 0; i < 60; i += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const e = document.activeElement as HTMLElement | null;
        return `${e?.getAttribute('aria-label') ?? ''} ${e?.textContent ?? ''} ${(e as HTMLInputElement | null)?.labels?.[0]?.textContent ?? ''}`;
      });
      if (name.test(focused)) return;
    }
    throw new Error(`The keyboard does not reach ${name}`);
  };
  await expect(page.getByRole('heading', { name: '激活账号' })).toBeVisible();
  await tabTo(/新密码/);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');

  await expect(page.getByText('下一步', { exact: true })).toBeVisible();
  await tabTo(/开始学|接着学/);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/courses\/[a-z-]+/);
  if (!page.url().includes('/lessons/')) {
    await expect(page.getByRole('link', { name: /^(开始学|接着做)$/ })).toBeVisible();
    await tabTo(/开始学|接着做/);
    await page.keyboard.press('Enter');
  }
  await expect(page).toHaveURL(/\/lessons\//);
  await expect(page.getByRole('article').getByRole('heading', { level: 1 })).toBeVisible();
  const title = await page.getByRole('article').getByRole('heading', { level: 1 }).textContent();
  await page.keyboard.press('End');
  await expect(page.getByText('已学完')).toBeVisible();
  await tabTo(/下一课/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article').getByRole('heading', { level: 1 })).not.toHaveText(title ?? '');
});
