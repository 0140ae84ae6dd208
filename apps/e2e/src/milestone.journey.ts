import { accessible, expect, noSidewaysScroll, PHONE, test } from './journey.js';

/** A picture as a phone might send it. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGNkWPSfgYGBiYGBgYEBAAxMAWJcJvWqAAAAAElFTkSuQmCC',
  'base64',
);

test('@phone a milestone is handed in, comes back with words, and is signed', async ({ as }) => {
  test.setTimeout(90_000);
  const learner = await as('QM0044');
  await learner.goto('/me');
  const earned = async (): Promise<number> => {
    await learner.goto('/me/points');
    return Number(
      (/累计获得 ([\d,]+)/.exec((await learner.getByText(/累计获得/).textContent()) ?? '')?.[1] ?? '').replaceAll(
        ',',
        '',
      ),
    );
  };
  const before = await earned();

  await learner.goto('/map?view=list');
  await learner.getByRole('button', { name: /^各部门访谈/ }).click();
  await learner
    .getByRole('dialog', { name: '各部门访谈' })
    .getByRole('link', { name: /去记录/ })
    .click();
  await expect(learner.getByRole('heading', { name: '各部门访谈' })).toBeVisible();
  await expect(learner.getByRole('heading', { name: /^3 \/ 4 次/ })).toBeVisible();
  await accessible(learner);

  await learner.getByRole('button', { name: '记录第 4 次' }).click();
  const entry = learner.getByRole('dialog', { name: '第 4 次' });
  await entry.getByRole('button', { name: '保存' }).click();
  await expect(entry.getByText('写一下是什么，导师才看得懂')).toBeVisible();
  await entry.getByLabel(/^是什么/).fill('客户成功部，交接流程');
  await entry.getByLabel('你做了什么').fill('问了三个问题，记了一页');
  await accessible(learner);
  await entry.getByRole('button', { name: '保存' }).click();
  await expect(learner.getByRole('heading', { name: /^4 \/ 4 次/ })).toBeVisible();

  await learner.getByRole('button', { name: '添加', exact: true }).click();
  const sheet = learner.getByRole('dialog', { name: '添加材料' });
  await accessible(learner);
  await sheet.getByLabel(/^选文件/).setInputFiles({ name: '访谈现场.png', mimeType: 'image/png', buffer: PICTURE });
  await expect(sheet).toBeHidden();
  await expect(learner.getByRole('button', { name: '放大照片：访谈现场.png' })).toBeVisible();
  await learner.getByRole('textbox', { name: /想说的话|写写过程/ }).fill('客户成功最在意交接时说清楚承诺过什么。');
  await learner.getByRole('button', { name: '提交给苏明澈' }).click();
  await expect(learner.getByText(/^等签核/).first()).toBeVisible();
  await expect(learner.getByText('已锁定，等导师决定')).toBeVisible();
  await accessible(learner);

  const mentor = await as('QM0032', PHONE);
  await mentor.goto('/mentor');
  const card = mentor.getByRole('article', { name: '各部门访谈' }).filter({ hasText: '宋知远' });
  const waiting = mentor.getByRole('button', { name: /^各部门访谈/ });
  await expect(card.or(waiting).first()).toBeVisible();
  if (await waiting.isVisible()) await waiting.click();
  await expect(card.getByText('客户成功部，交接流程')).toBeVisible();
  await expect(card.getByText('客户成功最在意交接时说清楚承诺过什么。')).toBeVisible();
  await card.getByRole('button', { name: '放大照片：访谈现场.png' }).click();
  await expect(mentor.getByRole('dialog').getByRole('img', { name: '访谈现场.png' })).toBeVisible();
  await mentor.keyboard.press('Escape');
  await noSidewaysScroll(mentor);
  await accessible(mentor);

  await card.getByRole('button', { name: '退回', exact: true }).click();
  await card.getByRole('button', { name: '退回给宋知远' }).click();
  await expect(card.getByText('请写一句还差什么，学员才知道怎么补')).toBeVisible();
  await card.getByRole('textbox').fill('再补一句：他们最怕销售做什么？');
  await accessible(mentor);
  const returned = mentor.waitForResponse((r) => (r.request().postData() ?? '').includes('mutation ReturnMilestone'));
  await card.getByRole('button', { name: '退回给宋知远' }).click();
  await expect(mentor.getByText('已把“各部门访谈”退回给宋知远')).toBeVisible();
  await returned;

  await learner.goto('/notifications');
  const listed = (words: string) => learner.getByRole('main').getByRole('listitem').filter({ hasText: words }).first();
  await expect(listed('苏明澈 退回了“各部门访谈”，看看说明')).toBeVisible();
  await accessible(learner);
  await listed('苏明澈 退回了“各部门访谈”，看看说明').getByRole('button').click();
  await expect(learner.getByRole('status').getByText('再补一句：他们最怕销售做什么？')).toBeVisible();
  await learner
    .getByRole('textbox', { name: /想说的话|写写过程/ })
    .fill('客户成功最在意交接时说清楚承诺过什么。最怕销售答应没有的功能。');
  await learner.getByRole('button', { name: '提交给苏明澈' }).click();
  await expect(learner.getByText(/^等签核/).first()).toBeVisible();
  await learner.goto('/notifications');
  await expect(learner.getByRole('heading', { name: '通知', exact: true })).toBeVisible();

  await mentor.goto('/mentor');
  await expect(card.or(waiting).first()).toBeVisible();
  if (await waiting.isVisible()) await waiting.click();
  await expect(card.getByText('最怕销售答应没有的功能。')).toBeVisible();
  const signed = mentor.waitForResponse((r) => (r.request().postData() ?? '').includes('mutation SignMilestone'));
  await card.getByRole('button', { name: '签核', exact: true }).click();
  await expect(mentor.getByText('已签核 宋知远 的“各部门访谈”')).toBeVisible();
  await signed;

  // It arrives in the open page: in the list, and as a note that leads there.
  await expect(listed('苏明澈 签核了“各部门访谈”')).toBeVisible();
  const note = learner.getByRole('status').filter({ hasText: '苏明澈 签核了“各部门访谈”' });
  await note.getByRole('button', { name: '打开' }).last().click();
  await expect(learner.getByText('已签核', { exact: true })).toBeVisible();
  await expect(learner.getByRole('heading', { name: '经过' })).toBeVisible();
  await expect(async () => expect(await earned()).toBeGreaterThan(before)).toPass();
  await expect(learner.getByText('各部门访谈').first()).toBeVisible();
});
