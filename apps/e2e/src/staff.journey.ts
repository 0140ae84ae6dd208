import { accessible, expect, glyphsDrawn, noSidewaysScroll, test } from './journey.js';

test('@desk a manager sees the own people, their state and its reason', async ({ as }) => {
  const page = await as('QM0021');
  await page.goto('/team');
  await expect(page.getByText(/^\d+ 人按计划$/)).toBeVisible();
  const late = page.getByRole('button', { name: /田雨桐/ });
  await expect(late).toContainText('逾期');
  await accessible(page);
  await late.click();
  const sheet = page.getByRole('dialog', { name: '田雨桐' });
  await expect(sheet.getByText('新人知识考试').first()).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: /许诺言/ })).toBeHidden();
  await page.goto('/staff/audit');
  await expect(page.getByText('没有这个页面')).toBeVisible();
});

test('@desk an administrator changes a setting and finds it in the audit; grants and health answer', async ({ as }) => {
  const page = await as('QM0005');
  await page.goto('/staff/settings');
  await expect(page.getByRole('heading', { name: '公司设置' })).toBeVisible();
  await accessible(page);
  await page.getByLabel('免打扰从').selectOption({ index: 20 });
  await page.getByRole('button', { name: '保存' }).first().click();
  await expect(page.getByText('已保存').first()).toBeVisible();

  await page.goto('/staff/audit');
  const entry = page
    .getByRole('row', { name: /修改公司设置/ })
    .or(page.getByRole('listitem').filter({ hasText: '修改公司设置' }))
    .first();
  await expect(entry).toContainText('高明远');
  await accessible(page);

  await page.goto('/staff/grants');
  await expect(page.getByRole('row', { name: /沈若岚.*培训负责人/ })).toBeVisible();
  await accessible(page);

  await page.goto('/staff/health');
  await expect(page.getByRole('status').filter({ hasText: '一切正常' })).toBeVisible();
  await accessible(page);
});

test('@desk L&D sees who is late and what holds people up, and looks as a learner without being able to change anything', async ({
  as,
}) => {
  const page = await as('QM0002');
  await page.goto('/staff/dashboard');
  await expect(page.getByText(/^\d+ 人按计划$/)).toBeVisible();
  await expect(page.getByRole('heading', { name: '卡住的节点' })).toBeVisible();
  await glyphsDrawn(page.getByRole('heading', { name: '卡住的节点' }));
  await accessible(page);
  await noSidewaysScroll(page);
  await page.goto('/staff/inbox');
  await expect(page.getByText('田雨桐').first()).toBeVisible();
  await accessible(page);

  await page.goto('/staff/people?text=QM0056');
  await page.getByRole('searchbox').or(page.getByPlaceholder('姓名、拼音或工号')).first().fill('miaoqinghe');
  await page.getByRole('link', { name: '苗青禾' }).click();
  await accessible(page);
  await page.getByRole('button', { name: '以学员身份查看' }).click();
  await expect(page.getByText('你正以 苗青禾 的身份查看，不能修改。')).toBeVisible();
  await page.goto('/leaderboard');
  await expect(page.getByRole('switch', { name: /以别名显示我/ })).toBeDisabled();
  const refused = await page.evaluate(async () => {
    const query = 'mutation { markNotificationsRead }';
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-waymark': '1' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { errors?: { extensions: { code: string } }[] };
  });
  expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  await accessible(page);
  await page.getByRole('button', { name: '结束查看' }).click();
  await expect(page).toHaveURL(/\/staff/);
  await expect(page.getByText(/你正以/)).toBeHidden();
});

test('@phone a learner who opens the pages of others finds nothing there', async ({ as }) => {
  const page = await as('QM0045');
  for (const address of ['/staff/audit', '/staff/people', '/build/maps', '/mentor', '/staff/settings']) {
    await page.goto(address);
    await expect(page.getByText('没有这个页面')).toBeVisible();
  }
  await accessible(page);
  await page.getByRole('link', { name: '回到今天' }).click();
  await expect(page.getByText('下一步', { exact: true })).toBeVisible();
});
