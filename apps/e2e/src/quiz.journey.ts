import { accessible, expect, noSidewaysScroll, test } from './journey.js';
import { answerShown, questionCount } from './paper.js';

test('@phone a quiz says at once what is wrong, and what was missed comes back as a card', async ({ as }) => {
  const page = await as('QM0050');
  await page.goto('/');
  await expect(page.getByRole('heading', { name: '异议小测' })).toBeVisible();
  await page.getByRole('link', { name: /去测验/ }).click();
  await expect(page.getByRole('heading', { name: '异议小测' })).toBeVisible();
  await expect(page.getByText('80 分（满分 100）')).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: '开始', exact: true }).click();

  const count = await questionCount(page);
  expect(count).toBe(5);
  let wrong = 0;
  for (let n = 1; n <= count; n += 1) {
    await expect(page.getByText(`第 ${n} 题，共 ${count} 题`)).toBeVisible();
    await answerShown(page, { words: '说不清楚' });
    await page.getByRole('button', { name: '看对错' }).click();
    const verdict = page.getByRole('status').filter({ hasText: /^(答对了|不对)/ });
    await expect(verdict).toBeVisible();
    if (await verdict.getByText('不对', { exact: true }).isVisible()) {
      wrong += 1;
      await expect(verdict).toContainText('正确答案：');
    }
    if (n === 1) await accessible(page);
    if (n < count) await page.getByRole('button', { name: '下一题' }).click();
  }
  // The first choice of every question cannot be right five times with a shuffled paper, except by a rare chance.
  expect(wrong).toBeGreaterThan(0);
  await page.getByRole('button', { name: '交卷' }).click();
  const asking = page.getByRole('dialog', { name: '交卷吗？' });
  await expect(asking.getByText(`${count} 题都答了。`)).toBeVisible();
  await asking.getByRole('button', { name: '交卷' }).click();

  await expect(page.getByTestId('score')).toHaveText(String(((count - wrong) / count) * 100));
  await expect(page.getByRole('heading', { name: /^按主题/ })).toBeVisible();
  await noSidewaysScroll(page);
  await accessible(page);
  const missed = page.getByRole('button', { name: new RegExp(`${wrong} 道错题与解析`) });
  await missed.click();
  const stem = await page.getByRole('article').first().getByRole('heading').textContent();
  await expect(page.getByText('正确答案：').first()).toBeVisible();

  // The card is made by the worker a moment later.
  await expect(async () => {
    await page.goto('/review/cards');
    await page.getByRole('radio', { name: '错题' }).check({ force: true });
    await expect(page.getByText((stem ?? '').trim().slice(0, 20)).first()).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await accessible(page);
});
