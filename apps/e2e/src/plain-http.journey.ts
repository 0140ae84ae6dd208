import { accessible, expect, glyphsDrawn, PASSWORD, test } from './journey.js';

/** Inside a company the first address is often plain http: no secure context, no service worker, and yet it must work. */
test('@phone an address without encryption says so and works', async ({ open, activationCode, baseURL }) => {
  const code = await activationCode('QM0053');
  const page = await open();
  const site = new URL(baseURL ?? '');
  site.hostname = 'waymark.test';
  await page.goto(`${site.origin}/activate?number=QM0053&code=${code}`);
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  const banner = page.getByText('这个地址没有加密（http），不能离线使用。请用 https 打开。');
  await page.getByLabel(/^新密码/).fill(PASSWORD);
  await page.getByRole('button', { name: '开始' }).click();

  await expect(page.getByText('下一步', { exact: true })).toBeVisible();
  await expect(banner).toBeVisible();
  await glyphsDrawn(banner);
  await accessible(page);
  await page.getByRole('button', { name: '知道了' }).click();
  await expect(banner).toBeHidden();

  // Random names made in the browser: a graded card on its way to the server.
  await page.goto(`${site.origin}/review/session`);
  await page.getByRole('button', { name: '看答案' }).click();
  const sent = page.waitForResponse((r) => (r.request().postData() ?? '').includes('mutation SubmitReviews'));
  await page.getByRole('button', { name: /^记得/ }).click();
  expect(await (await sent).json()).not.toHaveProperty('errors');
});
