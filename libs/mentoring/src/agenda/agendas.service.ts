import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, type Clock, type Text } from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, rows, type Tx, type Viewer } from '@waymark/platform';
import { Audit } from '@waymark/identity';

export interface AgendaItem {
  id: string;
  week: number;
  text: Text;
}

export interface AgendaWeek {
  week: number;
  revision: number;
  items: AgendaItem[];
}

export interface AgendaItemChange {
  id: string | null;
  text: Text;
}

const MOST_ITEMS = 10;
const COLUMNS = `i.id, i.week, i.text`;
const same = (a: Text, b: Text): boolean => (['zh-CN', 'zh-TW', 'en'] as const).every((l) => a[l] === b[l]);

/** What a mentor and a learner talk about in each week; one template for the company. */
@Injectable()
export class Agendas {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async weeks(): Promise<AgendaWeek[]> {
    return this.db.read(async (tx) => {
      const weeks = await rows<{ week: number; revision: number }>(
        tx,
        `select week, revision from agenda_week order by week`,
      );
      const items = await this.items(tx, null);
      return weeks.map((w) => ({ ...w, items: items.filter((i) => i.week === w.week) }));
    });
  }

  private items(tx: Tx, week: number | null): Promise<AgendaItem[]> {
    return rows(
      tx,
      `select ${COLUMNS} from agenda_item i where i.archived_at is null and ($1::smallint is null or i.week = $1) order by i.week, i.ordinal`,
      [week],
    );
  }

  /** The week as it is now. An item whose words change becomes another, so past meetings keep what they ticked. */
  async saveWeek(
    viewer: Viewer,
    week: number,
    revision: number,
    changes: readonly AgendaItemChange[],
  ): Promise<AgendaWeek> {
    if (changes.length > MOST_ITEMS) throw new InvalidInput('agenda-too-long', { most: MOST_ITEMS });
    return this.db.transaction(async (tx) => {
      const now = await maybeOne<{ revision: number; by: string | null; at: Date | null }>(
        tx,
        `select w.revision, pr.name as by, w.updated_at as at from agenda_week w left join person_profile pr on pr.person_id = w.updated_by
         where w.week = $1 for update of w`,
        [week],
      );
      if (!now) throw new NotFound('agenda-week-unknown');
      if (now.revision !== revision)
        throw new Conflict('changed-meanwhile', { by: now.by, at: now.at?.toISOString() ?? null });
      await this.write(tx, week, changes);
      await execute(
        tx,
        `update agenda_week set revision = revision + 1, updated_by = $2, updated_at = $3 where week = $1`,
        [week, viewer.personId, this.clock.now()],
      );
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'agenda.saved',
        subjectType: 'agenda-week',
        subjectId: String(week),
        changes: [{ field: 'items', from: null, to: changes.length }],
      });
      return { week, revision: revision + 1, items: await this.items(tx, week) };
    });
  }

  private async write(tx: Tx, week: number, changes: readonly AgendaItemChange[]): Promise<void> {
    const before = await this.items(tx, week);
    const next = changes.map((change, ordinal) => {
      const text = Object.fromEntries(
        Object.entries(change.text)
          .map(([l, words]) => [l, words.trim()])
          .filter(([, words]) => words !== ''),
      ) as Text;
      if (Object.keys(text).length === 0) throw new InvalidInput('agenda-item-empty');
      if (Object.values(text).some((words) => words.length > 300))
        throw new InvalidInput('text-too-long', { most: 300 });
      const kept = before.find((b) => b.id === change.id && same(b.text, text));
      return { id: kept?.id ?? newId(), text, ordinal, fresh: !kept };
    });
    await execute(
      tx,
      `update agenda_item set archived_at = $3 where week = $1 and archived_at is null and id <> all ($2::uuid[])`,
      [week, next.filter((n) => !n.fresh).map((n) => n.id), this.clock.now()],
    );
    await execute(
      tx,
      `insert into agenda_item (id, week, ordinal, text) select id, $1, ordinal, text
       from jsonb_to_recordset($2::jsonb) as n(id uuid, ordinal smallint, text jsonb)
       on conflict (id) do update set ordinal = excluded.ordinal`,
      [week, JSON.stringify(next)],
    );
  }

  /** The first template of a new company; what L&D has written since stays. */
  async loadReference(tx: Tx, weeks: readonly { week: number; items: readonly Text[] }[]): Promise<void> {
    if (await maybeOne(tx, `select 1 from agenda_item limit 1`)) return;
    for (const { week, items } of weeks)
      await this.write(
        tx,
        week,
        items.map((text) => ({ id: null, text })),
      );
  }

  ofWeeks(weeks: readonly number[]): Promise<Map<number, AgendaItem[]>> {
    return this.db.read(async (tx) => {
      const items = await this.items(tx, null);
      return new Map(weeks.map((w) => [w, items.filter((i) => i.week === w)]));
    });
  }

  /** Items that were ticked in each meeting. */
  async ticked(meetingIds: readonly string[]): Promise<Map<string, AgendaItem[]>> {
    const found = await this.db.read((tx) =>
      rows<AgendaItem & { meetingId: string }>(
        tx,
        `select ${COLUMNS}, m.meeting_id as "meetingId" from meeting_agenda_item m join agenda_item i on i.id = m.item_id
         where m.meeting_id = any ($1::uuid[]) order by i.week, i.ordinal, i.id`,
        [meetingIds],
      ),
    );
    return new Map(meetingIds.map((id) => [id, found.filter((f) => f.meetingId === id)]));
  }

  /** Takes the place of what the meeting had ticked. Items that do not exist are passed over. */
  async tick(tx: Tx, meetingId: string, items: readonly string[]): Promise<void> {
    await execute(tx, `delete from meeting_agenda_item where meeting_id = $1`, [meetingId]);
    await execute(
      tx,
      `insert into meeting_agenda_item (meeting_id, item_id) select $1, id from agenda_item where id = any ($2::uuid[])`,
      [meetingId, items],
    );
  }
}
