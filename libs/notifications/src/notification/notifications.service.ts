import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '@waymark/identity';
import { personErased } from '@waymark/identity/events';
import { clampFirst, decodeCursor, InvalidInput, isUuid, type Clock } from '@waymark/kernel';
import {
  afterCommit,
  CLOCK,
  Db,
  execute,
  maybeOne,
  MailQueue,
  OnEventInTransaction,
  Realtime,
  rows,
  type DomainEvent,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { digestTime, DIGEST_HOUR, outsideQuiet } from './mail-time.js';
import { DEFAULT_EMAIL, factsOf, NOTIFICATION_KINDS, TOPICS, type Topic } from './notification-kind.js';
import {
  findNotification,
  insertNotifications,
  listNotifications,
  markRead,
  planMails,
  recipients,
  unreadCount,
  type NotificationRow,
  type Recipient,
} from './notification.repository.js';
import type { News } from './routes.js';

export interface Preference {
  kind: Topic;
  inApp: boolean;
  email: boolean;
  emailPossible: boolean;
}

export interface NotificationSettings {
  preferences: Preference[];
  quietFrom: number;
  quietTo: number;
  digestHour: number;
  hasEmail: boolean;
}

export const topicOf = (personId: string): string => `notifications.${personId}`;

const choice = (r: Recipient, topic: Topic): { inApp: boolean; email: boolean } =>
  r.chosen[topic] ?? { inApp: true, email: DEFAULT_EMAIL[topic] };

/** The bell: who is told what, where it is listed, and whether it also goes by mail. */
@Injectable()
export class Notifications {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Realtime) private readonly realtime: Realtime,
    @Inject(MailQueue) private readonly mails: MailQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Tells people, each news once. Five statements however many. @param mailAnyway also to people who did not choose e-mail for this */
  async tell(tx: Tx, news: readonly News[], mailAnyway = false): Promise<NotificationRow[]> {
    if (news.length === 0) return [];
    const people = await recipients(
      tx,
      news.map((n) => n.personId),
    );
    const wanted = news.flatMap((n) => {
      const person = people.get(n.personId);
      return person ? [{ ...n, inApp: choice(person, factsOf(n.kind).topic).inApp }] : [];
    });
    const now = this.clock.now();
    const added = await insertNotifications(tx, wanted, now);
    const { quietHours } = await this.settings.get(tx);
    await planMails(
      tx,
      added.flatMap((n) => {
        const person = people.get(n.personId) as Recipient;
        const { topic, mail } = factsOf(n.kind);
        if (!person.email || mail === 'never' || !(choice(person, topic).email || mailAnyway)) return [];
        const digest = mail === 'digest';
        const dueAt = digest
          ? digestTime(now, person.zone, quietHours, false)
          : outsideQuiet(now, person.zone, quietHours);
        return [{ notificationId: n.id, personId: n.personId, digest, dueAt }];
      }),
    );
    const inApp = new Set(wanted.filter((w) => w.inApp).map((w) => `${w.personId} ${w.kind}`));
    afterCommit(tx, () =>
      this.realtime.publishMany(
        added
          .filter((n) => inApp.has(`${n.personId} ${n.kind}`))
          .map((n) => ({ topic: topicOf(n.personId), payload: { id: n.id } })),
      ),
    );
    return added;
  }

  async list(
    personId: string,
    first: number | null,
    after: string | null,
    unreadOnly: boolean,
  ): Promise<{ rows: NotificationRow[]; first: number }> {
    const limit = clampFirst(first);
    const [at, id] = after ? decodeCursor(after) : [null, null];
    const page = { limit: limit + 1, at: (at ?? null) as string | null, id: (id ?? null) as string | null, unreadOnly };
    return { rows: await this.db.read((tx) => listNotifications(tx, personId, page)), first: limit };
  }

  async find(id: string, personId: string): Promise<NotificationRow | null> {
    return this.db.read((tx) => findNotification(tx, id, personId));
  }

  async unread(personId: string): Promise<number> {
    return this.db.read((tx) => unreadCount(tx, personId));
  }

  /** @param ids null: all. @returns how many are left unread */
  async markRead(personId: string, ids: readonly string[] | null): Promise<number> {
    if (ids && (ids.length > 500 || !ids.every(isUuid))) throw new InvalidInput('ids-invalid', { max: 500 });
    return this.db.transaction(async (tx) => {
      await markRead(tx, personId, ids, this.clock.now());
      return unreadCount(tx, personId);
    });
  }

  async preferences(viewer: Viewer): Promise<NotificationSettings> {
    return this.db.read(async (tx) => {
      const me = (await recipients(tx, [viewer.personId])).get(viewer.personId);
      const { quietHours } = await this.settings.get(tx);
      return {
        preferences: TOPICS.map((kind) => ({
          kind,
          ...(me ? choice(me, kind) : { inApp: true, email: false }),
          emailPossible: hasMail(kind),
        })),
        quietFrom: quietHours.from,
        quietTo: quietHours.to,
        digestHour: DIGEST_HOUR,
        hasEmail: Boolean(me?.email),
      };
    });
  }

  async savePreferences(
    viewer: Viewer,
    list: readonly { kind: string; inApp: boolean; email: boolean }[],
  ): Promise<NotificationSettings> {
    for (const p of list)
      if (!(TOPICS as readonly string[]).includes(p.kind))
        throw new InvalidInput('notification-kind-unknown', { kind: p.kind });
    const byKind = new Map(list.map((p) => [p.kind, p]));
    await this.db.transaction((tx) =>
      execute(
        tx,
        `insert into notification_preference (person_id, topic, in_app, email, updated_at)
         select $1, kind, "inApp", email, $3 from jsonb_to_recordset($2::jsonb) as p(kind text, "inApp" boolean, email boolean)
         on conflict (person_id, topic) do update set in_app = excluded.in_app, email = excluded.email, updated_at = excluded.updated_at`,
        [viewer.personId, JSON.stringify([...byKind.values()]), this.clock.now()],
      ),
    );
    return this.preferences(viewer);
  }

  /** Mails know an address and words; notifications hold ids only and go with the person's account. */
  @OnEventInTransaction(personErased)
  async forget(tx: Tx, event: DomainEvent): Promise<void> {
    await this.mails.eraseFor(tx, event.personId as string);
    await execute(tx, `delete from notification where person_id = $1`, [event.personId]);
  }

  /** L&D leads whose grant covers the person. */
  async leadsOf(tx: Tx, personId: string): Promise<string[]> {
    const today = await this.settings.today(tx);
    const found = await rows<{ id: string }>(
      tx,
      `select distinct g.person_id as id from permission_grant g join person p on p.id = g.person_id and p.status = 'active'
       left join org_unit gu on gu.id = g.org_unit_id
       left join current_position c on c.person_id = $1 left join org_unit cu on cu.id = c.org_unit_id
       where g.role = 'ld-lead' and g.from_day <= $2 and (g.to_day is null or g.to_day >= $2)
         and (g.org_unit_id is null or cu.path like gu.path || '%') order by id`,
      [personId, today],
    );
    return found.map((f) => f.id);
  }

  async mailedToday(tx: Tx, dedupeKey: string): Promise<boolean> {
    return (await maybeOne(tx, `select 1 from mail_message where dedupe_key = $1`, [dedupeKey])) !== null;
  }
}

function hasMail(topic: Topic): boolean {
  return NOTIFICATION_KINDS.some((k) => factsOf(k).topic === topic && factsOf(k).mail !== 'never');
}
