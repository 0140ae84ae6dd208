import { accessible, expect, glyphsDrawn, OFFLINE_ERRORS, test } from './journey.js';

test('@phone cards are graded by taps and keys, without a network too', async ({ as, expectErrors }) => {
  expectErrors(OFFLINE_ERRORS);
  const page = await as('QM0054');
  await page.goto('/review');
  await expect(page.getByText(/张卡片等你，约 \d+ 分钟/)).toBeVisible();
  await expect(page.getByText('未来七天')).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: '开始复习' }).click();

  const progress = page.getByText(/^\d+ \/ \d+$/);
  await expect(progress).toHaveText(/^1 \/ [1-9]/);
  const total = Number(/\/ (\d+)/.exec((await progress.textContent()) ?? '')?.[1]);
  expect(total).toBeGreaterThan(3);
  const grade = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}`) });

  await glyphsDrawn(page.getByRole('heading', { level: 1 }));
  await page.getByRole('button', { name: '看答案' }).tap();
  await expect(page.getByText('想起来了吗？下次出现在')).toBeVisible();
  await accessible(page);
  await grade('记得').tap();

  await expect(progress).toHaveText(`2 / ${total}`);
  await page.keyboard.press('Space');
  await page.keyboard.press('4');
  await expect(progress).toHaveText(`3 / ${total}`);
  await page.keyboard.press('u');
  await expect(progress).toHaveText(`2 / ${total}`);
  await page.keyboard.press('2');
  await expect(progress).toHaveText(`3 / ${total}`);

  await page.context().setOffline(true);
  for (let n = 3; n <= total; n += 1) {
    await expect(progress).toHaveText(`${n} / ${total}`);
    await expect(page.getByText('离线可用')).toBeVisible();
    await page.keyboard.press('Space');
    await page.keyboard.press('3');
  }
  const summary = page.getByTestId('review-summary');
  await expect(summary.getByText(`复习了 ${total} 张卡片。`)).toBeVisible();
  await expect(summary.getByText(/现在离线，结果存在这台设备上/)).toBeVisible();

  const synced = page.waitForResponse(
    (r) => r.url().endsWith('/graphql') && (r.request().postData() ?? '').includes('finishReviewSession'),
  );
  await page.context().setOffline(false);
  await synced;
  await expect(summary.getByText(new RegExp(`^${total} 张卡片：一次记得 ${total} 张`))).toBeVisible();
  await expect(summary.getByText('下一批')).toBeVisible();
  // The next day in words, and no counter of cards that are gone.
  await expect(summary).not.toContainText('00:00');
  await expect(page.getByText(/^\d+ \/ \d+$/)).toHaveCount(0);
  await accessible(page);
  await summary.getByRole('link', { name: '复习' }).click();
  await expect(page.getByText('今天都复习完了')).toBeVisible();
});
