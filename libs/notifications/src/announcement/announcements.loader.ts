import { Inject, Injectable } from '@nestjs/common';
import { Audiences, type AudienceRule } from '@waymark/identity';
import { LOCALES, newId, pickText, type Locale, type Text } from '@waymark/kernel';
import { execute, maybeOne, rows, Texts, type Tx } from '@waymark/platform';
import { parse } from 'yaml';

interface AnnouncementFile {
  announcements: {
    code: string;
    author: string;
    published_days_ago: number;
    expires_in_days: number | null;
    pinned?: boolean;
    audience: { all?: boolean; org_units?: string[]; job_roles?: string[]; tags?: string[] };
    title: Text;
    body: Text;
  }[];
}

const DAY = 86_400_000;
const EVERYONE: Record<Locale, string> = { 'zh-CN': '全体员工', 'zh-TW': '全體員工', en: 'Everyone' };

/** Announcements of the demo company, as said some days ago: nobody is told again. */
@Injectable()
export class AnnouncementsLoader {
  constructor(
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Texts) private readonly texts: Texts,
  ) {}

  async load(tx: Tx, yaml: string, now: Date): Promise<{ added: number }> {
    let added = 0;
    for (const a of (parse(yaml) as AnnouncementFile).announcements) {
      if (await maybeOne(tx, `select 1 from announcement where code = $1`, [a.code])) continue;
      const author = await maybeOne<{ person_id: string }>(
        tx,
        `select person_id from person_profile where employee_number = $1`,
        [a.author],
      );
      if (!author) throw new Error(`announcement ${a.code}: nobody has the employee number ${a.author}`);
      const id = newId();
      const fromAt = new Date(now.getTime() - a.published_days_ago * DAY);
      const untilAt = a.expires_in_days === null ? null : new Date(now.getTime() + a.expires_in_days * DAY);
      await execute(
        tx,
        `insert into announcement (id, code, author_id, audience_id, pinned, from_at, until_at, announced_at, updated_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $6, $6, $6)`,
        [id, a.code, author.person_id, await this.audienceFor(tx, a), a.pinned ?? false, fromAt, untilAt],
      );
      await this.texts.set(tx, id, { title: a.title, body: a.body }, author.person_id);
      added += 1;
    }
    return { added };
  }

  private async audienceFor(tx: Tx, a: AnnouncementFile['announcements'][number]): Promise<string> {
    const code = a.audience.all ? 'everyone' : `announcement-${a.code}`;
    const known = await maybeOne<{ id: string }>(tx, `select id from audience where code = $1`, [code]);
    if (known) return known.id;
    const rule: AudienceRule = a.audience.all
      ? { everyone: true }
      : {
          orgUnitIds: await this.ids(tx, 'org_unit', a.audience.org_units),
          jobRoleIds: await this.ids(tx, 'job_role', a.audience.job_roles),
          tagIds: await this.ids(tx, 'tag', a.audience.tags),
        };
    return (
      await this.audiences.save(tx, { code, name: a.audience.all ? EVERYONE : await this.nameOf(tx, a), rule }, null)
    ).id;
  }

  /** An audience is called after whom it holds, not after the first thing they were told. */
  private async nameOf(tx: Tx, { audience }: AnnouncementFile['announcements'][number]): Promise<Text> {
    const parts = await rows<{ name: Text }>(
      tx,
      `select name from org_unit where code = any ($1) union all select name from job_role where code = any ($2)
       union all select name from tag where code = any ($3)`,
      [audience.org_units ?? [], audience.job_roles ?? [], audience.tags ?? []],
    );
    return Object.fromEntries(
      LOCALES.map((l) => [l, parts.map((p) => pickText(p.name, l)).join(l === 'en' ? ', ' : '、')]),
    );
  }

  private async ids(tx: Tx, table: 'org_unit' | 'job_role' | 'tag', codes: readonly string[] = []): Promise<string[]> {
    const found = await rows<{ id: string; code: string }>(tx, `select id, code from ${table} where code = any ($1)`, [
      codes,
    ]);
    const missing = codes.filter((c) => !found.some((f) => f.code === c));
    if (missing.length > 0) throw new Error(`no ${table} has the code ${missing.join(', ')}`);
    return found.map((f) => f.id);
  }
}
