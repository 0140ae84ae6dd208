import { accessible, DESK, expect, test } from './journey.js';

test('@desk a wrong key is corrected, previewed and regraded once', async ({ as }) => {
  const page = await as('QM0002', DESK);
  await page.goto('/build/questions?q=nego-s01');
  await page
    .getByRole('link')
    .filter({ hasText: 'nego-s01' })
    .or(page.getByRole('cell').filter({ hasText: 'nego-s01' }))
    .first()
    .click();
  await expect(page).toHaveURL(/build\/questions\/[0-9a-f-]{36}/);
  const question = new URL(page.url()).pathname;
  await page.getByRole('button', { name: '更多' }).click();
  await page.getByRole('menuitem', { name: /更正答案/ }).click();
  await expect(page).toHaveURL(new RegExp(`${question}/key`));

  // Another choice becomes the right one.
  const choices = page.getByRole('group', { name: '正确答案' }).getByRole('radio');
  await expect(choices).not.toHaveCount(0);
  const correct = page.getByRole('button', { name: '更正答案' });
  await expect(correct).toBeDisabled();
  const last = choices.last();
  const other = (await last.isChecked()) ? choices.first() : last;
  await other.check({ force: true });
  await correct.click();
  await expect(
    page
      .getByText('请写明原因')
      .or(page.getByText(/写.*原因/))
      .first(),
  ).toBeVisible();
  await page.getByLabel('原因').fill('原答案与新版价格政策不符');
  await correct.click();
  await expect(page.getByText('答案已更正')).toBeVisible();

  // Who is affected is there before anything is written; rules differ.
  const sums = page.getByTestId('sums');
  await expect(sums).toBeVisible();
  await expect(page.getByText(/\d+ 人按错误答案评过分/)).toBeVisible();
  const lowered = sums.locator('dd').nth(2);
  await expect(lowered).not.toHaveText('0');
  await accessible(page);
  await page.getByRole('radio', { name: /只升不降/ }).check({ force: true });
  await expect(lowered).toHaveText('0');
  await page.getByRole('radio', { name: /所有人按正确答案/ }).check({ force: true });
  await expect(lowered).not.toHaveText('0');
  const rows = page.getByRole('table', { name: '谁有变化' }).getByRole('row');
  await expect(rows).not.toHaveCount(1);

  await page.getByRole('button', { name: '应用' }).click();
  const asking = page.getByRole('dialog', { name: '现在重新评分吗？' });
  await expect(asking).toContainText('所有人按正确答案');
  await asking.getByRole('button', { name: '应用' }).click();
  await expect(page.getByText(/已重新评分 \d+ 次作答：所有人按正确答案/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByRole('button', { name: '应用' })).toHaveCount(0);
  await expect(rows).not.toHaveCount(1);
  await accessible(page);
});
