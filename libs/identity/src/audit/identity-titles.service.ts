import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { pickText, type Text } from '@waymark/kernel';
import { rows, SubjectTitles } from '@waymark/platform';

const NAMED = {
  'org-unit': 'org_unit',
  'job-role': 'job_role',
  'job-family': 'job_family',
  competency: 'competency_dimension',
  cohort: 'cohort',
  tag: 'tag',
  audience: 'audience',
};

/** What the company's units, roles, groups and lists are called, for those who know only their ids. */
@Injectable()
export class IdentityTitles implements OnModuleInit {
  constructor(@Inject(SubjectTitles) private readonly titles: SubjectTitles) {}

  onModuleInit(): void {
    for (const [type, table] of Object.entries(NAMED)) {
      this.titles.register(type, async (tx, ids, locale) => {
        const found = await rows<{ id: string; name: Text }>(
          tx,
          `select id::text as id, name from ${table} where id::text = any($1)`,
          [ids],
        );
        return new Map(found.map((f) => [f.id, pickText(f.name, locale)]));
      });
    }
    this.titles.register('people-import', async (tx, ids) => {
      const found = await rows<{ id: string; name: string }>(
        tx,
        `select id::text as id, file_name as name from import_run where id::text = any($1) and file_name <> ''`,
        [ids],
      );
      return new Map(found.map((f) => [f.id, f.name]));
    });
  }
}
