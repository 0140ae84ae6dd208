import type { Page } from '@playwright/test';
import { accessible, expect, OFFLINE_ERRORS, test } from './journey.js';
import { answerShown, questionCount, saveState } from './paper.js';

test('@phone answers of an exam survive a lost network, a reload and a closed page', async ({ as, expectErrors }) => {
  expectErrors(OFFLINE_ERRORS);
  const page = await as('QM0046');
  const context = page.context();
  await page.goto('/');
  await page.getByRole('link', { name: /去考试/ }).click();
  await expect(page.getByRole('heading', { name: '谈判终考' })).toBeVisible();
  await expect(page.getByText('闭卷：不看资料，独立完成')).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: '开始', exact: true }).click();
  await expect(page.getByRole('timer')).toHaveText(/^4[45]:/);
  const count = await questionCount(page);

  // Questions for words stay open: a person grades those, and this journey wants its result at once.
  const answered: number[] = [];
  let at = 1;
  const answerNext = async (on: Page): Promise<void> => {
    for (; at <= count; at += 1) {
      const step = on.getByRole('button', { name: `到第 ${at} 题`, exact: true });
      if (await step.isVisible()) await step.click();
      else await on.getByRole('button', { name: '下一题' }).click();
      await expect(on.getByText(`第 ${at} 题，共 ${count} 题`)).toBeVisible();
      if (!(await answerShown(on, { choice: at % 2 }))) continue;
      answered.push(at);
      at += 1;
      return;
    }
  };
  const allThere = (on: Page) => expect(on.getByText(`已答 ${answered.length}`, { exact: true })).toBeVisible();

  await answerNext(page);
  await expect(saveState(page)).toHaveText(/已保存 \d\d:\d\d:\d\d/);
  await accessible(page);

  await context.setOffline(true);
  await answerNext(page);
  await expect(saveState(page)).toHaveText('离线，1 题等待上传');
  await answerNext(page);
  await expect(saveState(page)).toHaveText('离线，2 题等待上传');
  await page.getByRole('button', { name: '标记', exact: true }).click();
  await page.getByRole('button', { name: '全部题目', exact: true }).click();
  const palette = page.getByRole('dialog', { name: '全部题目' });
  await expect(palette.getByText(/^第 \d+、\d+ 题已存在本机，联网后自动上传。/)).toBeVisible();
  await expect(palette.getByRole('button', { name: '联网后交卷' })).toBeDisabled();
  await accessible(page);
  await page.keyboard.press('Escape');

  await context.setOffline(false);
  await page.reload();
  await allThere(page);
  await expect(saveState(page)).toHaveText(/已保存/);

  // The page is killed in the middle: the next one has everything the server acknowledged.
  await answerNext(page);
  await allThere(page);
  await expect(saveState(page)).toHaveText(/已保存/);
  const address = page.url();
  await page.close({ runBeforeUnload: false });
  const again = await context.newPage();
  await again.goto(address);
  await allThere(again);

  while (at <= count) await answerNext(again);
  await allThere(again);
  await expect(saveState(again)).toHaveText(/已保存/);
  await again.getByRole('button', { name: '全部题目', exact: true }).click();
  await again.getByRole('dialog', { name: '全部题目' }).getByRole('button', { name: '交卷' }).click();
  const asking = again.getByRole('dialog', { name: '交卷吗？' });
  const open = count - answered.length;
  await expect(asking).toContainText(open > 0 ? `还有 ${open} 题没答：第` : `${count} 题都答了。`);
  await asking.getByRole('button', { name: '交卷' }).click();

  await expect(again.getByTestId('score')).toHaveText(/^\d+(\.\d+)?$/);
  await expect(again.getByText('及格 80')).toBeVisible();
  await expect(again.getByRole('heading', { name: /^按主题/ })).toBeVisible();
  await accessible(again);
});
