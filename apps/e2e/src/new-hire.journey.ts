import { accessible, expect, glyphsDrawn, noSidewaysScroll, PASSWORD, test } from './journey.js';

test('@phone a new hire signs in, sees the next step and the map, and reads a lesson to its end', async ({ open }) => {
  const page = await open();
  await page.goto('/map?view=list');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await accessible(page);
  await page.getByLabel('工号、邮箱或手机号').fill('QM0042');
  await page.getByLabel(/^密码/).fill('wrong-password');
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page.getByRole('alert')).toContainText(/不对|不正确/);
  await page.getByLabel(/^密码/).fill(PASSWORD);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(page).toHaveURL(/\/map\?view=list$/);

  await page.getByRole('link', { name: '今天' }).click();
  await expect(page.getByText('下一步', { exact: true })).toBeVisible();
  await expect(page.getByRole('heading', { name: '谁在做决定' })).toBeVisible();
  await expect(page.getByText('导师周亦诚')).toBeVisible();
  await expect(page.getByText(/张卡片到期/)).toBeVisible();
  await glyphsDrawn(page.getByRole('heading', { name: '谁在做决定' }));
  await noSidewaysScroll(page);
  await accessible(page);

  await page.getByRole('link', { name: '地图' }).click();
  const trail = page.getByRole('group', { name: /学习地图，方向键/ });
  await expect(trail.getByRole('heading', { level: 2 })).toHaveCount(3);
  await expect(page.getByText(/^\d+月\d+日开放$/)).toBeVisible();
  const here = trail.getByRole('button', { name: /^需求分析方法、课程、进行中/ });
  await expect(here).toHaveAttribute('aria-current', 'step');
  await accessible(page);

  // The arrow keys walk the way; Enter opens what has the focus.
  await here.focus();
  await page.keyboard.press('ArrowDown');
  await expect(here).not.toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(here).toBeFocused();

  await trail.getByRole('button', { name: /^方案设计入门、课程、未开放/ }).click();
  const sheet = page.getByRole('dialog', { name: '方案设计入门' });
  await expect(sheet.getByText('未开放：还差 1 项')).toBeVisible();
  await expect(
    sheet
      .getByRole('button', { name: /需求分析方法|需求分析小测/ })
      .or(sheet.getByRole('link', { name: /需求分析方法|需求分析小测/ }))
      .first(),
  ).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  await page.getByRole('button', { name: '列表' }).click();
  await expect(page).toHaveURL(/view=list/);
  const row = page.getByRole('button', { name: /需求分析方法/ }).first();
  await expect(row).toHaveAttribute('aria-current', 'step');
  await accessible(page);
  await row.click();
  await page
    .getByRole('dialog', { name: '需求分析方法' })
    .getByRole('link', { name: /接着学/ })
    .click();

  await expect(page.getByRole('heading', { name: '谁在做决定' })).toBeVisible();
  await accessible(page);
  const next = page.getByRole('button', { name: '下一课' });
  await expect(page.getByText('已学完')).toBeHidden();
  await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight / 3 }));
  await page.evaluate(() => scrollTo({ top: document.documentElement.scrollHeight }));
  await expect(page.getByText('已学完')).toBeVisible();
  await next.click();
  await expect(page.getByRole('heading', { name: '谁在做决定' })).toBeHidden();

  await page.goto('/map');
  await expect(trail.getByRole('button', { name: /^需求分析方法、课程、进行中、5\/7 项/ })).toBeVisible();
  await page.goto('/');
  await expect(page.getByText('5/7 项')).toBeVisible();
});

test('@phone somebody starts with a printed code on the first days', async ({ open, activationCode }) => {
  const code = await activationCode('QM0043');
  const page = await open();
  await page.goto('/sign-in');
  await page.getByRole('link', { name: '我有激活码' }).click();
  await expect(page.getByRole('heading', { name: '激活账号' })).toBeVisible();
  await page.getByLabel('工号').fill('QM0043');
  await page.getByLabel('激活码').fill(code.toLowerCase().replaceAll('-', ' '));
  await page.getByLabel(/^新密码/).fill(PASSWORD);
  await accessible(page);
  await page.getByRole('button', { name: '开始' }).click();
  await expect(page.getByText('导师苏明澈')).toBeVisible();
  await expect(page.getByRole('heading', { name: '读一遍新人手册' })).toBeVisible();
});
