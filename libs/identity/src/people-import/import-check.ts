import { isValidZone, type LocalDay, type Locale } from '@waymark/kernel';
import { emailKey, employeeNumberKey, looksLikeEmail, looksLikeMobile, mobileKey } from '../sign-in/identifier.js';
import { REQUIRED_FIELDS, type ImportField } from './import-columns.js';
import { nameKey, pathParts, readDay, readLocale, readTags } from './import-values.js';

export type ImportCells = Partial<Record<ImportField, string>>;

export interface InputRow {
  line: number;
  cells: ImportCells;
}

export interface KnownPerson {
  id: string;
  status: 'active' | 'left';
  leftOn: LocalDay | null;
  employeeNumber: string;
  name: string;
  nameEn: string | null;
  email: string | null;
  mobile: string | null;
  locale: Locale;
  zone: string;
  hireDate: LocalDay;
  /** Last day of the employment before the present one. */
  previousTo: LocalDay | null;
  orgUnitId: string | null;
  jobRoleId: string | null;
  managerId: string | null;
  positionFrom: LocalDay | null;
  tagIds: string[];
}

export interface KnownUnit {
  id: string;
  code: string;
  /** Names in all languages, as keys. */
  names: string[];
  parentId: string | null;
  /** Inside what the importing person may change. */
  covered: boolean;
}

export interface KnownThing {
  id: string;
  code: string;
  names: string[];
}

/** The company as it is when the list is checked. */
export interface ImportSnapshot {
  today: LocalDay;
  actorId: string;
  /** The importing person may change the whole company. */
  wholeCompany: boolean;
  /** Who holds grants that reach further than the importing person's: a new address would be a way into their account. */
  widerGrants: ReadonlySet<string>;
  persons: readonly KnownPerson[];
  units: readonly KnownUnit[];
  jobRoles: readonly KnownThing[];
  tags: readonly KnownThing[];
}

export interface ImportOptions {
  mode: 'add-and-change' | 'full-list';
  createMissing: boolean;
}

export interface ImportProblem {
  field: ImportField;
  code: string;
  params?: Record<string, string | number>;
}

export interface ImportChange {
  field: ImportField;
  from: string | null;
  to: string | null;
}

export type Reference = { id: string } | { create: string } | null;

/** What a good row asks for; an absent field keeps what there is. */
export interface RowPlan {
  number: string;
  name?: string;
  nameEn?: string;
  email?: string;
  mobile?: string;
  locale?: Locale;
  zone?: string;
  hireDate?: LocalDay;
  unit?: Reference;
  role?: Reference;
  /** Key of the manager's employee number. */
  manager?: string;
  tagIds: string[];
}

export type RowOutcome = 'added' | 'changed' | 'kept' | 'refused' | 'leaving';

export interface CheckedRow {
  line: number;
  outcome: RowOutcome;
  employeeNumber: string | null;
  cells: ImportCells;
  person: KnownPerson | null;
  plan: RowPlan;
  changes: ImportChange[];
  problems: ImportProblem[];
}

export interface ImportCheck {
  /** What the list was compared with. */
  snapshot: ImportSnapshot;
  rows: CheckedRow[];
  leaving: KnownPerson[];
  /** More than 5 % of the active people in reach would leave. */
  leavingTooMany: boolean;
  missingUnits: string[];
  missingRoles: string[];
}

const LEAVING_SHARE = 0.05;
const LENGTHS: Partial<Record<ImportField, number>> = {
  employeeNumber: 64,
  name: 100,
  nameEn: 100,
  email: 254,
  mobile: 32,
};

/** What the list would do to the company, row by row. Pure: asked for the dry run, and again inside the commit. */
export function checkImport(input: readonly InputRow[], snapshot: ImportSnapshot, options: ImportOptions): ImportCheck {
  const byNumber = new Map(snapshot.persons.map((p) => [employeeNumberKey(p.employeeNumber), p]));
  const byId = new Map(snapshot.persons.map((p) => [p.id, p]));
  const lookups = makeLookups(snapshot);
  const rows = input.map((row) => readRow(row, snapshot, options, byNumber, lookups));
  refuseRepeatedNumbers(rows);
  refuseAcrossRows(rows, snapshot, byNumber, byId);
  for (const row of rows) decide(row, byId, byNumber, lookups);

  const inFile = new Set(rows.map((r) => r.plan.number).filter((n) => n !== ''));
  const reach = snapshot.persons.filter((p) => p.status === 'active' && isCovered(p, snapshot, lookups));
  const leaving =
    options.mode === 'full-list'
      ? reach.filter(
          (p) =>
            p.id !== snapshot.actorId &&
            p.hireDate <= snapshot.today &&
            !inFile.has(employeeNumberKey(p.employeeNumber)),
        )
      : [];
  const good = rows.filter((r) => r.outcome !== 'refused');
  const toCreate = (pick: (plan: RowPlan) => Reference | undefined): string[] => [
    ...new Set(
      good.flatMap((r) => {
        const ref = pick(r.plan);
        return ref && 'create' in ref ? [ref.create] : [];
      }),
    ),
  ];
  return {
    snapshot,
    rows,
    leaving,
    leavingTooMany: leaving.length > reach.length * LEAVING_SHARE,
    missingUnits: toCreate((p) => p.unit),
    missingRoles: toCreate((p) => p.role),
  };
}

interface Lookups {
  unitsByCode: Map<string, KnownUnit>;
  unitsByName: Map<string, KnownUnit[]>;
  unitsById: Map<string, KnownUnit>;
  roles: Map<string, KnownThing>;
  rolesById: Map<string, KnownThing>;
  tags: Map<string, KnownThing>;
}

function makeLookups(s: ImportSnapshot): Lookups {
  const unitsByName = new Map<string, KnownUnit[]>();
  for (const unit of s.units) {
    for (const name of new Set(unit.names)) unitsByName.set(name, [...(unitsByName.get(name) ?? []), unit]);
  }
  const things = (list: readonly KnownThing[]): Map<string, KnownThing> => {
    const map = new Map<string, KnownThing>();
    for (const thing of list) for (const name of thing.names) if (!map.has(name)) map.set(name, thing);
    for (const thing of list) map.set(nameKey(thing.code), thing);
    return map;
  };
  return {
    unitsByCode: new Map(s.units.map((u) => [u.code, u])),
    unitsByName,
    unitsById: new Map(s.units.map((u) => [u.id, u])),
    roles: things(s.jobRoles),
    rolesById: new Map(s.jobRoles.map((r) => [r.id, r])),
    tags: things(s.tags),
  };
}

function isCovered(person: KnownPerson, snapshot: ImportSnapshot, lookups: Lookups): boolean {
  if (snapshot.wholeCompany) return true;
  return person.orgUnitId !== null && (lookups.unitsById.get(person.orgUnitId)?.covered ?? false);
}

/** A unit by code, by name, or by the end of its path of names; several that fit are not guessed between. */
export function findUnit(
  text: string,
  lookups: Pick<Lookups, 'unitsByCode' | 'unitsByName' | 'unitsById'>,
): KnownUnit | 'ambiguous' | null {
  const byCode = lookups.unitsByCode.get(text.trim().toLowerCase());
  if (byCode) return byCode;
  const parts = pathParts(text).map(nameKey);
  const last = parts.at(-1);
  if (last === undefined) return null;
  const fits = (lookups.unitsByName.get(last) ?? []).filter((unit) => {
    let at: KnownUnit | undefined = unit;
    for (let i = parts.length - 2; i >= 0; i -= 1) {
      at = at.parentId ? lookups.unitsById.get(at.parentId) : undefined;
      if (!at?.names.includes(parts[i] ?? '')) return false;
    }
    return true;
  });
  return fits.length > 1 ? 'ambiguous' : (fits[0] ?? null);
}

function readRow(
  row: InputRow,
  s: ImportSnapshot,
  options: ImportOptions,
  byNumber: ReadonlyMap<string, KnownPerson>,
  lookups: Lookups,
): CheckedRow {
  const problems: ImportProblem[] = [];
  const cell = (field: ImportField): string => row.cells[field]?.trim() ?? '';
  const refuse = (field: ImportField, code: string, params?: Record<string, string | number>): void =>
    void problems.push(params ? { field, code, params } : { field, code });
  const number = employeeNumberKey(cell('employeeNumber'));
  const person = number === '' ? null : (byNumber.get(number) ?? null);
  const plan: RowPlan = { number, tagIds: [] };
  // A formula or a piece of markup got into the column; who has such a number already keeps it.
  if (number !== '' && !person && !/^[\p{L}\p{N}][\p{L}\p{N} ._/-]*$/u.test(number))
    refuse('employeeNumber', 'number-odd');

  for (const field of REQUIRED_FIELDS) {
    if (cell(field) === '' && (field === 'employeeNumber' || person?.status !== 'active')) refuse(field, 'missing');
  }
  for (const [field, max] of Object.entries(LENGTHS) as [ImportField, number][]) {
    if (cell(field).length > max) refuse(field, 'too-long', { max });
  }
  if (cell('name')) plan.name = cell('name');
  if (cell('nameEn')) plan.nameEn = cell('nameEn');
  if (cell('email')) {
    if (looksLikeEmail(cell('email'))) plan.email = cell('email').normalize('NFKC');
    else refuse('email', 'email-invalid');
  }
  if (cell('mobile')) {
    if (looksLikeMobile(cell('mobile'))) plan.mobile = cell('mobile').normalize('NFKC');
    else refuse('mobile', 'mobile-invalid');
  }
  if (cell('hireDate')) {
    const day = readDay(cell('hireDate'));
    if (day === null || day < '1950-01-01' || day > '2100-12-31') refuse('hireDate', 'day-invalid');
    else plan.hireDate = day;
  }
  if (cell('locale')) {
    const locale = readLocale(cell('locale'));
    if (locale) plan.locale = locale;
    else refuse('locale', 'locale-unknown');
  }
  if (cell('zone')) {
    if (isValidZone(cell('zone'))) plan.zone = cell('zone');
    else refuse('zone', 'zone-unknown');
  }
  if (cell('orgUnit')) {
    const unit = findUnit(cell('orgUnit'), lookups);
    if (unit === 'ambiguous') refuse('orgUnit', 'org-unit-ambiguous');
    else if (unit && !s.wholeCompany && !unit.covered) refuse('orgUnit', 'outside-scope');
    else if (unit) plan.unit = { id: unit.id };
    else if (options.createMissing && s.wholeCompany) plan.unit = { create: pathParts(cell('orgUnit')).join(' / ') };
    else refuse('orgUnit', 'org-unit-unknown');
  }
  if (cell('jobRole')) {
    const role = lookups.roles.get(nameKey(cell('jobRole')));
    if (role) plan.role = { id: role.id };
    else if (options.createMissing && s.wholeCompany) plan.role = { create: cell('jobRole').normalize('NFKC') };
    else refuse('jobRole', 'job-role-unknown');
  }
  if (cell('manager')) {
    plan.manager = employeeNumberKey(cell('manager'));
    if (plan.manager === number) refuse('manager', 'manager-is-self');
  }
  for (const tag of readTags(cell('tags'))) {
    const known = lookups.tags.get(nameKey(tag));
    if (known) plan.tagIds.push(known.id);
    else refuse('tags', 'tag-unknown', { tag });
  }
  if (person && !isCovered(person, s, lookups) && person.status === 'active') refuse('employeeNumber', 'outside-scope');
  if (person && s.widerGrants.has(person.id)) {
    if (plan.email !== undefined && plan.email !== person.email) refuse('email', 'outside-scope');
    if (plan.mobile !== undefined && plan.mobile !== person.mobile) refuse('mobile', 'outside-scope');
  }
  if (person?.status === 'left' && plan.hireDate && person.leftOn && plan.hireDate <= person.leftOn) {
    refuse('hireDate', 'rehire-needs-later-day', { leftOn: person.leftOn });
  }
  if (person?.status === 'active' && plan.hireDate && person.previousTo && plan.hireDate <= person.previousTo) {
    refuse('hireDate', 'hire-overlaps-earlier', { earlierTo: person.previousTo });
  }
  return {
    line: row.line,
    outcome: problems.length > 0 ? 'refused' : 'kept',
    employeeNumber: cell('employeeNumber') || null,
    cells: row.cells,
    person,
    plan,
    changes: [],
    problems,
  };
}

function refuseRow(row: CheckedRow, field: ImportField, code: string, params?: Record<string, string | number>): void {
  row.outcome = 'refused';
  row.problems.push(params ? { field, code, params } : { field, code });
}

/** Of rows with one number the first counts: which is right is not ours to guess, so the others are named. */
function refuseRepeatedNumbers(rows: readonly CheckedRow[]): void {
  const first = new Map<string, number>();
  for (const row of rows) {
    if (row.plan.number === '') continue;
    const line = first.get(row.plan.number);
    if (line === undefined) first.set(row.plan.number, row.line);
    else refuseRow(row, 'employeeNumber', 'number-repeated', { line });
  }
}

/**
 * What one row needs of others: managers that exist or are added, no loop of managers, e-mail and mobile of one person
 * only. A refusal can pull others after it, so this runs until nothing changes.
 */
function refuseAcrossRows(
  rows: readonly CheckedRow[],
  s: ImportSnapshot,
  byNumber: ReadonlyMap<string, KnownPerson>,
  byId: ReadonlyMap<string, KnownPerson>,
): void {
  for (;;) {
    const good = rows.filter((r) => r.outcome !== 'refused');
    const goodByNumber = new Map(good.map((r) => [r.plan.number, r]));
    const before = good.length;
    for (const row of good) {
      const m = row.plan.manager;
      if (m !== undefined && byNumber.get(m)?.status !== 'active' && !goodByNumber.has(m)) {
        const elsewhere = rows.find((r) => r.plan.number === m);
        if (elsewhere) refuseRow(row, 'manager', 'manager-refused', { line: elsewhere.line });
        else refuseRow(row, 'manager', byNumber.has(m) ? 'manager-left' : 'manager-unknown');
      }
    }
    refuseManagerLoops(
      good.filter((r) => r.outcome !== 'refused'),
      byNumber,
      byId,
    );
    refuseShared(good, s, 'email', emailKey);
    refuseShared(good, s, 'mobile', mobileKey);
    if (rows.filter((r) => r.outcome !== 'refused').length === before) return;
  }
}

function refuseManagerLoops(
  good: readonly CheckedRow[],
  byNumber: ReadonlyMap<string, KnownPerson>,
  byId: ReadonlyMap<string, KnownPerson>,
): void {
  const rowOf = new Map(good.map((r) => [r.plan.number, r]));
  const managerOf = (number: string): string | null => {
    const planned = rowOf.get(number)?.plan.manager;
    if (planned !== undefined) return planned;
    const managerId = byNumber.get(number)?.managerId;
    const manager = managerId ? byId.get(managerId) : undefined;
    return manager ? employeeNumberKey(manager.employeeNumber) : null;
  };
  const safe = new Set<string>();
  for (const row of good) {
    if (row.plan.manager === undefined) continue;
    const path: string[] = [];
    const onPath = new Set<string>();
    let at: string | null = row.plan.number;
    while (at !== null && !safe.has(at) && !onPath.has(at)) {
      onPath.add(at);
      path.push(at);
      at = managerOf(at);
    }
    if (at !== null && onPath.has(at)) {
      for (const number of path.slice(path.indexOf(at))) {
        const looped = rowOf.get(number);
        if (looped?.plan.manager !== undefined && looped.outcome !== 'refused')
          refuseRow(looped, 'manager', 'manager-loop');
      }
    }
    for (const number of path) safe.add(number);
  }
}

function refuseShared(
  rows: readonly CheckedRow[],
  s: ImportSnapshot,
  field: 'email' | 'mobile',
  keyOf: (text: string) => string,
): void {
  const good = rows.filter((r) => r.outcome !== 'refused');
  const givenUp = new Set(good.flatMap((r) => (r.person && r.plan[field] !== undefined ? [r.person.id] : [])));
  const owner = new Map<string, string>();
  for (const p of s.persons) {
    const value = p[field];
    if (value !== null && !givenUp.has(p.id)) owner.set(keyOf(value), p.id);
  }
  const first = new Map<string, CheckedRow>();
  for (const row of good) {
    const value = row.plan[field];
    if (value === undefined) continue;
    const key = keyOf(value);
    const other = first.get(key);
    if (other) refuseRow(row, field, `${field}-repeated`, { line: other.line });
    else if (owner.has(key) && owner.get(key) !== row.person?.id) refuseRow(row, field, `${field}-taken`);
    else first.set(key, row);
  }
}

function decide(
  row: CheckedRow,
  byId: ReadonlyMap<string, KnownPerson>,
  byNumber: ReadonlyMap<string, KnownPerson>,
  lookups: Lookups,
): void {
  if (row.outcome === 'refused') return;
  const { person, plan } = row;
  if (!person || person.status === 'left') {
    row.outcome = 'added';
    return;
  }
  const changes: ImportChange[] = [];
  const compare = (field: ImportField, from: string | null, to: string | undefined): void => {
    if (to !== undefined && to !== from) changes.push({ field, from, to });
  };
  compare('name', person.name, plan.name);
  compare('nameEn', person.nameEn, plan.nameEn);
  compare('email', person.email, plan.email);
  compare('mobile', person.mobile, plan.mobile);
  compare('locale', person.locale, plan.locale);
  compare('zone', person.zone, plan.zone);
  compare('hireDate', person.hireDate, plan.hireDate);
  const referenced = (ref: Reference | undefined, label: (id: string) => string | null): string | undefined =>
    ref ? ('create' in ref ? ref.create : (label(ref.id) ?? ref.id)) : undefined;
  const unitCode = (id: string): string | null => lookups.unitsById.get(id)?.code ?? null;
  const roleCode = (id: string): string | null => lookups.rolesById.get(id)?.code ?? null;
  compare('orgUnit', person.orgUnitId ? unitCode(person.orgUnitId) : null, referenced(plan.unit, unitCode));
  compare('jobRole', person.jobRoleId ? roleCode(person.jobRoleId) : null, referenced(plan.role, roleCode));
  const managerNumber = person.managerId ? (byId.get(person.managerId)?.employeeNumber ?? null) : null;
  if (plan.manager !== undefined && (managerNumber === null || employeeNumberKey(managerNumber) !== plan.manager)) {
    compare('manager', managerNumber, byNumber.get(plan.manager)?.employeeNumber ?? plan.manager);
  }
  const newTags = plan.tagIds.filter((t) => !person.tagIds.includes(t));
  if (newTags.length > 0) changes.push({ field: 'tags', from: null, to: row.cells.tags ?? null });
  row.changes = changes;
  row.outcome = changes.length > 0 ? 'changed' : 'kept';
}
