import { accessible, expect, test } from './journey.js';

/** GBK has no encoder in Node: the few words of this file, each character by its two bytes. */
const GBK: Record<string, number> = {
  工: 0xb9a4,
  号: 0xbac5,
  姓: 0xd0d5,
  名: 0xc3fb,
  部: 0xb2bf,
  门: 0xc3c5,
  邮: 0xd3ca,
  箱: 0xcfe4,
  入: 0xc8eb,
  职: 0xd6b0,
  日: 0xc8d5,
  期: 0xc6da,
  何: 0xbace,
  田: 0xccef,
  白: 0xb0d7,
  云: 0xd4c6,
  安: 0xb0b2,
  平: 0xc6bd,
};
function gbk(text: string): Buffer {
  return Buffer.concat(
    [...text].map((c) => {
      const code = GBK[c];
      return code === undefined ? Buffer.from(c, 'ascii') : Buffer.from([code >> 8, code & 0xff]);
    }),
  );
}
const FILE = {
  name: '入职名单.csv',
  mimeType: 'text/csv',
  buffer: gbk(
    [
      '工号,姓名,部门,邮箱,入职日期',
      'QM0901,何田,east-sales-1,he.tian@qiming.example,2026-11-02',
      'QM0902,白云,nowhere,bai.yun@qiming.example,2026-11-02',
      'QM0903,安平,east-sales-1,not-a-mail,2026-11-02',
      'QM0904,田安,east-sales-2,tian.an@qiming.example,2026-11-02',
    ].join('\r\n'),
  ),
};

test('@desk people are imported from a GBK file: bad rows first, one repaired in place, a second time changes nothing', async ({
  as,
}) => {
  const page = await as('QM0002');
  await page.goto('/staff/people/import');
  await expect(page.getByRole('heading', { name: '导入人员' })).toBeVisible();
  await accessible(page);
  const file = page.getByLabel(/把表格拖到这里/);
  await file.setInputFiles(FILE);

  await expect(page.getByText('2 人可以导入')).toBeVisible();
  await expect(page.getByText('文件里共 4 行，2 行会跳过，0 行没有变化')).toBeVisible();
  await expect(page.getByText('还没有写入，可以随时离开')).toBeVisible();
  const rows = page.locator('tr[data-line]');
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(0)).toContainText('没有部门“nowhere”');
  await expect(rows.nth(1)).toContainText('“not-a-mail”不是邮箱地址');
  await expect(rows.nth(2)).toContainText('何田');
  await expect(rows.nth(3)).toContainText('新增');
  await accessible(page);

  await rows.nth(0).getByRole('button', { name: '白云' }).click();
  const line = page.getByRole('complementary', { name: '第 3 行' });
  await line.getByLabel('部门').fill('east-sales-3');
  await line.getByRole('button', { name: '改好，重新检查' }).click();
  await expect(page.getByText('3 人可以导入')).toBeVisible();
  await page.getByRole('button', { name: '导入 3 人，跳过 1 行' }).click();
  await expect(page.getByText('已导入 3 人')).toBeVisible();
  await expect(rows.filter({ hasText: '安平' })).toContainText('有错');
  await expect(rows.filter({ hasText: '白云' })).toContainText('新增');
  await accessible(page);

  await page.getByRole('link', { name: '再导入一个文件' }).click();
  await file.setInputFiles(FILE);
  await expect(page.getByText('文件里共 4 行，2 行会跳过，2 行没有变化')).toBeVisible();
  await expect(page.getByText('0 人可以导入')).toBeVisible();
  await expect(page.getByRole('button', { name: /^导入 0 人/ })).toBeDisabled();

  await page.goto('/staff/people');
  await page
    .getByRole('textbox', { name: '姓名、拼音或工号' })
    .or(page.getByPlaceholder('姓名、拼音或工号'))
    .or(page.getByRole('searchbox'))
    .first()
    .fill('baiyun');
  await expect(page.getByRole('link', { name: '白云' })).toBeVisible();
  await accessible(page);
});
