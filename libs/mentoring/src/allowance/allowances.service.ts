import { Inject, Injectable } from '@nestjs/common';
import { addDays, addMonths, InvalidInput, type Locale } from '@waymark/kernel';
import { Db, rows, writeXlsx, type Tx, type Viewer } from '@waymark/platform';
import { PersonCards, Scope } from '@waymark/identity';

export interface AllowanceRow {
  mentorId: string;
  month: string;
  meetings: number;
  minutes: number;
  mentees: number;
  decisions: number;
}

const HEADINGS: Record<Locale, readonly string[]> = {
  'zh-CN': ['导师', '部门', '月份', '会面次数', '会面分钟', '带教人数', '签核次数'],
  'zh-TW': ['導師', '部門', '月份', '會面次數', '會面分鐘', '帶教人數', '簽核次數'],
  en: ['Mentor', 'Unit', 'Month', 'Meetings held', 'Minutes', 'Mentees met', 'Sign-offs decided'],
};
const SHEET: Record<Locale, string> = { 'zh-CN': '带教津贴', 'zh-TW': '帶教津貼', en: 'Mentoring allowance' };

/** What mentors did in a month, as the basis of their allowance. */
@Injectable()
export class Allowances {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  /** @param month 'YYYY-MM' */
  async ofMonth(viewer: Viewer, month: string): Promise<AllowanceRow[]> {
    return this.db.read((tx) => this.load(tx, viewer, month));
  }

  private async load(tx: Tx, viewer: Viewer, month: string): Promise<AllowanceRow[]> {
    if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw new InvalidInput('month-invalid');
    const first = `${month}-01`;
    const last = addDays(addMonths(first, 1), -1);
    const seen = this.scope.visiblePersonsSql(viewer, 'mentoring:allowance', 'a.mentor_id', 4);
    return rows(
      tx,
      `with met as (
         select p.mentor_id, count(*)::int as meetings, sum(m.minutes)::int as minutes, count(distinct p.learner_id)::int as mentees
         from mentor_meeting m join pairing p on p.id = m.pairing_id where m.state = 'held' and m.day between $1 and $2 group by 1
       ), decided as (
         select person_id as mentor_id, count(*)::int as decisions from activity_record
         where verb = 'signoff.decided' and local_day between $1 and $2 group by 1
       ), a as (
         select mentor_id, coalesce(meetings, 0) as meetings, coalesce(minutes, 0) as minutes, coalesce(mentees, 0) as mentees,
                coalesce(decisions, 0) as decisions
         from met full join decided using (mentor_id)
       )
       select a.mentor_id as "mentorId", $3::text as month, a.meetings, a.minutes, a.mentees, a.decisions
       from a join person_profile pr on pr.person_id = a.mentor_id where ${seen.sql} order by a.meetings desc, pr.name_pinyin, a.mentor_id`,
      [first, last, month, ...seen.params],
    );
  }

  async xlsx(viewer: Viewer, month: string, locale: Locale): Promise<Buffer> {
    const { list, cards } = await this.db.read(async (tx) => {
      const found = await this.load(tx, viewer, month);
      return {
        list: found,
        cards: await this.cards.load(
          tx,
          found.map((f) => f.mentorId),
          locale,
        ),
      };
    });
    return writeXlsx([
      {
        name: SHEET[locale],
        columns: HEADINGS[locale].map((heading, i) => ({
          heading,
          kind: i < 3 ? ('text' as const) : ('number' as const),
        })),
        rows: list.map((r) => [
          cards.get(r.mentorId)?.name ?? '',
          cards.get(r.mentorId)?.unit ?? '',
          r.month,
          r.meetings,
          r.minutes,
          r.mentees,
          r.decisions,
        ]),
      },
    ]);
  }
}
