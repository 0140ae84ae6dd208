import { accessible, expect, test } from './journey.js';

test('@desk the places where courses, questions and exams are made and graded open', async ({ as }) => {
  const page = await as('QM0002');
  const places = [
    ['/build/courses', '课程', /需求分析方法/],
    ['/build/questions', '题库', /异议|客户|流程|产品/],
    ['/build/exams', '考试', /新人知识考试/],
  ] as const;
  for (const [address, title, known] of places) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(title);
    await expect(page.getByRole('row', { name: known }).first()).toBeVisible();
    await accessible(page);
  }
  await page
    .getByRole('row', { name: /新人知识考试/ })
    .first()
    .press('Enter');
  await expect(page).toHaveURL(/\/build\/exams\/.+/);
  await expect(page.getByText('题库够用').first()).toBeVisible();
  await accessible(page);
  await page.goto('/build/grading');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await accessible(page);
});
