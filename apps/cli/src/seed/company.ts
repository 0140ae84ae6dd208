import { parse } from 'csv-parse/sync';
import { addDays, localDayOf, type LocalDay, type Locale, type Text } from '@waymark/kernel';
import {
  Audiences,
  CareerLadder,
  Cohorts,
  Competencies,
  Grants,
  JobFamilies,
  JobRoles,
  OrgUnits,
  Persons,
  Settings,
  SignIn,
  Tags,
  type CareerStepInput,
  type GrantableRole,
  type NewPerson,
  type OrgUnitKind,
} from '@waymark/identity';
import type { SeedApp } from './app.js';
import { loadRatings } from './ratings.js';
import { seedText, seedYaml } from './files.js';

export interface DemoPerson {
  id: string;
  number: string;
  name: string;
  locale: Locale;
  zone: string;
  unit: string;
  role: string;
  manager: string | null;
  hiredDaysAgo: number;
  hireDate: LocalDay;
  tags: string[];
}

export interface Structure {
  zone: string;
  unitIds: Map<string, string>;
  roleIds: Map<string, string>;
}

export interface DemoCompany extends Structure {
  today: LocalDay;
  now: Date;
  people: DemoPerson[];
  byNumber: Map<string, DemoPerson>;
}

interface CompanyFile {
  name: Text;
  colour: string;
  languages: { default: Locale; enabled: Locale[] };
  time_zone: string;
  quiet_hours: { from: string; to: string };
  points: { name: Text };
}

interface LadderStep {
  code: string;
  title: Text;
  summary: Text;
  years: { from: number; to: number | null };
  requires: {
    courses: string[];
    certifications: string[];
    any_competency?: { count: number; level: string };
    competencies?: Record<string, string>;
    training_hours: number;
  };
}

interface HistoryFile {
  cohorts: { code: string; title: Text; hired_days_ago: { from: number; to: number } }[];
  grants: { person: string; role: GrantableRole; scope: string }[];
}

const UNIT_KIND: Record<string, OrgUnitKind> = {
  company: 'company',
  'head-office': 'region',
  region: 'region',
  department: 'department',
  team: 'team',
};
const TAG_NAMES: Record<string, Text> = {
  'new-hire': { 'zh-CN': '新人', en: 'New hire', 'zh-TW': '新人' },
  mentor: { 'zh-CN': '导师', en: 'Mentor', 'zh-TW': '導師' },
  ld: { 'zh-CN': '培训团队', en: 'L&D', 'zh-TW': '培訓團隊' },
  hr: { 'zh-CN': '人力资源', en: 'HR', 'zh-TW': '人力資源' },
};

const hour = (clock: string): number => Number(clock.split(':')[0]);

/** Settings, org tree and job roles: what content and people refer to. */
export async function loadStructure(app: SeedApp): Promise<Structure> {
  const company = await seedYaml<CompanyFile>('demo/company.yaml');
  const unitIds = new Map<string, string>();
  const roleIds = new Map<string, string>();

  await app.db.transaction(async (tx) => {
    const settings = app.get(Settings);
    await settings.save(
      tx,
      (await settings.get(tx)).revision,
      {
        name: company.name['zh-CN'] ?? '',
        colour: company.colour,
        languages: company.languages.enabled,
        defaultLocale: company.languages.default,
        zone: company.time_zone,
        pointName: company.points.name,
        quietHours: { from: hour(company.quiet_hours.from), to: hour(company.quiet_hours.to) },
      },
      null,
    );
    const { units } = await seedYaml<{ units: { code: string; parent: string | null; kind: string; title: Text }[] }>(
      'demo/org-units.yaml',
    );
    for (const u of units) {
      const unit = await app.get(OrgUnits).save(
        tx,
        {
          code: u.code,
          name: u.title,
          kind: UNIT_KIND[u.kind] ?? 'department',
          parentId: u.parent ? (unitIds.get(u.parent) ?? null) : null,
        },
        null,
      );
      unitIds.set(u.code, unit.id);
    }
    const { job_roles, families } = await seedYaml<{
      families: { code: string; title: Text }[];
      job_roles: { code: string; title: Text; family: string; requires: Record<string, string> }[];
    }>('demo/job-roles.yaml');
    const levels = new Map((await app.get(Competencies).levels(tx)).map((l) => [l.code, l.level]));
    for (const r of job_roles) {
      const { id } = await app.get(JobRoles).save(tx, { code: r.code, name: r.title }, null);
      roleIds.set(r.code, id);
      await app.get(Competencies).setRequirements(tx, id, r.requires);
    }
    const familyIds = new Map<string, string>();
    for (const f of families) {
      const id = await app.get(JobFamilies).save(tx, { code: f.code, name: f.title }, null);
      familyIds.set(f.code, id);
      const members = job_roles.filter((r) => r.family === f.code).map((r) => roleIds.get(r.code) as string);
      await app.get(JobFamilies).setRoles(tx, id, members, null);
    }
    const { ladders } = await seedYaml<{ ladders: { family: string | null; steps: LadderStep[] }[] }>(
      'demo/career-ladder.yaml',
    );
    for (const ladder of ladders) {
      const steps = ladder.steps.map(({ requires: r, ...s }): CareerStepInput => ({
        code: s.code,
        name: s.title,
        summary: s.summary,
        yearsFrom: s.years.from,
        yearsTo: s.years.to,
        requirements: {
          courses: r.courses,
          certifications: r.certifications,
          ...(r.any_competency
            ? { anyCompetency: { count: r.any_competency.count, level: levels.get(r.any_competency.level) ?? 1 } }
            : {}),
          ...(r.competencies
            ? {
                competencies: Object.entries(r.competencies).map(([dimension, level]) => ({
                  dimension,
                  level: levels.get(level) ?? 1,
                })),
              }
            : {}),
          trainingHours: r.training_hours,
        },
      }));
      await app
        .get(CareerLadder)
        .save(tx, steps, { familyId: ladder.family ? (familyIds.get(ladder.family) ?? null) : null });
    }
    await app.get(Audiences).save(
      tx,
      {
        code: 'everyone',
        name: { 'zh-CN': '全体员工', 'zh-TW': '全體員工', en: 'Everyone' },
        rule: { everyone: true },
      },
      null,
    );
  });
  return { zone: company.time_zone, unitIds, roleIds };
}

/** People with their grants, tags and cohorts, and the demo sign-ins. */
export async function loadCompany(
  app: SeedApp,
  { zone, unitIds, roleIds }: Structure,
  now: Date,
): Promise<DemoCompany> {
  const history = await seedYaml<HistoryFile>('demo/history.yaml');
  const today = localDayOf(now, zone);
  const people = await loadPeople(app, today, unitIds, roleIds);
  const byNumber = new Map(people.map((p) => [p.number, p]));
  const demo: DemoCompany = { zone, today, now, people, byNumber, unitIds, roleIds };

  await app.db.transaction(async (tx) => {
    for (const [code, name] of Object.entries(TAG_NAMES)) {
      const tag = await app.get(Tags).save(tx, { code, name }, null);
      const lead = byNumber.get('QM0002') as DemoPerson;
      for (const p of people.filter((x) => x.tags.includes(code)))
        await app.get(Tags).setOf(tx, p.id, [tag.id], lead.id);
    }
    for (const c of history.cohorts) {
      const members = people.filter(
        (p) => p.hiredDaysAgo >= c.hired_days_ago.from && p.hiredDaysAgo <= c.hired_days_ago.to,
      );
      const cohort = await app.get(Cohorts).save(
        tx,
        {
          code: c.code,
          name: c.title,
          startDay: addDays(today, -c.hired_days_ago.to),
          endDay: addDays(today, 90 - c.hired_days_ago.from),
        },
        null,
      );
      await app.get(Cohorts).setMembers(
        tx,
        cohort.id,
        members.map((p) => p.id),
        [],
        null,
      );
    }
    for (const g of history.grants) {
      const person = byNumber.get(g.person);
      if (person)
        await app.get(Grants).grant(
          tx,
          {
            personId: person.id,
            role: g.role,
            orgUnitId: g.scope === 'qiming' ? null : (unitIds.get(g.scope) ?? null),
          },
          null,
        );
    }
  });
  await loadRatings(app, demo);
  await givePasswords(app, byNumber);
  return demo;
}

async function loadPeople(
  app: SeedApp,
  today: LocalDay,
  unitIds: Map<string, string>,
  roleIds: Map<string, string>,
): Promise<DemoPerson[]> {
  const rows = parse(await seedText('demo/people.csv'), {
    columns: true,
    skip_empty_lines: true,
    trim: true,
  }) as Record<string, string>[];
  const ids = new Map<string, string>();
  const people: DemoPerson[] = [];
  // A manager stands before the people reporting to them, so one level after the other can be created set-based.
  let waiting = rows;
  await app.db.transaction(async (tx) => {
    while (waiting.length > 0) {
      const ready = waiting.filter((r) => !r['直接上级工号'] || ids.has(r['直接上级工号']));
      if (ready.length === 0) throw new Error('seeds/demo/people.csv: a manager is missing');
      const level: NewPerson[] = ready.map((r) => ({
        employeeNumber: r['工号'] ?? '',
        name: r['姓名'] ?? '',
        nameEn: r['英文名'] || null,
        email: r['邮箱'] || null,
        mobile: r['手机'] || null,
        locale: r['语言'] as Locale,
        zone: r['时区'] ?? 'Asia/Shanghai',
        hireDate: addDays(today, -Number(r['入职天数'])),
        orgUnitId: unitIds.get(r['部门编码'] ?? '') ?? '',
        jobRoleId: roleIds.get(r['岗位编码'] ?? '') ?? null,
        managerId: r['直接上级工号'] ? (ids.get(r['直接上级工号']) ?? null) : null,
      }));
      const made = await app.get(Persons).createMany(tx, level, null);
      ready.forEach((r, i) => {
        const p = level[i] as NewPerson;
        ids.set(p.employeeNumber, made[i] as string);
        people.push({
          id: made[i] as string,
          number: p.employeeNumber,
          name: p.name,
          locale: p.locale as Locale,
          zone: p.zone as string,
          unit: r['部门编码'] ?? '',
          role: r['岗位编码'] ?? '',
          manager: r['直接上级工号'] || null,
          hiredDaysAgo: Number(r['入职天数']),
          hireDate: p.hireDate,
          tags: (r['标签'] ?? '').split(';').filter(Boolean),
        });
      });
      waiting = waiting.filter((r) => !ids.has(r['工号'] ?? ''));
    }
  });
  return people.sort((a, b) => a.number.localeCompare(b.number));
}

/**
 * Only the people named in sign-ins.yaml have a password that is known. Who has been here a while has one nobody knows,
 * so that the list of people says who never signed in; the newest would use an activation code.
 */
async function givePasswords(app: SeedApp, byNumber: Map<string, DemoPerson>): Promise<void> {
  const file = await seedYaml<{
    password: string;
    sign_ins: { employee_number: string }[];
    more: { employee_number: string }[];
  }>('demo/sign-ins.yaml');
  await app.db.transaction(async (tx) => {
    for (const s of [...file.sign_ins, ...file.more]) {
      const person = byNumber.get(s.employee_number);
      if (person) await app.get(SignIn).setPassword(tx, person.id, file.password);
    }
    const settled = [...byNumber.values()].filter((p) => p.hiredDaysAgo > 3);
    await app.get(SignIn).closePasswords(
      tx,
      settled.map((p) => p.id),
    );
  });
}
