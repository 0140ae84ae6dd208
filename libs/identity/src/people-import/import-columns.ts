import type { Locale } from '@waymark/kernel';

/** What a column of a people list can hold. */
export const IMPORT_FIELDS = [
  'employeeNumber',
  'name',
  'nameEn',
  'email',
  'mobile',
  'hireDate',
  'orgUnit',
  'jobRole',
  'manager',
  'locale',
  'zone',
  'tags',
] as const;
export type ImportField = (typeof IMPORT_FIELDS)[number];

/** Columns without which nobody can be added. */
export const REQUIRED_FIELDS: readonly ImportField[] = ['employeeNumber', 'name', 'hireDate', 'orgUnit'];

export const HEADINGS: Record<ImportField, Record<Locale, string>> = {
  employeeNumber: { 'zh-CN': '工号', 'zh-TW': '工號', en: 'Employee number' },
  name: { 'zh-CN': '姓名', 'zh-TW': '姓名', en: 'Name' },
  nameEn: { 'zh-CN': '英文名', 'zh-TW': '英文名', en: 'English name' },
  email: { 'zh-CN': '邮箱', 'zh-TW': '電子郵件', en: 'E-mail' },
  mobile: { 'zh-CN': '手机', 'zh-TW': '手機', en: 'Mobile' },
  hireDate: { 'zh-CN': '入职日期', 'zh-TW': '到職日期', en: 'Hire date' },
  orgUnit: { 'zh-CN': '部门', 'zh-TW': '部門', en: 'Department' },
  jobRole: { 'zh-CN': '岗位', 'zh-TW': '職務', en: 'Job role' },
  manager: { 'zh-CN': '直接上级工号', 'zh-TW': '直屬主管工號', en: "Manager's employee number" },
  locale: { 'zh-CN': '语言', 'zh-TW': '語言', en: 'Language' },
  zone: { 'zh-CN': '时区', 'zh-TW': '時區', en: 'Time zone' },
  tags: { 'zh-CN': '标签', 'zh-TW': '標籤', en: 'Tags' },
};

const SYNONYMS: Record<ImportField, readonly string[]> = {
  employeeNumber: [
    '员工编号',
    '员工号',
    '职工号',
    '人员编号',
    '工号id',
    '員工編號',
    '員工編號id',
    'employee id',
    'employee no',
    'emp id',
    'emp no',
    'staff id',
    'staff number',
    'personnel number',
    'number',
    'id',
  ],
  name: [
    '员工姓名',
    '名字',
    '中文名',
    '中文姓名',
    '員工姓名',
    'full name',
    'employee name',
    'chinese name',
    'display name',
  ],
  nameEn: ['英文姓名', '外文名', '拼音', 'english', 'latin name', 'name en', 'preferred name'],
  email: [
    '电子邮箱',
    '邮件',
    '电子邮件',
    '公司邮箱',
    '工作邮箱',
    '信箱',
    'mail',
    'email',
    'email address',
    'work email',
    'e mail',
  ],
  mobile: [
    '手机号',
    '手机号码',
    '联系电话',
    '电话',
    '移动电话',
    '手機號碼',
    '電話',
    'phone',
    'mobile phone',
    'mobile number',
    'cell',
    'telephone',
  ],
  hireDate: [
    '入职时间',
    '入职日',
    '到岗日期',
    '到职日期',
    '报到日期',
    '入司日期',
    '入職日期',
    '到職日',
    'start date',
    'join date',
    'joining date',
    'date of joining',
    'hired',
    'hired on',
    'entry date',
  ],
  orgUnit: [
    '所属部门',
    '部门名称',
    '部门编码',
    '部门路径',
    '组织',
    '组织单元',
    '所在部门',
    '單位',
    '所屬部門',
    'org unit',
    'organisation',
    'organization',
    'unit',
    'team',
    'dept',
    'department code',
    'department name',
  ],
  jobRole: [
    '岗位名称',
    '岗位编码',
    '职位',
    '职务',
    '职称',
    '職位',
    '崗位',
    'job',
    'role',
    'job title',
    'title',
    'position',
    'job role code',
  ],
  manager: [
    '直接上级',
    '上级工号',
    '上级',
    '主管',
    '主管工号',
    '直属上级',
    '直属领导',
    '汇报对象',
    '汇报人工号',
    '直屬主管',
    '主管工號',
    'manager',
    'manager id',
    'manager number',
    'line manager',
    'reports to',
    'supervisor',
    'manager employee number',
  ],
  locale: ['语言偏好', '界面语言', '語系', 'locale', 'lang', 'preferred language'],
  zone: ['时区名称', 'timezone', 'tz', 'zone'],
  tags: ['标记', '人员标签', '標記', 'tag', 'labels', 'label'],
};

/** A heading without case, width, spaces, marks and what stands in brackets. */
function plain(heading: string): string {
  return heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[([【].*?[)\]】]/g, '')
    .replace(/[*＊:_\-.'’/\s]/g, '');
}

const BY_HEADING = new Map<string, ImportField>();
for (const field of IMPORT_FIELDS) {
  for (const word of [field, ...Object.values(HEADINGS[field]), ...SYNONYMS[field]]) BY_HEADING.set(plain(word), field);
}

/** The field of each heading; null where none fits. A field is given to the first column that names it. */
export function mapHeadings(headings: readonly string[]): (ImportField | null)[] {
  const taken = new Set<ImportField>();
  return headings.map((heading) => {
    const field = BY_HEADING.get(plain(heading)) ?? null;
    if (field === null || taken.has(field)) return null;
    taken.add(field);
    return field;
  });
}

export function missingFields(fields: readonly (ImportField | null)[]): ImportField[] {
  return REQUIRED_FIELDS.filter((f) => !fields.includes(f));
}
