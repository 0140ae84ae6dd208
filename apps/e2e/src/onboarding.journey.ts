import { accessible, expect, noSidewaysScroll, test } from './journey.js';

test('@phone a weekly check-in reaches the mentor, an entry is confirmed, the manager reads the stage report', async ({
  as,
}) => {
  test.setTimeout(90_000);
  const mentor = await as('QM0030');
  await mentor.goto('/mentor/mentees');
  await mentor.getByRole('link', { name: /林晓禾/ }).click();
  await expect(mentor.getByRole('tab', { name: '签到' })).toBeVisible();
  const enrolment = /mentees\/([0-9a-f-]+)/.exec(mentor.url())?.[1] ?? '';

  const learner = await as('QM0042');
  await learner.goto(`/check-in/${enrolment}`);
  await learner.getByRole('radio', { name: '有点难' }).click();
  await learner.getByLabel('做成了什么').fill('第一次独立讲完平台产品');
  await learner.getByLabel('卡在哪里').fill('客户问回收期，我答不上来');
  await learner.getByRole('switch', { name: '想请导师帮忙' }).click();
  await accessible(learner);
  await learner.getByRole('button', { name: /^(签到|更新签到)$/ }).click();
  await expect(learner.getByText('希望得到帮助')).toBeVisible();
  await noSidewaysScroll(learner);

  await mentor.goto('/notifications');
  await mentor.getByText('林晓禾 希望得到你的帮助').first().click();
  await expect(mentor.getByText('客户问回收期，我答不上来')).toBeVisible();
  await accessible(mentor);

  await mentor.getByRole('tab', { name: '材料' }).click();
  await mentor.getByRole('link', { name: /参加五次客户会议/ }).click();
  const confirm = mentor.getByRole('button', { name: /^确认“/ }).first();
  const label = ((await confirm.getAttribute('aria-label')) ?? '').replace('确认', '取消确认');
  await confirm.click();
  await expect(mentor.getByRole('button', { name: label })).toBeVisible();
  await accessible(mentor);

  const manager = await as('QM0021');
  await manager.goto(`/reports/${enrolment}`);
  await expect(manager.getByText('签到率')).toBeVisible();
  await expect(manager.getByRole('button', { name: '打印 / 存为 PDF' })).toBeVisible();
  await expect(manager.getByText('客户问回收期，我答不上来')).toBeHidden();
  await noSidewaysScroll(manager);
  await accessible(manager);
});
