import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { accessible, DESK, expect, test } from './journey.js';
import { questionCount, saveState } from './paper.js';

const media = (name: string): string => resolve(import.meta.dirname, '../../../seeds/demo/media', name);
/** A picture of one blue pixel: what is drawn is whether it arrives. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
/** Names stay apart when a journey is run again on the same company. */
const once = (name: string): string => `${name} ${Date.now().toString(36)}`;
const saved = (page: Page) => expect(page.getByText(/^已保存/)).toBeVisible();

/** Chooses the one option of a search field by keyboard. */
async function choose(page: Page, field: Locator, typed: string): Promise<void> {
  await field.focus();
  await page.keyboard.type(typed);
  const option = page.getByRole('listbox').getByRole('option', { name: typed }).first();
  // On a long page the list may open below the edge: then the keyboard takes the highlighted one.
  await option.click({ timeout: 4_000 }).catch(() => page.keyboard.press('Enter'));
}

/** An audience of one person. */
async function audienceOf(page: Page, name: string): Promise<string> {
  await page.goto('/staff/audiences');
  await page.getByRole('button', { name: '新建人群' }).click();
  const audience = page.getByRole('dialog', { name: '新建人群' });
  const title = once(`${name}试学`);
  await audience.getByLabel('简体中文').fill(title);
  await choose(page, audience.getByLabel('另外加上'), name);
  await expect(audience.getByText('现在是 1 人')).toBeVisible();
  await audience.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText(title)).toBeVisible();
  return title;
}

async function assign(page: Page, kind: '课程' | '考试', title: string, audience: string): Promise<void> {
  await page.goto('/staff/assignments');
  await page.getByRole('button', { name: '新的指派' }).click();
  const sheet = page.getByRole('dialog', { name: '新的指派' });
  await sheet.getByRole('radio', { name: kind }).check({ force: true });
  await choose(page, sheet.getByPlaceholder('搜索'), title);
  await sheet.getByLabel('给谁').selectOption({ label: `${audience} (1)` });
  await expect(sheet.getByText('将加入')).toBeVisible();
  await sheet.getByRole('button', { name: '指派', exact: true }).click();
  await expect(page.getByText('已指派，正在发放')).toBeVisible();
}

/** Opens a task from its notification, which the worker writes a moment after the assignment. */
async function openTask(page: Page, title: string): Promise<void> {
  const told = page
    .getByRole('listitem')
    .filter({ hasText: `新任务：${title}` })
    .first();
  await expect(async () => {
    await page.goto('/notifications');
    await expect(told).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await told.getByRole('button').click();
}

test('@desk a course is written, published, assigned and learnt', async ({ as, expectErrors }) => {
  test.slow();
  expectErrors(/status of 400 .*\/api\/files\?owner=course/);
  const title = once('接住客户的第一通电话');
  const page = await as('QM0002');
  await page.goto('/build/courses');
  await page.getByRole('button', { name: '新建课程' }).first().click();
  const making = page.getByRole('dialog', { name: '新建课程' });
  await accessible(page);
  await making.getByLabel('简体中文').fill(title);
  await making.getByRole('button', { name: '创建' }).click();

  // From nothing: the course says what is missing, and leads there.
  await expect(page).toHaveURL(/\/build\/courses\/.+/);
  const outline = page.getByRole('navigation', { name: '内容' });
  const preview = page.getByRole('complementary', { name: '预览' });
  const publish = page.getByRole('button', { name: '发布', exact: true });
  await expect(publish).toBeDisabled();
  await accessible(page);
  await page.getByLabel('培训学时（小时）').fill('0.5');

  await outline.getByRole('button', { name: '加一关' }).click();
  await expect(page.getByLabel('关卡名称')).toBeFocused();
  await page.keyboard.type('接电话');
  await outline.getByRole('button', { name: /^加一节/ }).click();
  await expect(page.getByLabel('这一节的标题')).toBeFocused();
  await page.keyboard.type('先听三十秒');
  const body = page.getByLabel('正文', { exact: true });
  await body.fill('客户打来的第一句话，往往不是他真正想问的。\n\n');
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: '图片' }).click();
  await (await chooser).setFiles({ name: 'call.png', mimeType: 'image/png', buffer: PICTURE });
  await expect(body).toHaveValue(/!\[call\]\(\/files\//);
  await expect(preview.getByRole('img', { name: 'call' })).toBeVisible();

  await outline.getByRole('button', { name: '加一关' }).click();
  await page.getByLabel('关卡名称').fill('记下来');
  await outline.locator('input[type=file]').setInputFiles({
    name: '记录表.pdf',
    mimeType: 'application/pdf',
    buffer: readFileSync(media('company-handbook.pdf')),
  });
  await expect(page.getByRole('link', { name: '记录表.pdf', exact: true })).toBeVisible();

  // A film asks for captions, takes only WebVTT, and shows them.
  await outline.locator('input[type=file]').setInputFiles({
    name: '导览.mp4',
    mimeType: 'video/mp4',
    buffer: readFileSync(media('product-tour.mp4')),
  });
  const captions = page.getByRole('region', { name: '字幕' });
  await expect(page.getByRole('link', { name: '导览.mp4', exact: true })).toBeVisible();
  await expect(captions.getByText(/^这个视频没有字幕/)).toBeVisible();
  const add = captions.getByRole('button', { name: '添加简体中文字幕' });
  const choosing = page.waitForEvent('filechooser');
  await add.focus();
  await page.keyboard.press('Enter');
  await (
    await choosing
  ).setFiles({ name: 'tour.vtt', mimeType: 'text/vtt', buffer: Buffer.from('WEBVTT\n\n00:01,0 --> 00:02,0\nx\n') });
  await expect(captions.getByRole('alert')).toContainText('第 3 行');
  await accessible(page);
  await captions.locator('input[type=file]').setInputFiles(media('product-tour.zh-CN.vtt'));
  await expect(captions.getByRole('link', { name: 'product-tour.zh-CN.vtt' })).toBeVisible();
  await expect(captions.getByText(/^这个视频没有字幕/)).toBeHidden();
  await expect(preview.locator('track[kind=captions]')).toHaveAttribute('srclang', 'zh-CN');
  const film = new URL(page.url()).searchParams.get('at')?.slice(2) ?? '';
  await saved(page);

  await outline.getByRole('button', { name: '第 2 关 记下来' }).click();
  await page.getByRole('button', { name: '加关卡测验' }).click();
  await page.getByRole('button', { name: '写一道新题' }).click();
  const question = page.getByRole('dialog', { name: '新题' });
  await question.getByLabel('题干').fill('第一通电话里先做什么？');
  await question.getByRole('textbox', { name: '选项 A' }).fill('先听客户说完');
  await question.getByRole('textbox', { name: '选项 B' }).fill('先报价');
  await question.getByRole('button', { name: '删除选项 D' }).click();
  await question.getByRole('button', { name: '删除选项 C' }).click();
  await question.getByLabel('A 是正确答案').check({ force: true });
  await choose(page, question.getByPlaceholder('添加主题'), '客户沟通');
  await accessible(page);
  await question.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('第一通电话里先做什么？').first()).toBeVisible();
  await saved(page);
  await accessible(page);
  await expect(publish).toBeEnabled();
  await publish.click();
  const publishing = page.getByRole('dialog', { name: '发布第 1 版' });
  await expect(publishing.getByText(/^现在只通过地图和指派出现/)).toBeVisible();
  await publishing.getByRole('button', { name: '发布' }).click();
  await expect(page.getByText('第 1 版已发布')).toBeVisible();

  await assign(page, '课程', title, await audienceOf(page, '贺兰舟'));
  const learner = await as('QM0058', DESK);
  await openTask(learner, title);
  await expect(learner.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(learner.getByText('先通过“接电话”')).toBeVisible();
  await accessible(learner);
  await learner.getByRole('link', { name: '开始学' }).click();
  await expect(learner.getByRole('heading', { level: 1, name: '先听三十秒' })).toBeVisible();
  const picture = learner.getByRole('img', { name: 'call' });
  await expect(async () => {
    expect(await picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBe(1);
  }).toPass();
  await accessible(learner);
  await learner.getByRole('button', { name: '下一课' }).click();
  await expect(learner.getByRole('heading', { level: 1, name: '记录表' })).toBeVisible();
  await expect(learner.getByText('第 1 页，共 3 页')).toBeVisible();

  // The learner sees the captions at once, and reads them as a text.
  await learner.goto(learner.url().replace(/lessons\/[^?]*/, `lessons/${film}`));
  const track = learner.locator('video track[kind=captions]');
  await expect(track).toHaveAttribute('srclang', 'zh-CN');
  expect(await track.evaluate((e: HTMLTrackElement) => e.track.mode)).toBe('showing');
  await learner.getByText('文字稿', { exact: true }).click();
  await expect(learner.getByText('客户买的是业务结果。')).toBeVisible();
  await accessible(learner);
});

test('@desk questions become an exam, it is sat, graded by keyboard, and the result is out', async ({ as }) => {
  test.slow();
  const bankTitle = once('电话题库');
  const tag = `call-${Date.now().toString(36)}`;
  const page = await as('QM0002');
  await page.goto('/build/questions');
  await page.getByRole('button', { name: '题库与主题' }).click();
  await page.getByRole('menuitem', { name: '新建题库' }).click();
  const bank = page.getByRole('dialog', { name: '新建题库' });
  await bank.getByLabel('简体中文').fill(bankTitle);
  await bank.getByLabel('代码').fill(tag);
  await accessible(page);
  await bank.getByRole('button', { name: '保存' }).click();
  await expect(page.getByText('题库还是空的').or(page.getByText('0 题'))).toBeVisible();

  const publish = page.getByRole('button', { name: '发布', exact: true });
  const kinds = {
    单选: async () => {
      await page.getByRole('textbox', { name: '选项 A' }).fill('先听');
      await page.getByRole('textbox', { name: '选项 B' }).fill('先报价');
      await page.getByRole('button', { name: '删除选项 D' }).click();
      await page.getByRole('button', { name: '删除选项 C' }).click();
      await page.getByLabel('A 是正确答案').check({ force: true });
    },
    多选: async () => {
      for (const [letter, words] of [
        ['A', '姓名'],
        ['B', '号码'],
        ['C', '天气'],
      ])
        await page.getByRole('textbox', { name: `选项 ${letter}` }).fill(words ?? '');
      await page.getByRole('button', { name: '删除选项 D' }).click();
      await page.getByLabel('A 是正确答案').check({ force: true });
      await page.getByLabel('B 是正确答案').check({ force: true });
    },
    判断: async () => page.getByRole('radiogroup', { name: '答案' }).getByRole('radio', { name: '正确' }).click(),
    简答: async () => page.getByLabel('接受的答案，一行一个').fill('回访'),
  };
  await page.getByRole('link', { name: '新题' }).click();
  await expect(page.getByRole('heading', { name: '新题' })).toBeVisible();
  for (const [kind, fill] of Object.entries(kinds)) {
    await page.getByRole('combobox', { name: '题型' }).selectOption({ label: kind });
    await page.getByRole('textbox', { name: /^题干/ }).fill(`${kind}：电话`);
    await fill();
    await page.getByLabel('讲解').fill('电话里先听，再记，再约回访。');
    await choose(page, page.getByPlaceholder('添加主题'), tag);
    await page.getByLabel('用途').selectOption({ label: '考试专用' });
    if (kind === '单选') await accessible(page);
    await expect(publish).toBeEnabled();
    await publish.click();
    await expect(page.getByText('题目已发布').first()).toBeVisible();
    if (kind === '简答') break;
    await page.getByRole('link', { name: '再写一道' }).click();
    await expect(page.getByLabel('题干')).toHaveValue('');
  }

  const title = once('电话考试');
  await page.goto('/build/exams');
  await page.getByRole('button', { name: '新建测验或考试' }).first().click();
  const making = page.getByRole('dialog', { name: '新建测验或考试' });
  await making.getByLabel('简体中文').fill(title);
  await making.getByLabel('代码').fill(`${tag}-exam`);
  await accessible(page);
  await making.getByRole('button', { name: '创建' }).click();
  await page.getByRole('button', { name: '加一条规则' }).click();
  const rule = page.getByRole('region', { name: '第 1 条规则' });
  await choose(page, rule.getByPlaceholder('限定主题或题库'), bankTitle);
  await rule.getByRole('spinbutton', { name: '题数' }).fill('5');
  await expect(page.getByText('还差 1 题', { exact: true })).toBeVisible();
  await expect(publish).toBeDisabled();
  await accessible(page);
  await rule.getByRole('spinbutton', { name: '题数' }).fill('4');
  await expect(page.getByText('题库够用')).toBeVisible();
  await publish.click();
  await expect(page.getByText('第 1 版已发布')).toBeVisible();
  await assign(page, '考试', title, await audienceOf(page, '贺兰舟'));

  const learner = await as('QM0058', DESK);
  await openTask(learner, title);
  await learner.getByRole('button', { name: '开始', exact: true }).click();
  const count = await questionCount(learner);
  expect(count).toBe(4);
  for (let n = 1; n <= count; n += 1) {
    await expect(learner.getByText(`第 ${n} 题，共 ${count} 题`)).toBeVisible();
    const stem = (await learner.getByRole('main').getByRole('heading', { level: 2 }).textContent()) ?? '';
    if (stem.startsWith('简答')) await learner.getByRole('main').getByRole('textbox').fill('约好时间再打过去');
    else
      for (const right of stem.startsWith('单选') ? ['先听'] : stem.startsWith('多选') ? ['姓名', '号码'] : ['正确'])
        await learner
          .getByRole('main')
          .getByRole(stem.startsWith('多选') ? 'checkbox' : 'radio', { name: right })
          .check({ force: true });
    if (n < count) await learner.getByRole('button', { name: '下一题' }).click();
  }
  await expect(saveState(learner)).toHaveText(/已保存 /);
  await learner.getByRole('button', { name: '交卷' }).first().click();
  await learner.getByRole('dialog', { name: '交卷吗？' }).getByRole('button', { name: '交卷' }).click();
  await expect(learner.getByText('等老师评阅')).toBeVisible();
  await accessible(learner);

  await page.goto('/build/exams');
  await page
    .getByRole('row', { name: new RegExp(title) })
    .getByRole('link', { name: '1', exact: true })
    .click();
  await expect(page.getByText('约好时间再打过去')).toBeVisible();
  await expect(page.getByText('回访', { exact: true })).toBeVisible();
  await accessible(page);
  await page.keyboard.press('1');
  await page.keyboard.press('c');
  await page.keyboard.type('说到了约时间。');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('都评完了')).toBeVisible();
  await accessible(page);

  await learner.reload();
  await expect(learner.getByTestId('score')).toHaveText('100');
  await accessible(learner);
});
