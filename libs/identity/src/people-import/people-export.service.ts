import { Inject, Injectable } from '@nestjs/common';
import { rows, writeXlsx, type Tx, type Viewer } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { PersonDirectory, type PersonFilter } from '../person/person-directory.service.js';
import type { ImportField } from './import-columns.js';
import { peopleSheet } from './people-tables.js';

@Injectable()
export class PeopleExports {
  constructor(
    @Inject(PersonDirectory) private readonly directory: PersonDirectory,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** The people in reach as .xlsx, in the shape of the import template. */
  async xlsx(tx: Tx, viewer: Viewer, filter: PersonFilter): Promise<Buffer> {
    const people = await this.directory.all(tx, viewer, filter);
    const codes = async (sql: string): Promise<Map<string, string>> =>
      new Map((await rows<{ id: string; code: string }>(tx, sql)).map((r) => [r.id, r.code]));
    const units = await codes(`select id, code from org_unit`);
    const roles = await codes(`select id, code from job_role`);
    const numbers = await codes(
      `select person_id as id, employee_number as code from person_profile where employee_number is not null`,
    );
    const tags = await codes(
      `select pt.person_id as id, string_agg(t.code, ';' order by t.code) as code from person_tag pt join tag t on t.id = pt.tag_id group by 1`,
    );
    const list = people.map((p): Record<ImportField, string | null> => ({
      employeeNumber: p.employeeNumber,
      name: p.name,
      nameEn: p.nameEn,
      email: p.email,
      mobile: p.mobile,
      hireDate: p.hireDate,
      orgUnit: units.get(p.orgUnitId ?? '') ?? null,
      jobRole: roles.get(p.jobRoleId ?? '') ?? null,
      manager: numbers.get(p.managerId ?? '') ?? null,
      locale: p.locale,
      zone: p.zone,
      tags: tags.get(p.id) ?? null,
    }));
    await this.audit.record(tx, {
      actorId: viewer.personId,
      action: 'people.exported',
      subjectType: 'people',
      subjectId: 'people',
      changes: [{ field: 'count', from: null, to: list.length }],
    });
    return writeXlsx([peopleSheet(viewer.locale, list)]);
  }
}
