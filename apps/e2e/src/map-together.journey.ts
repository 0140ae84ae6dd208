import { accessible, DESK, expect, noSidewaysScroll, OFFLINE_ERRORS, PHONE, test } from './journey.js';

test('@desk a map is drawn from a template by keyboard, by two people at once, and nothing is overwritten', async ({
  as,
  expectErrors,
}) => {
  expectErrors(OFFLINE_ERRORS);
  const page = await as('QM0002');
  await page.goto('/build/maps');
  await page.getByRole('button', { name: '新建地图' }).click();
  const dialog = page.getByRole('dialog', { name: '新建地图' });
  await dialog.getByRole('radio', { name: '模板' }).check({ force: true });
  await dialog.getByRole('radio', { name: /转岗 45 天/ }).check({ force: true });
  await accessible(page);
  await dialog.getByLabel(/^名称/).fill('转岗到客户成功');
  const code = `role-${Date.now().toString(36)}`;
  await dialog.getByLabel(/^代码/).fill(code);
  await dialog.getByRole('button', { name: '创建' }).click();
  const outline = page.getByRole('navigation', { name: '大纲' });
  const node = (of: typeof page, title: string) =>
    of.getByRole('navigation', { name: '大纲' }).locator('[data-outline]').filter({ hasText: title });
  await expect(node(page, '旧工作交接清单')).toBeVisible();
  await accessible(page);

  // Several at once, by keyboard: marked, moved together to the next stage, and back with undo.
  await node(page, '旧工作交接清单').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByRole('complementary', { name: '属性' })).toContainText('选中 2 个节点');
  await page.keyboard.press('Alt+ArrowRight');
  await expect(page.getByText('移到“补差”', { exact: false })).toBeAttached();
  await page.keyboard.press('Control+z');
  await expect(page.getByText(/^已保存/)).toBeVisible();

  // A connection by keyboard: C on the first, Enter on what comes after it.
  await node(page, '新岗位说明').focus();
  await page.keyboard.press('c');
  await expect(page.getByText('选择排在“新岗位说明”之后的节点').last()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await node(page, '旧工作交接清单').focus();
  await page.keyboard.press('Enter');
  const inspector = page.getByRole('complementary', { name: '属性' });
  await expect(inspector.getByRole('button', { name: '去掉前置“新岗位说明”' })).toBeVisible();

  // A problem is a line that leads to its node.
  const problems = page.getByRole('region', { name: '问题' });
  await problems.getByRole('button', { name: /“岗位小测”还没有选内容/ }).press('Enter');
  await expect(page.locator('[data-key]').filter({ hasText: '岗位小测' })).toBeFocused();
  await expect(page.getByText(/^已保存/)).toBeVisible();

  // Somebody else opens it: both see one another, and the change of one comes to the other.
  const second = await as('QM0002', DESK);
  await second.goto(`/build/maps/${code}`);
  await expect(node(second, '旧工作交接清单')).toBeVisible();
  await expect(page.getByRole('list', { name: '也在编辑' })).toBeVisible();
  await node(second, '认识三位协作伙伴').click();
  await second.getByRole('complementary', { name: '属性' }).getByLabel('预计分钟').fill('135');
  await expect(second.getByText(/^已保存/)).toBeVisible();
  await node(page, '认识三位协作伙伴').click();
  await expect(inspector.getByLabel('预计分钟')).toHaveValue('135');

  // The same field changed by both while one has no network: theirs is shown, mine is kept until chosen.
  await page.context().setOffline(true);
  await inspector.getByLabel(/^名称/).fill('认识四位伙伴');
  await second.getByRole('complementary', { name: '属性' }).getByLabel(/^名称/).fill('认识三位搭档');
  await expect(second.getByText(/^已保存/)).toBeVisible();
  await page.context().setOffline(false);
  const clash = page.getByRole('alert').filter({ hasText: '改得不一样' });
  await expect(clash).toContainText('认识四位伙伴', { timeout: 20_000 });
  await expect(node(page, '认识三位搭档')).toBeVisible();
  await clash.getByRole('button', { name: '用我的' }).first().click();
  await expect(node(page, '认识四位伙伴')).toBeVisible();
  await expect(node(second, '认识四位伙伴')).toBeVisible();
  await expect(outline).toBeVisible();

  // As a learner on day 20 who did everything in time.
  await page.getByRole('button', { name: '以学员预览' }).click();
  const preview = page.getByRole('dialog', { name: '以学员预览' });
  await preview.getByRole('radio', { name: '到期的都做了' }).check({ force: true });
  await preview.getByRole('slider').fill('20');
  await expect(preview.getByText(/完成 4 \/ 9，逾期 0/)).toBeVisible();
});

test('@phone a learner finds a node and sees what blocks it', async ({ as }) => {
  const page = await as('QM0042', PHONE);
  await page.goto('/map');
  await page.getByRole('button', { name: '搜索地图' }).click();
  await page.getByRole('searchbox', { name: '搜索地图' }).fill('业绩');
  await expect(page.getByText(/^\d+ 项$/)).toBeVisible();
  await noSidewaysScroll(page);
  await accessible(page);
  await page.goto('/map?view=list');
  const locked = page.getByRole('listitem').getByRole('button').filter({ hasText: '业绩' }).first();
  await locked.click();
  await page.getByRole('dialog').getByRole('button', { name: '看是什么卡住了它' }).click();
  const chain = page.getByRole('region', { name: /被什么卡住/ });
  await expect(chain.getByRole('heading')).toBeFocused();
  await expect(chain.getByRole('button', { name: /现在就能做/ }).first()).toBeVisible();
  await noSidewaysScroll(page);
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(chain).toBeHidden();

  await page.goto('/settings');
  await page.getByRole('button', { name: '生成日历地址' }).click();
  const address = await page.getByRole('textbox', { name: '日历' }).inputValue();
  const calendar = await page.request.fetch(new URL(address).pathname, { headers: { cookie: '' } });
  expect(await calendar.text()).toMatch(/^BEGIN:VCALENDAR\r\n[^]*DTSTART;VALUE=DATE:\d{8}/);
  await page.getByRole('button', { name: '停用' }).click();
  await expect(page.getByText('日历地址已停用')).toBeVisible();
  expect((await page.request.fetch(new URL(address).pathname)).status()).toBe(404);
});
