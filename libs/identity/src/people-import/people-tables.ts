import type { Locale } from '@waymark/kernel';
import type { TableSheet } from '@waymark/platform';
import { HEADINGS, IMPORT_FIELDS, REQUIRED_FIELDS, type ImportField } from './import-columns.js';

const HINTS: Record<ImportField, Record<Locale, string>> = {
  employeeNumber: {
    'zh-CN': '每人唯一，导入时按它找人',
    'zh-TW': '每人唯一，匯入時依它找人',
    en: 'Unique; the import finds people by it',
  },
  name: { 'zh-CN': '姓名', 'zh-TW': '姓名', en: 'Name' },
  nameEn: { 'zh-CN': '可不填', 'zh-TW': '可不填', en: 'Optional' },
  email: { 'zh-CN': '可不填；可用来登录', 'zh-TW': '可不填；可用來登入', en: 'Optional; can be used to sign in' },
  mobile: { 'zh-CN': '可不填；可用来登录', 'zh-TW': '可不填；可用來登入', en: 'Optional; can be used to sign in' },
  hireDate: { 'zh-CN': '如 2026-03-02', 'zh-TW': '如 2026-03-02', en: 'Such as 2026-03-02' },
  orgUnit: {
    'zh-CN': '部门编码、名称，或路径：华北 / 销售部',
    'zh-TW': '部門編碼、名稱，或路徑：華北 / 銷售部',
    en: 'Code, name, or path: North / Sales',
  },
  jobRole: { 'zh-CN': '岗位编码或名称，可不填', 'zh-TW': '職務編碼或名稱，可不填', en: 'Code or name; optional' },
  manager: {
    'zh-CN': '上级的工号，可在后面的行',
    'zh-TW': '主管的工號，可在後面的列',
    en: 'Employee number; may stand in a later row',
  },
  locale: {
    'zh-CN': 'zh-CN、zh-TW 或 en，可不填',
    'zh-TW': 'zh-CN、zh-TW 或 en，可不填',
    en: 'zh-CN, zh-TW or en; optional',
  },
  zone: {
    'zh-CN': '如 Asia/Shanghai，可不填',
    'zh-TW': '如 Asia/Taipei，可不填',
    en: 'Such as Asia/Shanghai; optional',
  },
  tags: {
    'zh-CN': '已有标签的编码或名称，用分号隔开',
    'zh-TW': '已有標籤的編碼或名稱，以分號隔開',
    en: 'Codes or names of tags that exist, separated by semicolons',
  },
};
const WORDS: Record<
  Locale,
  { people: string; help: string; column: string; needed: string; what: string; yes: string }
> = {
  'zh-CN': { people: '人员', help: '填写说明', column: '列', needed: '必填', what: '怎么填', yes: '是' },
  'zh-TW': { people: '人員', help: '填寫說明', column: '欄', needed: '必填', what: '怎麼填', yes: '是' },
  en: {
    people: 'People',
    help: 'How to fill in',
    column: 'Column',
    needed: 'Needed',
    what: 'What to enter',
    yes: 'yes',
  },
};

function columns(locale: Locale): TableSheet['columns'] {
  return IMPORT_FIELDS.map((field) => ({
    heading: HEADINGS[field][locale],
    kind: field === 'hireDate' ? ('day' as const) : ('text' as const),
    width: field === 'email' || field === 'orgUnit' ? 28 : 18,
  }));
}

/** An empty list to fill in; the second sheet explains the columns. */
export function templateSheets(locale: Locale): TableSheet[] {
  const words = WORDS[locale];
  return [
    { name: words.people, columns: columns(locale), rows: [] },
    {
      name: words.help,
      columns: [{ heading: words.column, width: 26 }, { heading: words.needed }, { heading: words.what, width: 60 }],
      rows: IMPORT_FIELDS.map((f) => [
        HEADINGS[f][locale],
        REQUIRED_FIELDS.includes(f) ? words.yes : '',
        HINTS[f][locale],
      ]),
    },
  ];
}

/** People in the shape of the template, so that an export can be edited and imported again. */
export function peopleSheet(locale: Locale, people: readonly Record<ImportField, string | null>[]): TableSheet {
  return {
    name: WORDS[locale].people,
    columns: columns(locale),
    rows: people.map((p) => IMPORT_FIELDS.map((f) => p[f])),
  };
}
