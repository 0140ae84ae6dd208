import { expect, it } from 'vitest';
import { loadAreas, setLocale } from '../../app/i18n.js';
import { changesInWords, valueWords } from './audit-words.js';

const SALES = '0198c0de-0000-7000-8000-000000000001';
const NEW_HIRE = '0198c0de-0000-7000-8000-000000000002';
const names = new Map([
  [SALES, 'Sales'],
  [NEW_HIRE, 'New hire'],
]);
const rule = JSON.stringify({
  orgUnitIds: [SALES],
  jobRoleIds: [NEW_HIRE],
  personIds: ['0198c0de-0000-7000-8000-000000000003'],
  within: [[SALES]],
});

it('says the rule of an audience in the words of each language', async () => {
  await loadAreas(['staff']);
  const said: string[] = [];
  for (const locale of ['zh-CN', 'zh-TW', 'en'] as const) {
    await setLocale(locale);
    const words = valueWords('rule', rule, names);
    expect(words).not.toMatch(/[{}"[\]]|audiences\./);
    said.push(words);
    expect(valueWords('rule', '{}', names)).not.toMatch(/[{}]|audiences\./);
  }
  expect(new Set(said).size).toBe(3);
  expect(said[2]).toBe('Sales and New hire, plus 1, within Sales only');
});

it('leaves out what is the same before and after, and says of a translation that it is one', async () => {
  await loadAreas(['audit']);
  await setLocale('zh-CN');
  const change = (field: string, from: string, to: string) => ({ field, from, to });
  const said = changesInWords(
    'competency.changed',
    [
      change('meaning', '1', '1'),
      change('name', '{"zh-CN":"团队协作"}', '{"zh-CN":"团队协作","en":"Teamwork"}'),
      change('code', 'a', 'b'),
    ],
    names,
  );
  expect(said.map((c) => [c.from, c.to])).toEqual([
    ['', '另一种语言的文字'],
    ['a', 'b'],
  ]);
  expect(said[0]?.field).toBe('名称');
  expect(changesInWords('person.changed', [change('name', '甲', '乙')], names)[0]?.field).toBe('姓名');
});
