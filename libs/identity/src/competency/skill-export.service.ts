import { Inject, Injectable } from '@nestjs/common';
import { pickText, type Locale } from '@waymark/kernel';
import { rows, type TableSheet, type Tx, type Viewer } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { PersonCards } from '../person/person-card.service.js';
import { Competencies } from './competency.service.js';
import { SkillTables, type SkillFilter } from './skill-table.service.js';

const WORDS: Record<
  Locale,
  Record<'sheet' | 'number' | 'name' | 'unit' | 'role' | 'missing' | 'required' | 'has', string>
> = {
  'zh-CN': {
    sheet: '能力差距',
    number: '工号',
    name: '姓名',
    unit: '部门',
    role: '岗位',
    missing: '差距合计',
    required: '要求',
    has: '现有',
  },
  'zh-TW': {
    sheet: '能力差距',
    number: '員工編號',
    name: '姓名',
    unit: '部門',
    role: '職務',
    missing: '差距合計',
    required: '要求',
    has: '現有',
  },
  en: {
    sheet: 'Skill gaps',
    number: 'Employee number',
    name: 'Name',
    unit: 'Unit',
    role: 'Job role',
    missing: 'Levels missing',
    required: 'required',
    has: 'has',
  },
};

/** The skill table as a file: two columns per dimension, what is required and what there is. */
@Injectable()
export class SkillExports {
  constructor(
    @Inject(SkillTables) private readonly tables: SkillTables,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  async sheets(tx: Tx, viewer: Viewer, filter: SkillFilter): Promise<TableSheet[]> {
    const locale = viewer.locale;
    const words = WORDS[locale];
    const list = await this.tables.all(tx, viewer, filter);
    const ids = list.map((r) => r.personId);
    const cards = await this.cards.load(tx, ids, locale);
    const numbers = new Map(
      (
        await rows<{ id: string; number: string | null }>(
          tx,
          `select person_id as id, employee_number as number from person_profile where person_id = any ($1::uuid[])`,
          [ids],
        )
      ).map((n) => [n.id, n.number]),
    );
    const roles = await this.jobRoles.load(
      tx,
      list.flatMap((r) => (r.jobRoleId ? [r.jobRoleId] : [])),
    );
    const dimensions = await this.competencies.dimensions(tx);
    await this.audit.record(tx, {
      actorId: viewer.personId,
      action: 'skills.exported',
      subjectType: 'skills',
      subjectId: filter.orgUnitId ?? 'all',
      changes: [{ field: 'people', from: null, to: list.length }],
    });
    return [
      {
        name: words.sheet,
        columns: [
          { heading: words.number },
          { heading: words.name },
          { heading: words.unit, width: 24 },
          { heading: words.role, width: 24 },
          ...dimensions.flatMap((d) => {
            const name = pickText(d.name, locale);
            return [
              { heading: `${name} ${words.required}`, kind: 'number' as const },
              { heading: `${name} ${words.has}`, kind: 'number' as const },
            ];
          }),
          { heading: words.missing, kind: 'number' },
        ],
        rows: list.map((r) => [
          numbers.get(r.personId) ?? '',
          cards.get(r.personId)?.name ?? '',
          cards.get(r.personId)?.unit ?? '',
          r.jobRoleId ? pickText(roles.get(r.jobRoleId)?.name, locale) : '',
          ...dimensions.flatMap((_, i) => [r.required[i] ?? null, r.assessed[i] ?? r.self[i] ?? null]),
          r.missing,
        ]),
      },
    ];
  }
}
