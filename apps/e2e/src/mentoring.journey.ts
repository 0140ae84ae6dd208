import { accessible, expect, noSidewaysScroll, test } from './journey.js';

test('@desk L&D finds pairs for a cohort, swaps two by keyboard, locks, runs again and accepts', async ({ as }) => {
  const page = await as('QM0002');
  await page.goto('/staff/pairings/matching');
  await accessible(page);
  await page.getByRole('main').getByText('秋季带教班', { exact: true }).last().click();
  const table = page.getByRole('table', { name: '建议的配对' });
  await expect(table.getByRole('row').nth(2)).toBeVisible();
  await accessible(page);
  await noSidewaysScroll(page);
  const rows = table.locator('tbody tr');
  const count = await rows.count();
  expect(count).toBeGreaterThan(5);
  const mentorOf = (i: number): Promise<string> => rows.nth(i).locator('td').nth(2).innerText();

  // Two rows with different mentors: selected and swapped without the mouse.
  const first = await mentorOf(0);
  let other = 1;
  while ((await mentorOf(other)) === first) other += 1;
  const second = await mentorOf(other);
  await rows.nth(0).focus();
  await page.keyboard.press('Space');
  await rows.nth(other).focus();
  await page.keyboard.press('Space');
  const swap = page.getByRole('button', { name: '互换导师' });
  await swap.focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => mentorOf(0)).toBe(second);
  expect(await mentorOf(other)).toBe(first);
  await expect(rows.nth(0).getByRole('button', { name: /^解锁/ })).toHaveAttribute('aria-pressed', 'true');

  // Another pair is locked by a key, and everything runs again.
  const third = [...Array(count).keys()].find((i) => i !== 0 && i !== other) as number;
  const kept = await mentorOf(third);
  const lock = rows.nth(third).getByRole('button', { name: /^锁定/ });
  await lock.focus();
  await page.keyboard.press('Enter');
  await expect(rows.nth(third).getByRole('button', { name: /^解锁/ })).toBeVisible();
  await page.getByLabel('名额均衡').fill('9');
  await page.getByRole('button', { name: '重新寻找' }).click();
  await expect(rows.nth(third).getByRole('button', { name: /^解锁/ })).toBeVisible({ timeout: 20_000 });
  expect(await mentorOf(0)).toBe(second);
  expect(await mentorOf(other)).toBe(first);
  expect(await mentorOf(third)).toBe(kept);

  await page.getByRole('button', { name: '全部接受' }).click();
  await expect(page.getByText(/^已开始 \d+ 对$/)).toBeVisible({ timeout: 20_000 });
  await expect(table.getByText('已配对')).toHaveCount(count);
  await accessible(page);
});

test('@phone a mentor keeps the profile, logs an hour by its agenda and rates a week of the plan', async ({ as }) => {
  const page = await as('QM0030');
  await page.goto('/mentor/profile');
  const about = page.getByLabel('关于我');
  await expect(about).toHaveValue(/复盘/);
  await about.fill('每次只提一个要改的地方。');
  await page.getByRole('button', { name: '团队协作', exact: true }).click();
  await page.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('资料已保存')).toBeVisible();
  await expect(page.getByRole('button', { name: '团队协作', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await accessible(page);
  await noSidewaysScroll(page);

  await page.goto('/mentor/mentees');
  await page.getByRole('main').getByText('郑一鸣').click();
  await page.getByRole('button', { name: '记一次会面' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('group', { name: '谈过的内容' }).getByRole('checkbox').first().check();
  await sheet.getByLabel('谈了什么').fill('先复述顾虑，再报价。');
  await accessible(page);
  await sheet.getByRole('button', { name: '保存' }).click();
  await page.getByRole('tab', { name: '会面' }).click();
  await expect(page.getByText(/^谈到：/)).toBeVisible();
  await expect(page.getByRole('heading', { name: /^第 \d+ 周：谈什么$/ })).toBeVisible();

  await page.getByRole('tab', { name: '计划' }).click();
  const behaviours = page.getByRole('radiogroup', { name: /^做得如何/ });
  await expect(behaviours).toHaveCount(2);
  for (const behaviour of await behaviours.all()) await behaviour.getByRole('radio', { name: '4' }).click();
  await page.getByRole('button', { name: '给本周评分' }).click();
  await expect(page.getByText('已评分')).toBeVisible();
  await page.getByText('以表格查看').click();
  const week = page.getByRole('table', { name: '八周趋势' }).getByRole('row', { name: /^4 / });
  await expect(week.getByRole('cell').nth(1)).toHaveText('4');
  await accessible(page);
  await noSidewaysScroll(page);

  await page.goto('/mentor/impact');
  await expect(page.getByText('带完的学员')).toBeVisible();
  await expect(page.getByText(/客户的问题|小时、3、5、7/).first()).toBeVisible();
  await accessible(page);
  await noSidewaysScroll(page);
});
