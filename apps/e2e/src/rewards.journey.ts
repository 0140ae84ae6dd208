import { accessible, DESK, expect, noSidewaysScroll, test } from './journey.js';

test('@phone an employee looks at the board, redeems a reward, and L&D agrees', async ({ as }) => {
  const page = await as('QM0058');
  // Somebody who finished the map long ago is met by reviews and a streak, not by an empty map.
  await page.goto('/');
  await expect(page.getByRole('heading', { name: /^今天/ })).toContainText(/连续 \d+ 天/);
  await expect(page.getByRole('heading', { name: /张卡片等你复习$/ })).toBeVisible();
  await expect(page.getByText('还没有学习地图')).toHaveCount(0);
  await accessible(page);
  await page.goto('/leaderboard?period=all');
  await expect(
    page
      .getByText('贺兰舟（我）')
      .or(page.getByText(/（我）$/))
      .first(),
  ).toBeVisible();
  await expect(page.getByText('我的前后')).toBeVisible();
  await accessible(page);
  const alias = page.getByRole('switch', { name: /以别名显示我/ });
  await expect(alias).not.toBeChecked();
  await alias.click();
  const naming = page.getByRole('dialog', { name: '先起一个别名' });
  await naming.getByLabel(/^别名/).fill('慢热的石头');
  await accessible(page);
  await naming.getByRole('button', { name: '保存' }).click();
  await expect(alias).toBeChecked();
  await expect(page.getByText('慢热的石头（我）').first()).toBeVisible();
  await alias.click();
  await expect(alias).not.toBeChecked();
  await expect(page.getByText('贺兰舟（我）').first()).toBeVisible();

  await page.goto('/rewards');
  const balance = async (): Promise<number> =>
    Number(
      ((await page.getByText('可用里程分').locator('xpath=following-sibling::p').textContent()) ?? '').replaceAll(
        ',',
        '',
      ),
    );
  await expect(page.getByText('可用里程分')).toBeVisible();
  const before = await balance();
  await accessible(page);
  await noSidewaysScroll(page);
  // One that L&D must agree to, whichever is left in the store.
  const offer = page
    .getByRole('listitem')
    .filter({ hasText: '需培训团队同意' })
    .filter({ has: page.getByRole('button', { name: '兑换' }) })
    .first();
  const title = (await offer.getByRole('heading').textContent())?.trim() ?? '';
  const price = Number(((await offer.getByText(/^[\d,]+ 里程分$/).textContent()) ?? '').replace(/[^\d]/g, ''));
  const words = (n: number): string => n.toLocaleString('zh-CN');
  await offer.getByRole('button', { name: '兑换' }).click();
  const confirm = page.getByRole('dialog', { name: `用 ${words(price)} 分兑换“${title}”` });
  await expect(confirm.getByText(`兑换后还有 ${words(before - price)} 分`)).toBeVisible();
  await confirm.getByLabel('想说的话（可不填）').fill('想听听同行怎么做');
  await accessible(page);
  await confirm.getByRole('button', { name: '兑换' }).click();
  await expect(page.getByText('已提交，里程分先为你留着')).toBeVisible();
  await expect(page.getByText('等待同意').first()).toBeVisible();
  expect(await balance()).toBe(before - price);

  await page.getByRole('link', { name: '里程分明细' }).click();
  const line = page.getByRole('listitem').filter({ hasText: title }).first();
  await expect(line).toContainText('兑换');
  await expect(line).toContainText(`−${words(price)}`);
  await accessible(page);

  const staff = await as('QM0002', DESK);
  await staff.goto('/staff/rewards');
  const order = staff.getByRole('article').filter({ hasText: '贺兰舟' }).filter({ hasText: '想听听同行怎么做' });
  await expect(order).toContainText(title);
  await accessible(staff);
  await page.goto('/notifications');
  await expect(page.getByRole('heading', { name: '通知', exact: true })).toBeVisible();
  await order.getByRole('button', { name: '同意', exact: true }).click();

  await expect(page.getByText(`“${title}”的兑换已同意`).first()).toBeVisible();
  await page.goto('/rewards/orders');
  await expect(page.getByRole('listitem').filter({ hasText: title }).first()).toContainText('沈若岚已同意，等待发放');
  await accessible(page);
});
