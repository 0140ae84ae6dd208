import { describe, expect, it } from 'vitest';
import { mapHeadings, missingFields } from './import-columns.js';
import { checkImport, type ImportSnapshot, type InputRow, type KnownPerson } from './import-check.js';
import { readDay, readLocale } from './import-values.js';

const person = (n: number, over: Partial<KnownPerson> = {}): KnownPerson => ({
  id: `p${n}`,
  status: 'active',
  leftOn: null,
  employeeNumber: `Q${n}`,
  name: `人${n}`,
  nameEn: null,
  email: `p${n}@x.example`,
  mobile: null,
  locale: 'zh-CN',
  zone: 'Asia/Shanghai',
  hireDate: '2025-01-06',
  previousTo: null,
  orgUnitId: 'north-sales',
  jobRoleId: null,
  managerId: null,
  positionFrom: '2025-01-06',
  tagIds: [],
  ...over,
});
const snapshot = (persons: KnownPerson[], over: Partial<ImportSnapshot> = {}): ImportSnapshot => ({
  today: '2026-03-02',
  actorId: 'actor',
  wholeCompany: true,
  widerGrants: new Set(),
  persons,
  units: [
    { id: 'north', code: 'north', names: ['华北', 'north'], parentId: null, covered: true },
    { id: 'north-sales', code: 'north-sales', names: ['销售部', 'sales'], parentId: 'north', covered: true },
    { id: 'east', code: 'east', names: ['华东'], parentId: null, covered: false },
    { id: 'east-sales', code: 'east-sales', names: ['销售部'], parentId: 'east', covered: false },
  ],
  jobRoles: [{ id: 'r1', code: 'adviser', names: ['顾问'] }],
  tags: [],
  ...over,
});
const row = (line: number, cells: InputRow['cells']): InputRow => ({ line, cells });
const full = (line: number, n: string, over: InputRow['cells'] = {}): InputRow =>
  row(line, { employeeNumber: n, name: `新${n}`, hireDate: '2026-03-02', orgUnit: 'north-sales', ...over });
const add = { mode: 'add-and-change', createMissing: false } as const;
const list = { mode: 'full-list', createMissing: false } as const;
const said = (check: ReturnType<typeof checkImport>): Record<number, string> =>
  Object.fromEntries(
    check.rows.map((r) => [
      r.line,
      r.problems.length ? r.problems.map((p) => `${p.field}:${p.code}`).join(' ') : r.outcome,
    ]),
  );

describe('headings', () => {
  it('maps Chinese and English, with marks, brackets and any case; the first of two wins', () => {
    const fields = mapHeadings([
      '*工号',
      '姓 名',
      'E-Mail',
      '手机号（必填）',
      '入职时间',
      'Department',
      '备注',
      '员工编号',
    ]);
    expect(fields).toEqual(['employeeNumber', 'name', 'email', 'mobile', 'hireDate', 'orgUnit', null, null]);
    expect(missingFields(mapHeadings(['姓名']))).toEqual(['employeeNumber', 'hireDate', 'orgUnit']);
  });
});

describe('values', () => {
  it.each([
    ['2026-03-02', '2026-03-02'],
    ['2026/3/2', '2026-03-02'],
    ['2026年3月2日', '2026-03-02'],
    ['２０２６．３．２', '2026-03-02'],
    ['20260302', '2026-03-02'],
    ['2026-03-02 08:30', '2026-03-02'],
    ['46083', '2026-03-02'],
    ['2026-02-30', null],
    ['03/02/2026', null],
    ['soon', null],
  ])('day %j is %j', (text, day) => expect(readDay(text)).toBe(day));
  it('reads languages', () =>
    expect(['zh_CN', '繁體中文', 'English', 'fr'].map(readLocale)).toEqual(['zh-CN', 'zh-TW', 'en', null]));
});

describe('checking a list', () => {
  it('tells added, changed and kept rows apart; an empty cell keeps what there is', () => {
    const check = checkImport(
      [
        full(2, 'N1'),
        row(3, { employeeNumber: 'q1', name: '人1', email: '' }),
        row(4, { employeeNumber: 'Q2', name: '新名', orgUnit: '华北/销售部' }),
      ],
      snapshot([person(1), person(2)]),
      add,
    );
    expect(said(check)).toEqual({ 2: 'added', 3: 'kept', 4: 'changed' });
    expect(check.rows[2]?.changes).toEqual([{ field: 'name', from: '人2', to: '新名' }]);
  });

  it('names each bad field', () => {
    const check = checkImport(
      [
        row(2, { name: 'x' }),
        full(3, 'N3', {
          email: 'no',
          mobile: '1',
          hireDate: 'soon',
          orgUnit: 'moon',
          jobRole: 'king',
          locale: 'fr',
          zone: 'Mars/Base',
        }),
        full(4, 'N4', { orgUnit: '销售部' }),
        full(5, 'N5', { manager: 'N5' }),
        full(6, 'N6'),
        full(7, 'ｎ6'),
        full(8, '=1+1'),
        full(9, '<b>9</b>'),
        full(10, '工号-7'),
      ],
      snapshot([]),
      add,
    );
    expect(said(check)).toEqual({
      2: 'employeeNumber:missing hireDate:missing orgUnit:missing',
      3: 'email:email-invalid mobile:mobile-invalid hireDate:day-invalid locale:locale-unknown zone:zone-unknown orgUnit:org-unit-unknown jobRole:job-role-unknown',
      4: 'orgUnit:org-unit-ambiguous',
      5: 'manager:manager-is-self',
      6: 'added',
      7: 'employeeNumber:number-repeated',
      8: 'employeeNumber:number-odd',
      9: 'employeeNumber:number-odd',
      10: 'added',
    });
  });

  it('finds managers in later rows; a refused manager pulls the report along', () => {
    const check = checkImport(
      [
        full(2, 'A', { manager: 'B' }),
        full(3, 'B'),
        full(4, 'C', { manager: 'D' }),
        full(5, 'D', { email: 'bad' }),
        full(6, 'E', { manager: 'C' }),
        full(7, 'F', { manager: 'Z' }),
      ],
      snapshot([]),
      add,
    );
    expect(said(check)).toEqual({
      2: 'added',
      3: 'added',
      4: 'manager:manager-refused',
      5: 'email:email-invalid',
      6: 'manager:manager-refused',
      7: 'manager:manager-unknown',
    });
  });

  it('refuses a loop of managers, also through people who are not in the list', () => {
    const check = checkImport(
      [full(2, 'A', { manager: 'B' }), full(3, 'B', { manager: 'A' }), row(4, { employeeNumber: 'Q1', manager: 'Q2' })],
      snapshot([person(1), person(2, { managerId: 'p1' })]),
      add,
    );
    expect(said(check)).toEqual({ 2: 'manager:manager-loop', 3: 'manager:manager-loop', 4: 'manager:manager-loop' });
  });

  it('lets two people swap their addresses but not share one', () => {
    const swap = checkImport(
      [
        row(2, { employeeNumber: 'Q1', email: 'p2@x.example' }),
        row(3, { employeeNumber: 'Q2', email: 'P1@x.example' }),
      ],
      snapshot([person(1), person(2)]),
      add,
    );
    expect(said(swap)).toEqual({ 2: 'changed', 3: 'changed' });
    const share = checkImport(
      [
        full(2, 'N1', { email: 'p1@X.example' }),
        full(3, 'N2', { email: 'n@x.example' }),
        full(4, 'N3', { email: 'N@x.example' }),
      ],
      snapshot([person(1)]),
      add,
    );
    expect(said(share)).toEqual({ 2: 'email:email-taken', 3: 'added', 4: 'email:email-repeated' });
  });

  it('takes somebody who left back only from a later day', () => {
    const left = person(1, { status: 'left', leftOn: '2026-01-31', orgUnitId: null });
    expect(said(checkImport([full(2, 'Q1', { hireDate: '2026-01-31' })], snapshot([left]), add))).toEqual({
      2: 'hireDate:rehire-needs-later-day',
    });
    expect(said(checkImport([full(2, 'Q1')], snapshot([left]), add))).toEqual({ 2: 'added' });
  });

  it('creates missing units and roles only when asked', () => {
    const check = checkImport([full(2, 'N1', { orgUnit: '华南 / 销售', jobRole: '店长' })], snapshot([]), {
      mode: 'add-and-change',
      createMissing: true,
    });
    expect(said(check)).toEqual({ 2: 'added' });
    expect(check).toMatchObject({ missingUnits: ['华南 / 销售'], missingRoles: ['店长'] });
  });

  it('keeps a regional importer inside the region', () => {
    const scope = { wholeCompany: false };
    const people = [person(1), person(2, { orgUnitId: 'east-sales' })];
    const check = checkImport(
      [full(2, 'N1', { orgUnit: 'east-sales' }), row(3, { employeeNumber: 'Q2', name: 'x' }), full(4, 'N2')],
      snapshot(people, scope),
      list,
    );
    expect(said(check)).toEqual({ 2: 'orgUnit:outside-scope', 3: 'employeeNumber:outside-scope', 4: 'added' });
    expect(check.leaving.map((p) => p.id)).toEqual(['p1']);
  });

  it('gives nobody with wider grants a new address', () => {
    const people = [person(1), person(2)];
    const check = checkImport(
      [
        row(2, { employeeNumber: 'Q1', email: 'new@x.example' }),
        row(3, { employeeNumber: 'Q2', email: 'other@x.example' }),
      ],
      snapshot(people, { widerGrants: new Set(['p1']) }),
      add,
    );
    expect(said(check)).toEqual({ 2: 'email:outside-scope', 3: 'changed' });
  });

  it('a full list names who would leave, never the importer nor a refused row, and stops above 5 %', () => {
    const people = Array.from({ length: 40 }, (_, i) => person(i + 1));
    const rows = (n: number): InputRow[] =>
      people
        .slice(n)
        .map((p, i) => row(i + 2, { employeeNumber: p.employeeNumber, ...(i === 0 ? { email: 'bad' } : {}) }));
    const two = checkImport(rows(2), snapshot(people), list);
    expect(two.leaving.map((p) => p.id)).toEqual(['p1', 'p2']);
    expect(two.leavingTooMany).toBe(false);
    expect(checkImport(rows(3), snapshot(people), list).leavingTooMany).toBe(true);
    expect(checkImport(rows(2), snapshot(people, { actorId: 'p1' }), list).leaving.map((p) => p.id)).toEqual(['p2']);
    expect(checkImport(rows(3), snapshot(people), add).leaving).toEqual([]);
  });
});
