import type { Page } from '@playwright/test';
import { accessible, expect, PHONE, test } from './journey.js';

const LEARNER = 'Daniel Tan';
const NODE = { key: 'data-care', 'zh-CN': '客户数据怎么保管', en: 'Keeping customer data' };

async function ask<T>(page: Page, query: string, variables: object): Promise<T> {
  const answer = await page.request.post('/graphql', {
    data: { query, variables },
    headers: { 'x-waymark': '1', origin: new URL(page.url()).origin },
  });
  const { data, errors } = (await answer.json()) as { data: T; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

/** A draft of the map with one more reading, due on day 12. */
async function addReading(page: Page): Promise<void> {
  const { learningMap } = await ask<{ learningMap: { id: string } }>(
    page,
    `{ learningMap(code: "new-business-90") { id } }`,
    {},
  );
  const { startMapDraft: draft } = await ask<{
    startMapDraft: { revision: number; document: { nodes: { stage: string }[]; stages: { key: string }[] } };
  }>(page, `mutation($m: ID!) { startMapDraft(mapId: $m) { revision document } }`, { m: learningMap.id });
  const node = {
    key: NODE.key,
    stage: draft.document.stages[0]?.key,
    kind: 'reading',
    title: { 'zh-CN': NODE['zh-CN'], en: NODE.en },
    summary: {},
    body: { 'zh-CN': '先看哪些数据不能带出公司。', en: 'First what may not leave the company.' },
    required: true,
    prereqs: [],
    need: 0,
    dueDay: 12,
    minutes: 60,
    targetCode: null,
    carryMonths: null,
    evidence: null,
    lane: 0,
  };
  await ask(
    page,
    `mutation($m: ID!, $r: Int!, $d: JSON!) { saveMapDraft(mapId: $m, revision: $r, document: $d) { revision } }`,
    {
      m: learningMap.id,
      r: draft.revision,
      d: { ...draft.document, nodes: [...draft.document.nodes, node] },
    },
  );
}

test('@desk a new version shows who slips, takes one person along, and is waived and extended for them', async ({
  as,
}) => {
  const page = await as('QM0002');
  await page.goto('/build/maps');
  await addReading(page);
  await page.goto('/build/maps/new-business-90/publish');
  await expect(page.getByText(/^在途学员 \d+ 人$/)).toBeVisible();
  await expect(page.getByRole('heading', { name: '新增（1）' })).toBeVisible();
  await expect(page.getByRole('heading', { name: '影响最大' })).toBeVisible();
  const row = page.getByRole('row', { name: new RegExp(LEARNER) });
  await expect(row).toContainText(NODE['zh-CN']);
  const kept = Number(await row.getByRole('cell').nth(1).textContent());
  expect(kept).toBeGreaterThan(0);
  await page.getByRole('radio', { name: /只迁移选中的人/ }).check();
  await accessible(page);
  await page.getByRole('button', { name: /^发布第 \d+ 版$/ }).click();
  await expect(page.getByText('用一句话说说改了什么')).toBeVisible();
  await page.getByLabel(/^改了什么/).fill('补上客户数据保管');
  await page.getByRole('button', { name: /^发布第 \d+ 版$/ }).click();
  await expect(page.getByText('请先在列表中选人')).toBeVisible();
  await row.getByRole('checkbox').click();
  await page.getByRole('button', { name: /^发布第 \d+ 版$/ }).click();
  await expect(page.getByRole('heading', { name: '迁移记录' })).toBeVisible();
  await expect(page.getByText('已迁移 1 人').first()).toBeVisible();
  await accessible(page);

  const learner = await as('QM0052', PHONE);
  await learner.goto('/map');
  const { myMap } = await ask<{ myMap: { enrolmentId: string; done: number; versionId: string; documentUrl: string } }>(
    learner,
    `{ myMap { enrolmentId done versionId documentUrl } }`,
    {},
  );
  expect(myMap.done).toBeGreaterThan(0);
  const document = (await (await learner.request.get(myMap.documentUrl)).json()) as {
    nodes: { id: string; key: string }[];
  };
  const nodeId = document.nodes.find((n) => n.key === NODE.key)?.id as string;
  expect(nodeId).toBeTruthy();

  await page.goto('/staff/people');
  await page.getByRole('searchbox').or(page.getByRole('textbox')).first().fill(LEARNER);
  // The list is still being cut to the search: the link is tried until it leads there.
  await expect(async () => {
    await page.getByRole('link', { name: LEARNER }).first().click();
    await expect(page).toHaveURL(/\/staff\/people\/[0-9a-f-]{36}/, { timeout: 2_000 });
  }).toPass();
  const change = page.getByRole('button', { name: new RegExp(NODE['zh-CN']) });
  await change.click();
  await page.getByRole('menuitem', { name: '延期', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').last().fill('客户拜访排满了两周');
  const later = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await dialog.locator('input[type=date]').fill(later);
  await dialog.getByRole('button', { name: '延期' }).click();
  await expect(dialog).toBeHidden();
  await change.click();
  await page.getByRole('menuitem', { name: '免修', exact: true }).click();
  await dialog.getByRole('textbox').last().fill('在上一家公司学过');
  await dialog.getByRole('button', { name: '免修' }).click();
  await expect(dialog).toBeHidden();

  await learner.goto(`/map?node=${nodeId}`);
  const sheet = learner.getByRole('dialog');
  await expect(sheet.getByText('在上一家公司学过')).toBeVisible();
  await expect(sheet.getByText('客户拜访排满了两周')).toBeVisible();
  await accessible(learner);
});

test('@desk a rule says who would get a map before it is made', async ({ as }) => {
  const page = await as('QM0002');
  await page.goto('/staff/assignments');
  await page.getByRole('button', { name: /指派/ }).last().click();
  const sheet = page.getByRole('dialog');
  await sheet.getByLabel('地图').selectOption({ label: '客户成功 90 天' });
  await sheet.getByLabel('给谁').selectOption({ index: 1 });
  const dry = sheet.getByRole('region', { name: '试运行' });
  await expect(dry).toContainText('将加入');
  await dry.getByRole('button', { name: '查看' }).first().click();
  await expect(dry.getByText(/起始日|\d+月\d+日/).first()).toBeVisible();
  await accessible(page);
});
