import { newId } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import type { NotificationKind, NotificationParams, Topic } from './notification-kind.js';
import type { News } from './routes.js';

export interface NotificationRow {
  id: string;
  personId: string;
  kind: NotificationKind;
  params: NotificationParams;
  count: number;
  aboutPersonId: string | null;
  subjectType: string | null;
  subjectId: string | null;
  createdAt: Date;
  readAt: Date | null;
}

export interface Recipient {
  personId: string;
  email: string | null;
  locale: 'zh-CN' | 'zh-TW' | 'en';
  zone: string;
  /** What the person chose, by topic. */
  chosen: Partial<Record<Topic, { inApp: boolean; email: boolean }>>;
}

const COLUMNS = `id, person_id as "personId", kind, params, count, about_person_id as "aboutPersonId", subject_type as "subjectType",
  subject_id as "subjectId", created_at as "createdAt", read_at as "readAt"`;

/** Active people only: a leaver hears nothing. */
export async function recipients(tx: Tx, personIds: readonly string[]): Promise<Map<string, Recipient>> {
  const found = await rows<Recipient>(
    tx,
    `select p.id as "personId", pr.email, pr.locale, pr.zone,
       coalesce((select jsonb_object_agg(topic, jsonb_build_object('inApp', in_app, 'email', email)) from notification_preference n where n.person_id = p.id), '{}') as chosen
     from person p join person_profile pr on pr.person_id = p.id where p.id = any ($1::uuid[]) and p.status = 'active'`,
    [[...new Set(personIds)]],
  );
  return new Map(found.map((f) => [f.personId, f]));
}

/** @returns those that were not there yet */
export async function insertNotifications(
  tx: Tx,
  list: readonly (News & { inApp: boolean })[],
  now: Date,
): Promise<NotificationRow[]> {
  if (list.length === 0) return [];
  return rows<NotificationRow>(
    tx,
    `insert into notification (id, person_id, kind, source_key, params, count, about_person_id, subject_type, subject_id, in_app, created_at)
     select id, person_id, kind, source_key, params, count, about_person_id, subject_type, subject_id, in_app, $2
     from jsonb_to_recordset($1::jsonb) as n(id uuid, person_id uuid, kind text, source_key text, params jsonb, count int,
       about_person_id uuid, subject_type text, subject_id text, in_app boolean)
     on conflict (person_id, source_key) do nothing returning ${COLUMNS}`,
    [
      JSON.stringify(
        list.map((n) => ({
          id: newId(),
          person_id: n.personId,
          kind: n.kind,
          source_key: n.sourceKey,
          params: n.params ?? {},
          count: n.count ?? 1,
          about_person_id: n.aboutPersonId ?? null,
          subject_type: n.subjectType ?? null,
          subject_id: n.subjectId ?? null,
          in_app: n.inApp,
        })),
      ),
      now,
    ],
  );
}

export async function planMails(
  tx: Tx,
  list: readonly { notificationId: string; personId: string; digest: boolean; dueAt: Date }[],
): Promise<void> {
  if (list.length === 0) return;
  await execute(
    tx,
    `insert into notification_mail (notification_id, person_id, digest, due_at)
     select "notificationId", "personId", digest, "dueAt"
     from jsonb_to_recordset($1::jsonb) as m("notificationId" uuid, "personId" uuid, digest boolean, "dueAt" timestamptz)`,
    [JSON.stringify(list)],
  );
}

export async function listNotifications(
  tx: Tx,
  personId: string,
  page: { limit: number; at: string | null; id: string | null; unreadOnly: boolean },
): Promise<NotificationRow[]> {
  return rows(
    tx,
    `select ${COLUMNS} from notification where person_id = $1 and in_app and (not $2 or read_at is null)
       and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid)) order by created_at desc, id desc limit $5`,
    [personId, page.unreadOnly, page.at, page.id, page.limit],
  );
}

export async function findNotification(tx: Tx, id: string, personId: string): Promise<NotificationRow | null> {
  return maybeOne(tx, `select ${COLUMNS} from notification where id = $1 and person_id = $2`, [id, personId]);
}

export async function unreadCount(tx: Tx, personId: string): Promise<number> {
  return (
    (
      await maybeOne<{ n: number }>(
        tx,
        `select count(*)::int as n from notification where person_id = $1 and in_app and read_at is null`,
        [personId],
      )
    )?.n ?? 0
  );
}

/** @param ids null: all */
export async function markRead(tx: Tx, personId: string, ids: readonly string[] | null, now: Date): Promise<void> {
  await execute(
    tx,
    `update notification set read_at = $3 where person_id = $1 and read_at is null and in_app and ($2::uuid[] is null or id = any ($2))`,
    [personId, ids, now],
  );
}

export interface DueMail extends NotificationRow {
  digest: boolean;
}

/** Mails that are due, all of a person together, locked; what another sender holds is passed over. */
export async function claimDueMails(tx: Tx, now: Date, limit: number): Promise<DueMail[]> {
  return rows(
    tx,
    `with due as (
       select notification_id, digest from notification_mail where mailed_at is null and due_at <= $1 order by due_at, notification_id limit $2 for update skip locked
     )
     select n.id, n.person_id as "personId", n.kind, n.params, n.count, n.about_person_id as "aboutPersonId", n.subject_type as "subjectType",
       n.subject_id as "subjectId", n.created_at as "createdAt", n.read_at as "readAt", due.digest
     from due join notification n on n.id = due.notification_id order by n.person_id, n.created_at, n.id`,
    [now, limit],
  );
}

export async function settleMails(tx: Tx, notificationIds: readonly string[], now: Date): Promise<void> {
  await execute(tx, `update notification_mail set mailed_at = $2 where notification_id = any ($1::uuid[])`, [
    notificationIds,
    now,
  ]);
}

export async function postponeMails(tx: Tx, list: readonly { notificationId: string; dueAt: Date }[]): Promise<void> {
  if (list.length === 0) return;
  await execute(
    tx,
    `update notification_mail m set due_at = p."dueAt" from jsonb_to_recordset($1::jsonb) as p("notificationId" uuid, "dueAt" timestamptz)
     where m.notification_id = p."notificationId"`,
    [JSON.stringify(list)],
  );
}

/** News that went by mail only count as read. @returns how many went; fewer than `limit` when none is left */
export async function pruneNotifications(tx: Tx, before: { read: Date; unread: Date }, limit: number): Promise<number> {
  return execute(
    tx,
    `delete from notification where id in (
       select n.id from notification n
       where n.created_at < case when n.in_app and n.read_at is null then $2::timestamptz else $1::timestamptz end
         and not exists (select 1 from notification_mail m where m.notification_id = n.id and m.mailed_at is null)
       limit $3)`,
    [before.read, before.unread, limit],
  );
}
