import { accessible, expect, noSidewaysScroll, PHONE, test } from './journey.js';

test('@desk somebody hired by a list gets the map of the job, a mentor, and word of what is late', async ({ as }) => {
  test.slow();
  const number = `E${Date.now().toString(36).toUpperCase()}`;
  const name = `宁小舟${number.slice(-3)}`;
  const hired = new Date(Date.now() - 20 * 86_400_000).toISOString().slice(0, 10);
  const page = await as('QM0002');
  await page.goto('/staff/people/import');
  await page.getByLabel(/把表格拖到这里/).setInputFiles({
    name: '新人.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      `\uFEFF工号,姓名,部门,岗位,直接上级工号,入职日期\r\n${number},${name},north-sales-1,new-business,QM0010,${hired}\r\n`,
    ),
  });
  await expect(page.getByText('1 人可以导入')).toBeVisible();
  await page.getByRole('button', { name: /^导入 1 人/ }).click();
  await expect(page.getByText('已导入 1 人')).toBeVisible();

  // The rule of the job role gives the map, from the day of hire.
  await page.goto('/staff/people');
  await page.getByRole('textbox', { name: '姓名、拼音或工号' }).or(page.getByRole('searchbox')).first().fill(number);
  await expect(async () => {
    await page.getByRole('link', { name }).first().click();
    await expect(page).toHaveURL(/\/staff\/people\/[0-9a-f-]{36}/, { timeout: 2_000 });
  }).toPass();
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('新商务 90 天').first()).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await accessible(page);

  await page.goto('/staff/pairings');
  await page.getByRole('button', { name: '配对', exact: true }).click();
  const pairing = page.getByRole('dialog', { name: '配对' });
  await pairing.getByPlaceholder('姓名、拼音或工号').fill(name);
  await page.getByRole('listbox').getByRole('option', { name }).click();
  const mentors = await pairing.getByLabel('导师').getByRole('option').allTextContents();
  const free = mentors.find((m) => {
    const [, has, of] = /（(\d+)\/(\d+)）/.exec(m) ?? [];
    return Number(has) < Number(of);
  });
  expect(free, mentors.join()).toBeDefined();
  await pairing.getByLabel('导师').selectOption({ label: free ?? '' });
  await accessible(page);
  await pairing.getByRole('button', { name: '配对' }).click();
  await expect(page.getByText('已配对，双方会收到通知')).toBeVisible();

  await page.goto('/staff/inbox');
  await page.getByRole('textbox', { name: '姓名、拼音或工号' }).or(page.getByRole('searchbox')).first().fill(name);
  const row = page.getByRole('row').filter({ hasText: name });
  await expect(row).toBeVisible();
  await expect(page.getByRole('row')).toHaveCount(2);
  await row.getByRole('checkbox').click();
  await page.getByRole('button', { name: '提醒 1 人' }).click();
  const ask = page.getByRole('dialog', { name: '提醒 1 人？' });
  await expect(ask.getByText(/每人收到一条通知/)).toBeVisible();
  await accessible(page);
  await ask.getByRole('button', { name: /提醒/ }).click();
  await expect(page.getByText('已提醒 1 人')).toBeVisible();

  const mentor = (free ?? '').replace(/（.*$/, '');
  const learner = await as(number, PHONE);
  const nudge = learner.getByRole('listitem').filter({ hasText: /培训团队提醒你：\d+ 项已逾期/ });
  await expect(async () => {
    await learner.goto('/notifications');
    await expect(nudge.first()).toBeVisible({ timeout: 2_000 });
    await expect(learner.getByRole('listitem').filter({ hasText: mentor }).first()).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await noSidewaysScroll(learner);
  await accessible(learner);
  await nudge.first().getByRole('button').click();
  await expect(learner.getByText(/出发前的一封信/).first()).toBeVisible();
  await learner.goto('/');
  await expect(learner.getByText(`导师${mentor}`)).toBeVisible();
  await accessible(learner);

  // Urged on once a day, not twice.
  await page.goto(`/staff/inbox?q=${encodeURIComponent(name)}`);
  await expect(row).toBeVisible();
  await row.getByRole('checkbox').click();
  await page.getByRole('button', { name: '提醒 1 人' }).click();
  await ask.getByRole('button', { name: /提醒/ }).click();
  await expect(page.getByText('已提醒 0 人，1 人今天提醒过了')).toBeVisible();
});
