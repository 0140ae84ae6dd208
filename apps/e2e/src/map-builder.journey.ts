import { accessible, expect, test } from './journey.js';

test('@desk the map gets a node, a circle is named and blocks publishing, and a version is published', async ({
  as,
}) => {
  const page = await as('QM0002');
  await page.goto('/build/maps');
  await accessible(page);
  await page.getByRole('row', { name: /客户成功 90 天/ }).press('Enter');
  await page.getByRole('button', { name: '改一版草稿' }).click();
  const outline = page.getByRole('navigation', { name: '大纲' });
  const inspector = page.getByRole('complementary', { name: '属性' });
  const problems = page.getByRole('region', { name: '问题' });
  const publish = page.getByRole('button', { name: '发布', exact: true });
  await expect(outline).toBeVisible();
  await expect(publish).toBeEnabled();
  await accessible(page);

  const add = outline.getByRole('button', { name: /^在“.+”添加节点$/ }).first();
  await add.focus();
  await page.keyboard.press('Enter');
  await inspector.getByLabel(/^名称/).fill('读懂一份续约');
  await expect(problems).toContainText('“读懂一份续约”还没有选内容');
  await expect(publish).toBeDisabled();
  await inspector.getByLabel('类型').selectOption({ label: '阅读' });
  await inspector.getByLabel('正文（Markdown）').fill('先看**到期日**，再看涨价条款。');
  await expect(publish).toBeEnabled();

  // Connected without a mouse: the new node after an old one, then the old one after the new one.
  const nodes = outline.locator('[data-outline]');
  const connect = async (title: string): Promise<void> => {
    await inspector.getByPlaceholder('添加前置').focus();
    await page.keyboard.type(title);
    const options = page.getByRole('listbox').getByRole('option');
    await expect(options).toHaveCount(1);
    await expect(options).toContainText(title);
    await expect(async () => {
      if ((await options.getAttribute('data-highlighted')) === null) await page.keyboard.press('ArrowDown');
      await expect(options).toHaveAttribute('data-highlighted', '', { timeout: 500 });
    }).toPass();
    await page.keyboard.press('Enter');
    await expect(inspector.getByRole('button', { name: `去掉前置“${title}”` })).toBeVisible();
  };
  const first = ((await nodes.first().locator('span').first().textContent()) ?? '').trim();
  await connect(first);
  await expect(publish).toBeEnabled();
  await nodes.first().focus();
  await page.keyboard.press('Enter');
  await connect('读懂一份续约');
  await expect(problems.getByText(/^循环：.*读懂一份续约/)).toBeVisible();
  await expect(publish).toBeDisabled();
  await expect(page.getByText(/^先改 \d+ 个错误$/)).toBeVisible();
  await accessible(page);

  await problems
    .getByRole('listitem')
    .filter({ hasText: '循环' })
    .getByRole('button', { name: '去掉这条前置' })
    .click();
  await expect(problems.getByText(/^循环/)).toBeHidden();
  const undo = page.getByRole('button', { name: '撤销', exact: true });
  await undo.click();
  await expect(problems.getByText(/^循环/)).toBeVisible();
  await page.getByRole('button', { name: '重做' }).click();
  await expect(problems.getByText(/^循环/)).toBeHidden();

  await nodes.filter({ hasText: '读懂一份续约' }).focus();
  await page.keyboard.press('Alt+ArrowUp');
  await expect(nodes.filter({ hasText: '读懂一份续约' })).toBeFocused();
  await expect(page.getByText(/^已保存/)).toBeVisible();

  await publish.click();
  const dialog = page.getByRole('dialog', { name: /^发布第 \d+ 版$/ });
  await expect(dialog.getByText(/新增 1 个节点，去掉 0 个。/)).toBeVisible();
  await dialog.getByLabel(/^这次改了什么/).fill('多读一份续约');
  await accessible(page);
  await dialog.getByRole('button', { name: '发布' }).click();
  await expect(page.getByText(/第 \d+ 版已发布/)).toBeVisible();
  await page.getByRole('link', { name: '历次版本' }).click();
  await expect(page.getByText('多读一份续约').first()).toBeVisible();

  // Somebody on the way has it on the next visit.
  const learner = await as('QM0055');
  await learner.goto('/map?view=list');
  await expect(learner.getByRole('button', { name: /读懂一份续约/ })).toBeVisible();
});

test('@desk a course is assigned to an audience, and reaches its people', async ({ as }) => {
  const page = await as('QM0002');
  await page.goto('/staff/assignments');
  await accessible(page);
  await page.getByRole('button', { name: '新的指派' }).click();
  const sheet = page.getByRole('dialog', { name: '新的指派' });
  await sheet.getByRole('radio', { name: '课程' }).check({ force: true });
  await sheet.getByPlaceholder('搜索').fill('创新');
  await page.getByRole('option', { name: /创新方法/ }).click();
  const who = sheet.getByLabel('给谁');
  const everyone = await who
    .getByRole('option')
    .filter({ hasText: /全公司|全体|所有/ })
    .first()
    .getAttribute('value');
  await who.selectOption(everyone);
  await sheet.getByLabel('到期').selectOption({ label: '指派后几天' });
  await sheet.getByLabel('指派后几天').fill('5');
  await expect(sheet.getByText('将加入')).toBeVisible();
  await accessible(page);
  await sheet.getByRole('button', { name: '指派', exact: true }).click();
  await expect(page.getByText('已指派，正在发放')).toBeVisible();
  await expect(page.getByRole('row', { name: /创新方法/ }).first()).toBeVisible();

  const learner = await as('QM0067');
  await expect(async () => {
    await learner.goto('/notifications');
    await expect(learner.getByRole('listitem').filter({ hasText: '新任务：创新方法' }).first()).toBeVisible({
      timeout: 2_000,
    });
  }).toPass();
  await learner.getByRole('listitem').filter({ hasText: '新任务：创新方法' }).first().getByRole('button').click();
  await expect(learner.getByRole('heading', { name: '创新方法' })).toBeVisible();
});
