import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Audiences, Audit } from '@waymark/identity';
import {
  InvalidInput,
  newId,
  NotFound,
  pickText,
  RuleViolation,
  type Clock,
  type Locale,
  type Text,
} from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  HandlesJob,
  maybeOne,
  rows,
  SubjectTitles,
  Texts,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Notifications } from '../notification/notifications.service.js';
import { announceJob } from './announcement.jobs.js';

export interface AnnouncementRow {
  id: string;
  authorId: string;
  audienceId: string;
  /** The scope of who wrote it, where that was not the company: nobody outside is told. */
  within: string[] | null;
  pinned: boolean;
  fromAt: Date;
  untilAt: Date | null;
  announcedAt: Date | null;
  withdrawnAt: Date | null;
  revision: number;
}

export interface ReadableAnnouncement {
  id: string;
  title: string;
  body: string;
  pinned: boolean;
  authorId: string;
  fromAt: Date;
  untilAt: Date | null;
  read: boolean;
}

export interface StaffAnnouncementView extends AnnouncementRow {
  title: string;
  titles: Text;
  bodies: Text;
  audienceName: string;
  people: number;
  readers: number;
  state: 'scheduled' | 'current' | 'ended' | 'withdrawn';
}

export interface AnnouncementDraft {
  id?: string | null;
  revision?: number | null;
  title: Text;
  body: Text;
  audienceId: string;
  pinned?: boolean | null;
  email?: boolean | null;
  fromAt?: Date | null;
  untilAt?: Date | null;
}

const COLUMNS = `a.id, a.author_id as "authorId", a.audience_id as "audienceId", a.within, a.pinned, a.from_at as "fromAt", a.until_at as "untilAt",
  a.announced_at as "announcedAt", a.withdrawn_at as "withdrawnAt", a.revision`;
const LONGEST_TITLE = 200;
const LONGEST_BODY = 20_000;
const SHOWN = 50;

/** What L&D says to an audience: on Today while it lasts, told once when it begins. */
@Injectable()
export class Announcements implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Notifications) private readonly notifications: Notifications,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.titles.register('announcement', async (tx, ids, locale) => {
      const texts = await this.texts.load(tx, ids);
      return new Map([...texts].map(([id, fields]) => [id, pickText(fields['title'], locale)]));
    });
  }

  /** Those that last and concern the viewer, pinned first, then newest. */
  async current(viewer: Viewer, only?: string): Promise<ReadableAnnouncement[]> {
    return this.db.read(async (tx) => {
      const lasting = await rows<AnnouncementRow & { read: boolean }>(
        tx,
        `select ${COLUMNS}, r.read_at is not null as read from announcement a
         left join announcement_read r on r.announcement_id = a.id and r.person_id = $1
         where a.withdrawn_at is null and a.from_at <= $2 and (a.until_at is null or a.until_at > $2) and ($3::uuid is null or a.id = $3)
           and (a.within is null or exists (select 1 from current_position cp join org_unit u on u.id = cp.org_unit_id
             join org_unit top on u.path like top.path || '%' where cp.person_id = $1 and top.id = any (a.within)))
         order by a.pinned desc, a.from_at desc, a.id desc limit 200`,
        [viewer.personId, this.clock.now(), only ?? null],
      );
      const mine = new Set(
        await this.audiences.audiencesOf(tx, viewer.personId, [...new Set(lasting.map((l) => l.audienceId))]),
      );
      const shown = lasting.filter((l) => mine.has(l.audienceId)).slice(0, SHOWN);
      const texts = await this.texts.load(
        tx,
        shown.map((s) => s.id),
      );
      return shown.map((s) => ({
        ...s,
        title: pickText(texts.get(s.id)?.['title'], viewer.locale),
        body: pickText(texts.get(s.id)?.['body'], viewer.locale),
      }));
    });
  }

  /** @throws NotFound 'announcement-unknown' also when it is for others or over */
  async read(viewer: Viewer, id: string): Promise<ReadableAnnouncement> {
    const [found] = await this.current(viewer, id);
    if (!found) throw new NotFound('announcement-unknown');
    return found;
  }

  async markRead(viewer: Viewer, id: string): Promise<void> {
    await this.read(viewer, id);
    await this.db.transaction(async (tx) => {
      await execute(
        tx,
        `insert into announcement_read (announcement_id, person_id, read_at) values ($1, $2, $3) on conflict do nothing`,
        [id, viewer.personId, this.clock.now()],
      );
      await execute(
        tx,
        `update notification set read_at = $3 where person_id = $1 and source_key = $2 and read_at is null`,
        [viewer.personId, `announcement:${id}`, this.clock.now()],
      );
    });
  }

  async forStaff(locale: Locale, first: number): Promise<StaffAnnouncementView[]> {
    return this.db.read(async (tx) =>
      this.staffViews(
        tx,
        await rows(tx, `select ${COLUMNS} from announcement a order by a.from_at desc, a.id desc limit $1`, [first]),
        locale,
      ),
    );
  }

  /**
   * Writes or changes one. It can be changed while it lasts; people are told once. A regional grant speaks to its region only.
   * @throws Conflict 'changed-meanwhile'; RuleViolation 'audience-outside-scope' {people}
   */
  async save(viewer: Viewer, draft: AnnouncementDraft): Promise<StaffAnnouncementView> {
    const now = this.clock.now();
    for (const [field, text, max] of [
      ['title', draft.title, LONGEST_TITLE],
      ['body', draft.body, LONGEST_BODY],
    ] as const) {
      const given = Object.values(text);
      if (!draft.id && !given.some((t) => t.trim())) throw new InvalidInput(`${field}-missing`);
      if (given.some((t) => t.length > max)) throw new InvalidInput('text-too-long', { field, max });
    }
    if (draft.untilAt && draft.untilAt <= (draft.fromAt ?? now)) throw new InvalidInput('ends-before-start');
    return this.db.transaction(async (tx) => {
      const before = draft.id
        ? await maybeOne<AnnouncementRow>(tx, `select ${COLUMNS} from announcement a where id = $1 for update`, [
            draft.id,
          ])
        : null;
      if (draft.id && !before) throw new NotFound('announcement-unknown');
      if (before?.withdrawnAt) throw new RuleViolation('announcement-withdrawn');
      if (before && before.revision !== draft.revision)
        throw await this.audit.staleRevision(tx, 'announcement', before.id);
      const reached = (audienceId: string, within: string[] | null) =>
        this.audiences.assertReached(tx, viewer, 'notifications:announce', audienceId, within);
      if (before) await reached(before.audienceId, before.within);
      const within = await reached(draft.audienceId, null);
      const id = before?.id ?? newId();
      const fromAt = draft.fromAt ?? before?.fromAt ?? now;
      await execute(
        tx,
        `insert into announcement as a (id, author_id, audience_id, pinned, email, from_at, until_at, updated_at, created_at, within)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
         on conflict (id) do update set audience_id = excluded.audience_id, within = excluded.within, pinned = excluded.pinned, email = excluded.email,
           from_at = case when a.announced_at is null then excluded.from_at else a.from_at end, until_at = excluded.until_at,
           updated_at = excluded.updated_at, revision = a.revision + 1`,
        [
          id,
          viewer.personId,
          draft.audienceId,
          draft.pinned ?? false,
          draft.email ?? false,
          fromAt,
          draft.untilAt ?? null,
          now,
          within,
        ],
      );
      await this.texts.set(tx, id, { title: draft.title, body: draft.body }, viewer.personId);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: before ? 'announcement.changed' : 'announcement.created',
        subjectType: 'announcement',
        subjectId: id,
        changes: [{ field: 'audience', from: before?.audienceId ?? null, to: draft.audienceId }],
      });
      if (fromAt <= now) await this.announce(tx, id);
      return this.staffView(tx, id, viewer.locale);
    });
  }

  async withdraw(viewer: Viewer, id: string): Promise<StaffAnnouncementView> {
    return this.db.transaction(async (tx) => {
      const [gone] = await rows<{ audience_id: string; within: string[] | null }>(
        tx,
        `update announcement set withdrawn_at = $2, revision = revision + 1 where id = $1 and withdrawn_at is null returning audience_id, within`,
        [id, this.clock.now()],
      );
      if (!gone) throw new NotFound('announcement-unknown');
      await this.audiences.assertReached(tx, viewer, 'notifications:announce', gone.audience_id, gone.within);
      await execute(tx, `delete from notification where source_key = $1`, [`announcement:${id}`]);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'announcement.withdrawn',
        subjectType: 'announcement',
        subjectId: id,
      });
      return this.staffView(tx, id, viewer.locale);
    });
  }

  /** Tells the audiences of those that were written for later and begin now. */
  @HandlesJob(announceJob)
  async announceDue(): Promise<void> {
    const due = await this.db.read((tx) =>
      rows<{ id: string }>(
        tx,
        `select id from announcement where announced_at is null and withdrawn_at is null and from_at <= $1 order by from_at limit 100`,
        [this.clock.now()],
      ),
    );
    for (const { id } of due) await this.db.transaction((tx) => this.announce(tx, id));
  }

  private async announce(tx: Tx, id: string): Promise<void> {
    const claimed = await rows<{ audience_id: string; within: string[] | null; author_id: string; email: boolean }>(
      tx,
      `update announcement set announced_at = $2 where id = $1 and announced_at is null and withdrawn_at is null returning audience_id, within, author_id, email`,
      [id, this.clock.now()],
    );
    for (const a of claimed) {
      const members = await this.audiences.memberIds(tx, a.audience_id, a.within);
      await this.notifications.tell(
        tx,
        members
          .filter((personId) => personId !== a.author_id)
          .map((personId) => ({
            personId,
            kind: 'announcement',
            sourceKey: `announcement:${id}`,
            aboutPersonId: a.author_id,
            subjectType: 'announcement',
            subjectId: id,
          })),
        a.email,
      );
    }
  }

  private async staffView(tx: Tx, id: string, locale: Locale): Promise<StaffAnnouncementView> {
    const list = await rows<AnnouncementRow>(tx, `select ${COLUMNS} from announcement a where id = $1`, [id]);
    return (await this.staffViews(tx, list, locale))[0] as StaffAnnouncementView;
  }

  private async staffViews(tx: Tx, list: readonly AnnouncementRow[], locale: Locale): Promise<StaffAnnouncementView[]> {
    const ids = list.map((a) => a.id);
    const texts = await this.texts.load(tx, ids);
    const readers = new Map(
      (
        await rows<{ id: string; n: number }>(
          tx,
          `select announcement_id as id, count(*)::int as n from announcement_read where announcement_id = any ($1::uuid[]) group by 1`,
          [ids],
        )
      ).map((r) => [r.id, r.n]),
    );
    const spokenTo = (a: AnnouncementRow): string => [a.audienceId, ...(a.within ?? [])].join(' ');
    const audiences = new Map<string, { name: Text; people: number }>();
    for (const a of list) {
      if (audiences.has(spokenTo(a))) continue;
      const [audience, members] = [
        await this.audiences.find(tx, a.audienceId),
        await this.audiences.memberIds(tx, a.audienceId, a.within),
      ];
      audiences.set(spokenTo(a), { name: audience.name, people: members.length });
    }
    const now = this.clock.now();
    return list.map((a) => ({
      ...a,
      titles: texts.get(a.id)?.['title'] ?? {},
      bodies: texts.get(a.id)?.['body'] ?? {},
      title: pickText(texts.get(a.id)?.['title'], locale),
      audienceName: pickText(audiences.get(spokenTo(a))?.name, locale),
      people: audiences.get(spokenTo(a))?.people ?? 0,
      readers: readers.get(a.id) ?? 0,
      state: a.withdrawnAt
        ? 'withdrawn'
        : a.untilAt && a.untilAt <= now
          ? 'ended'
          : a.fromAt > now
            ? 'scheduled'
            : 'current',
    }));
  }
}
