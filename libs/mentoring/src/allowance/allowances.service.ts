import { Inject, Injectable } from '@nestjs/common';
import { addDays, addMonths, InvalidInput, type Clock, type Locale } from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  maybeOne,
  rows,
  writeCsv,
  writeXlsx,
  type TableSheet,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Audit, PersonCards, Scope } from '@waymark/identity';

export interface AllowanceRow {
  mentorId: string;
  month: string;
  meetings: number;
  minutes: number;
  mentees: number;
  decisions: number;
  /** By the rate of that month; null before the first rate. */
  amount: number | null;
  currency: string | null;
}

export interface AllowanceRate {
  fromMonth: string;
  perMeeting: number;
  currency: string;
}

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

const HEADINGS: Record<Locale, readonly string[]> = {
  'zh-CN': ['导师', '部门', '月份', '会面次数', '会面分钟', '带教人数', '签核次数', '津贴', '币种'],
  'zh-TW': ['導師', '部門', '月份', '會面次數', '會面分鐘', '帶教人數', '簽核次數', '津貼', '幣別'],
  en: [
    'Mentor',
    'Unit',
    'Month',
    'Meetings held',
    'Minutes',
    'Mentees met',
    'Sign-offs decided',
    'Allowance',
    'Currency',
  ],
};
const SHEET: Record<Locale, string> = { 'zh-CN': '带教津贴', 'zh-TW': '帶教津貼', en: 'Mentoring allowance' };

/** What mentors did in a month, as the basis of their allowance. */
@Injectable()
export class Allowances {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Newest first. */
  rates(): Promise<AllowanceRate[]> {
    return this.db.read((tx) =>
      rows(
        tx,
        `select to_char(from_month, 'YYYY-MM') as "fromMonth", per_meeting::float8 as "perMeeting", currency from allowance_rate order by from_month desc limit 60`,
      ),
    );
  }

  /** What a held meeting pays from a month on; months before keep their rate. */
  async setRate(viewer: Viewer, rate: AllowanceRate): Promise<AllowanceRate[]> {
    if (!MONTH.test(rate.fromMonth)) throw new InvalidInput('month-invalid');
    if (!/^[A-Z]{3}$/.test(rate.currency)) throw new InvalidInput('currency-invalid');
    if (!(rate.perMeeting >= 0 && rate.perMeeting < 1_000_000)) throw new InvalidInput('rate-invalid');
    await this.db.transaction(async (tx) => {
      const before = await maybeOne<{ rate: string }>(
        tx,
        `select per_meeting || ' ' || currency as rate from allowance_rate where from_month = $1`,
        [`${rate.fromMonth}-01`],
      );
      await execute(
        tx,
        `insert into allowance_rate (from_month, per_meeting, currency, set_by, set_at) values ($1, $2, $3, $4, $5)
         on conflict (from_month) do update set per_meeting = excluded.per_meeting, currency = excluded.currency, set_by = excluded.set_by,
           set_at = excluded.set_at`,
        [`${rate.fromMonth}-01`, rate.perMeeting, rate.currency, viewer.personId, this.clock.now()],
      );
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'allowance.rate-set',
        subjectType: 'allowance-rate',
        subjectId: rate.fromMonth,
        changes: [{ field: 'perMeeting', from: before?.rate ?? null, to: `${rate.perMeeting} ${rate.currency}` }],
      });
    });
    return this.rates();
  }

  /** @param month 'YYYY-MM' */
  async ofMonth(viewer: Viewer, month: string): Promise<AllowanceRow[]> {
    return this.db.read((tx) => this.load(tx, viewer, month));
  }

  private async load(tx: Tx, viewer: Viewer, month: string): Promise<AllowanceRow[]> {
    if (!MONTH.test(month)) throw new InvalidInput('month-invalid');
    const first = `${month}-01`;
    const last = addDays(addMonths(first, 1), -1);
    const seen = this.scope.visiblePersonsSql(viewer, 'mentoring:allowance', 'a.mentor_id', 4);
    return rows(
      tx,
      `with met as (
         select m.logged_by as mentor_id, count(*)::int as meetings, sum(m.minutes)::int as minutes, count(distinct p.learner_id)::int as mentees
         from mentor_meeting m join pairing p on p.id = m.pairing_id where m.state = 'held' and m.logged_by is not null and m.day between $1 and $2 group by 1
       ), decided as (
         select person_id as mentor_id, count(*)::int as decisions from activity_record
         where verb = 'signoff.decided' and local_day between $1 and $2 group by 1
       ), a as (
         select mentor_id, coalesce(meetings, 0) as meetings, coalesce(minutes, 0) as minutes, coalesce(mentees, 0) as mentees,
                coalesce(decisions, 0) as decisions
         from met full join decided using (mentor_id)
       )
       select a.mentor_id as "mentorId", $3::text as month, a.meetings, a.minutes, a.mentees, a.decisions,
              (a.meetings * r.per_meeting)::float8 as amount, r.currency
       from a left join lateral (select per_meeting, currency from allowance_rate where from_month <= $1 order by from_month desc limit 1) r on true
       join person_profile pr on pr.person_id = a.mentor_id where ${seen.sql} order by a.meetings desc, pr.name_pinyin, a.mentor_id`,
      [first, last, month, ...seen.params],
    );
  }

  async xlsx(viewer: Viewer, month: string, locale: Locale): Promise<Buffer> {
    return writeXlsx([await this.sheet(viewer, month, locale)]);
  }

  async csv(viewer: Viewer, month: string, locale: Locale): Promise<Buffer> {
    return writeCsv(await this.sheet(viewer, month, locale));
  }

  private async sheet(viewer: Viewer, month: string, locale: Locale): Promise<TableSheet> {
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
    return {
      name: SHEET[locale],
      columns: HEADINGS[locale].map((heading, i) => ({
        heading,
        kind: i < 3 || i === 8 ? ('text' as const) : ('number' as const),
      })),
      rows: list.map((r) => [
        cards.get(r.mentorId)?.name ?? '',
        cards.get(r.mentorId)?.unit ?? '',
        r.month,
        r.meetings,
        r.minutes,
        r.mentees,
        r.decisions,
        r.amount,
        r.currency,
      ]),
    };
  }
}
