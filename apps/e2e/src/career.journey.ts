import { accessible, DESK, expect, noSidewaysScroll, test } from './journey.js';

const LEARNER = 'QM0042';
const MENTOR = 'QM0030';
const LEAD = 'QM0002';

test('@phone L&D changes the model, a learner and a mentor rate, the gap leads to a course and to the next step', async ({
  as,
}) => {
  test.slow();
  // L&D, at a desk: better words for a level, then a higher requirement, by keyboard.
  const desk = await as(LEAD, DESK);
  await desk.goto('/build/competencies');
  await accessible(desk);
  await desk.getByRole('button', { name: /^需求分析/ }).click();
  const editor = desk.getByRole('dialog', { name: '编辑维度' });
  await editor.getByLabel('具体表现').first().fill('分得清目标、现状、问题和要求，访谈当天写下客户原话。');
  await accessible(desk);
  await editor.getByRole('button', { name: '发布' }).click();
  await expect(editor).toBeHidden();
  await expect(
    desk.getByRole('listitem').filter({ hasText: 'needs-analysis' }).getByRole('button', { name: '第 2 版' }),
  ).toBeVisible();

  await desk.getByRole('tab', { name: '岗位要求' }).click();
  const grid = desk.getByRole('grid', { name: '岗位要求' });
  const row = grid.getByRole('row').filter({ hasText: '商务顾问' }).first();
  await expect(row).toBeVisible();
  const columns = await grid.getByRole('columnheader').allTextContents();
  const column = columns.findIndex((c) => c.trim() === '需求分析') - 1;
  const cell = row.getByRole('gridcell').nth(column);
  await cell.click();
  await desk.keyboard.press('3');
  await expect(cell).toContainText('专家');
  await expect(cell).toContainText('原为专业');
  await desk.keyboard.press('Shift+ArrowRight');
  await expect(grid.locator('[aria-selected="true"]')).toHaveCount(2);
  await accessible(desk);
  await desk.getByRole('button', { name: '发布 1 处改动' }).click();
  await expect(desk.getByText('已发布')).toBeVisible();
  await expect(cell).not.toContainText('原为');

  // The learner, on a phone: reads the levels, rates, says why.
  const phone = await as(LEARNER);
  await phone.goto('/me/ability');
  await expect(phone.getByRole('img', { name: '能力雷达：岗位要求、评定与自评' })).toBeVisible();
  await accessible(phone);
  await noSidewaysScroll(phone);
  await phone.getByRole('button', { name: /^需求分析/ }).click();
  const sheet = phone.getByRole('dialog', { name: '需求分析' });
  await expect(sheet.getByText('要求：专家')).toBeVisible();
  await expect(sheet.getByText('访谈当天写下客户原话').first()).toBeVisible();
  await sheet.getByRole('button', { name: '给自己评级' }).click();
  await sheet.getByRole('radio', { name: /^专业/ }).check();
  await sheet.getByLabel('有什么可以证明').fill('华北客户的需求说明书，客户已书面确认。');
  await accessible(phone);
  await sheet.getByRole('button', { name: '保存评级' }).click();
  await expect(phone.getByText('评级已保存')).toBeVisible();
  await expect(sheet.getByText('自评：专业')).toBeVisible();
  await expect(sheet.getByText('华北客户的需求说明书，客户已书面确认。')).toBeVisible();

  // The mentor rates too, and sees what the learner wrote.
  const mentor = await as(MENTOR);
  await mentor.goto('/mentor/mentees');
  const mentee = mentor.getByRole('main').getByText('林晓禾');
  await expect(mentee).toBeVisible({ timeout: 30_000 });
  await mentee.click();
  await mentor.getByRole('link', { name: '能力、阶梯与人才档案' }).click();
  await accessible(mentor);
  await mentor.getByRole('button', { name: /^需求分析/ }).click();
  const theirs = mentor.getByRole('dialog', { name: '需求分析' });
  await theirs.getByRole('button', { name: '以导师身份评级' }).click();
  await theirs.getByRole('radio', { name: /^专业/ }).check();
  await theirs.getByRole('button', { name: '保存评级' }).click();
  await expect(theirs.getByText('评定：专业')).toBeVisible();

  // The learner sees it, the gap that is left, and what to do about it; then what the next step asks.
  await phone.reload();
  const line = phone.getByRole('button', { name: /^需求分析/ });
  await expect(line).toContainText('差 1 级');
  await line.click();
  await expect(sheet.getByText('怎样补上差距')).toBeVisible();
  await expect(sheet.getByText('可以请教的人')).toBeVisible();
  const course = sheet.getByRole('link', { name: /需求分析/ }).first();
  await expect(course).toHaveAttribute('href', /\/courses\/needs-analysis/);
  await phone.keyboard.press('Escape');
  await phone.getByRole('tab', { name: '职业阶梯' }).click();
  await expect(phone.getByText(/^距“.+”还差 \d+ 项$/)).toBeVisible();
  await accessible(phone);
  await noSidewaysScroll(phone);
  const missing = phone
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: '完成课程' })
    .getByRole('link', { name: '谈判与异议处理' });
  await expect(missing).toHaveAttribute('href', '/courses/negotiation-and-objections');
  await missing.click();
  await expect(phone).toHaveURL(/\/courses\/negotiation-and-objections$/);
  await expect(phone.getByRole('heading', { name: '谈判与异议处理' })).toBeVisible();
});

test('@desk a talent file shows each only their parts, and the table of gaps can be filtered', async ({ as }) => {
  const lead = await as(LEAD, DESK);
  await lead.goto('/staff/skills');
  await expect(lead.getByText(/人，共差 \d+ 级/)).toBeVisible();
  await accessible(lead);
  await lead.getByLabel('显示').selectOption({ label: '有差距' });
  await expect(lead).toHaveURL(/gap=any/);
  await expect(lead.getByText(/差 \d 级到/).first()).toBeVisible();
  const file = lead.waitForEvent('download');
  await lead.getByRole('link', { name: '导出' }).click();
  expect((await file).suggestedFilename()).toBe('skills.xlsx');

  const learner = await as(LEARNER, DESK);
  await learner.goto('/me/ability?tab=file');
  for (const part of ['能力', '学习地图', '里程碑', '课程', '成绩', '证书', '师徒结对'])
    await expect(learner.getByRole('heading', { name: part, exact: true })).toBeVisible();
  await accessible(learner);

  await lead.goto('/build/competencies?tab=ladders');
  await lead.getByLabel('职业序列').selectOption({ label: '商务序列' });
  await lead.getByRole('button', { name: /^专业/ }).click();
  await accessible(lead);
});
