import { Inject, Injectable } from '@nestjs/common';
import { PersonCards, Settings, type PersonCard } from '@waymark/identity';
import {
  addDays,
  InvalidInput,
  localDayOf,
  NotFound,
  pickText,
  type Clock,
  type LocalDay,
  type Locale,
  type Text,
} from '@waymark/kernel';
import { can, CLOCK, Db, one, rows, type Tx, type Viewer } from '@waymark/platform';
import { PERIODS, periodSpan, type Period } from './board-period.js';
import {
  findBoard,
  neighboursOf,
  peopleOn,
  placeOf,
  topOf,
  type ScopeKind,
  type ScoreRow,
} from './board.repository.js';

export interface ScopeOfViewer {
  kind: ScopeKind;
  id: string | null;
  name: string;
  people: number;
  default: boolean;
}

export interface ShownRow {
  rank: number;
  points: number;
  name: string;
  /** null behind an alias. */
  card: PersonCard | null;
  me: boolean;
}

export interface LeaderboardView {
  scope: ScopeOfViewer;
  period: Period;
  startsOn: LocalDay | null;
  endsOn: LocalDay | null;
  closed: boolean;
  people: number;
  top: ShownRow[];
  me: ShownRow | null;
  neighbours: ShownRow[];
  behind: number | null;
}

export interface HonourBoardView {
  id: string;
  scope: ScopeOfViewer;
  period: string;
  startsOn: LocalDay;
  endsOn: LocalDay;
  people: number;
  entries: ShownRow[];
}

const NEIGHBOURS = 3;
const NEWCOMER_DAYS = 90;
const HIDDEN: Record<Locale, string> = { 'zh-CN': '匿名同事', 'zh-TW': '匿名同事', en: 'Anonymous colleague' };

/** Reads leaderboards: a few index walks each, however many people take part. */
@Injectable()
export class Leaderboards {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Where the viewer competes: company, own unit and those above it, cohorts. Newcomers start with their cohort. */
  async scopes(tx: Tx, viewer: Viewer): Promise<ScopeOfViewer[]> {
    const { name, zone } = await this.settings.get(tx);
    const today = localDayOf(this.clock.now(), zone);
    const found = await rows<{ kind: ScopeKind; id: string | null; name: Text; people: number; newcomer: boolean }>(
      tx,
      `select 'company' as kind, null as id, $2::jsonb as name, (select count(*)::int from person where status = 'active') as people, false as newcomer, 0 as place, '' as path
       union all
       select 'org-unit', u.id, u.name, (select count(*)::int from current_position c join org_unit b on b.id = c.org_unit_id
           join person p on p.id = c.person_id and p.status = 'active' where b.path like u.path || '%'), false, 1, u.path
       from current_position me join org_unit mu on mu.id = me.org_unit_id
       join org_unit u on mu.path like u.path || '%' and u.kind <> 'company' where me.person_id = $1
       union all
       select 'cohort', c.id, c.name, (select count(*)::int from cohort_member n join person p on p.id = n.person_id and p.status = 'active' where n.cohort_id = c.id),
         exists (select 1 from employment e where e.person_id = $1 and e.to_day is null and e.hire_date > $3::date), 2, c.code
       from cohort_member m join cohort c on c.id = m.cohort_id where m.person_id = $1
       order by place, path`,
      [viewer.personId, JSON.stringify({ 'zh-CN': name }), addDays(today, -NEWCOMER_DAYS)],
    );
    const newcomers = found.findIndex((f) => f.newcomer);
    const list = found.map((f, i) => ({
      kind: f.kind,
      id: f.id,
      name: pickText(f.name, viewer.locale),
      people: f.people,
      default: i === Math.max(0, newcomers),
    }));
    return list.sort((a, b) => Number(b.default) - Number(a.default));
  }

  async view(
    viewer: Viewer,
    scope: string,
    scopeId: string | null,
    period: string,
    top: number,
  ): Promise<LeaderboardView> {
    if (!isPeriod(period)) throw new InvalidInput('period-unknown', { period });
    if (!Number.isInteger(top) || top < 1 || top > 50) throw new InvalidInput('top-out-of-range', { max: 50 });
    return this.db.read(async (tx) => {
      const of = await this.scopeOf(tx, viewer, scope, scopeId);
      const { zone } = await this.settings.get(tx);
      const span = periodSpan(period, localDayOf(this.clock.now(), zone));
      const board = await findBoard(tx, { scope: of.kind, scopeId: of.id, ...span });
      const empty = { scope: of, ...span, closed: false, people: 0, top: [], me: null, neighbours: [], behind: null };
      if (!board) return empty;
      const best = await topOf(tx, board.id, top);
      const mine = await placeOf(tx, board.id, viewer.personId);
      const above = mine ? await neighboursOf(tx, board.id, mine, 'above', NEIGHBOURS) : [];
      const below = mine ? await neighboursOf(tx, board.id, mine, 'below', NEIGHBOURS) : [];
      const show = await this.shower(tx, viewer, [...best, ...above, ...below, ...(mine ? [mine] : [])]);
      const me = mine ? show(mine, mine.rank) : null;
      return {
        ...empty,
        closed: board.closed,
        people: await peopleOn(tx, board.id),
        top: best.map((r, i) => show(r, i + 1)),
        me,
        neighbours:
          mine && me
            ? [
                ...above.map((r, i) => show(r, mine.rank - 1 - i)).reverse(),
                me,
                ...below.map((r, i) => show(r, mine.rank + 1 + i)),
              ]
            : [],
        behind: mine && above[0] ? above[0].points - mine.points : null,
      };
    });
  }

  async honours(
    viewer: Viewer,
    scope: string,
    scopeId: string | null,
    period: string | null,
    first: number,
  ): Promise<HonourBoardView[]> {
    if (period !== null && !isPeriod(period)) throw new InvalidInput('period-unknown', { period });
    if (!Number.isInteger(first) || first < 1 || first > 24) throw new InvalidInput('first-out-of-range', { max: 24 });
    return this.db.read(async (tx) => {
      const of = await this.scopeOf(tx, viewer, scope, scopeId);
      const entries = await rows<{
        id: string;
        period: string;
        startsOn: string;
        endsOn: string;
        people: number;
        rank: number;
        personId: string;
        points: number;
      }>(
        tx,
        `select b.id, b.period, b.starts_on as "startsOn", b.ends_on as "endsOn", h.people, h.rank, h.person_id as "personId", h.points
         from (select * from board k where scope = $1 and scope_id is not distinct from $2 and closed_at is not null
                 and period in ('week', 'month', 'quarter') and ($3::text is null or period = $3)
                 and exists (select 1 from honour_entry e where e.board_id = k.id)
               order by ends_on desc, starts_on desc limit $4) b
         join honour_entry h on h.board_id = b.id order by b.ends_on desc, b.starts_on desc, h.rank`,
        [of.kind, of.id, period, first],
      );
      const show = await this.shower(tx, viewer, entries);
      const boards = new Map<string, HonourBoardView>();
      for (const e of entries) {
        const board = boards.get(e.id) ?? {
          id: e.id,
          scope: of,
          period: e.period,
          startsOn: e.startsOn,
          endsOn: e.endsOn,
          people: e.people,
          entries: [],
        };
        board.entries.push(show(e, e.rank));
        boards.set(e.id, board);
      }
      return [...boards.values()];
    });
  }

  /** One of the viewer's own scopes; L&D may look at any. @throws NotFound 'board-unknown' */
  private async scopeOf(tx: Tx, viewer: Viewer, kind: string, id: string | null): Promise<ScopeOfViewer> {
    const own = (await this.scopes(tx, viewer)).find((s) => s.kind === kind && s.id === id);
    if (own) return own;
    if (!can(viewer, 'rewards:read-stats') || !id || (kind !== 'org-unit' && kind !== 'cohort'))
      throw new NotFound('board-unknown');
    const table = kind === 'org-unit' ? 'org_unit' : 'cohort';
    const { found } = await one<{ found: Text | null }>(
      tx,
      `select (select name from ${table} where id = $1) as found`,
      [id],
    );
    if (!found) throw new NotFound('board-unknown');
    return { kind, id, name: pickText(found, viewer.locale), people: 0, default: false };
  }

  /** Turns scores into what others may see: a card, or an alias that leads nowhere. */
  private async shower(
    tx: Tx,
    viewer: Viewer,
    list: readonly { personId: string }[],
  ): Promise<(row: Pick<ScoreRow, 'personId' | 'points'>, rank: number) => ShownRow> {
    const ids = [...new Set(list.map((r) => r.personId))];
    const people = await rows<{ id: string; alias: string | null; hidden: boolean; erased: boolean }>(
      tx,
      `select id, alias, board_opt_out as hidden, status = 'erased' as erased from person where id = any ($1::uuid[])`,
      [ids],
    );
    const byId = new Map(people.map((p) => [p.id, p]));
    const cards = await this.cards.load(tx, ids, viewer.locale);
    return (row, rank) => {
      const me = row.personId === viewer.personId;
      const person = byId.get(row.personId);
      const card = cards.get(row.personId) ?? null;
      if (person?.hidden)
        return { rank, points: row.points, name: person.alias ?? HIDDEN[viewer.locale], card: null, me };
      return { rank, points: row.points, name: card?.name ?? '', card: person?.erased ? null : card, me };
    };
  }
}

function isPeriod(value: string): value is Period {
  return (PERIODS as readonly string[]).includes(value);
}
