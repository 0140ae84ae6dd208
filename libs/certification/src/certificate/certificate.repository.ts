import { Injectable } from '@nestjs/common';
import { newId, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import type { SqlPart } from '@waymark/identity';
import type { RequirementKind } from '../certification/certification.repository.js';

export interface CertificateRow {
  id: string;
  certificationId: string;
  certificationCode: string;
  personId: string;
  cycle: number;
  number: string;
  token: string;
  issuedOn: LocalDay;
  expiresOn: LocalDay | null;
  textSeq: number;
  revokedOn: LocalDay | null;
  revoked: boolean;
  followed: boolean;
  warned: number[];
  renewalOpened: boolean;
  lapsed: boolean;
  name: string | null;
  warnDays: number[];
}

export interface NewCertificate {
  id: string;
  certificationId: string;
  personId: string;
  cycle: number;
  number: string;
  token: string;
  issuedOn: LocalDay;
  expiresOn: LocalDay | null;
}

export interface Pair {
  personId: string;
  certificationId: string;
  use: 'first' | 'renewal';
  /** Results count after this day; null = ever. */
  since: LocalDay | null;
}

export interface RequirementFact {
  personId: string;
  certificationId: string;
  requirementId: string;
  kind: RequirementKind;
  code: string | null;
  targetId: string | null;
  need: number;
  have: number;
  metOn: LocalDay | null;
}

export type EventKind = 'warned' | 'renewal-opened' | 'lapsed' | 'renewed' | 'revoked';

const COLUMNS = `c.id, c.certification_id as "certificationId", k.code as "certificationCode", c.person_id as "personId", c.cycle, c.number, c.token,
  c.issued_on as "issuedOn", c.expires_on as "expiresOn", c.text_seq as "textSeq", k.warn_days as "warnDays", h.name,
  (select e.day from certificate_event e where e.certificate_id = c.id and e.kind = 'revoked') as "revokedOn",
  exists (select 1 from certificate_event e where e.certificate_id = c.id and e.kind = 'revoked') as revoked,
  exists (select 1 from certificate n where n.person_id = c.person_id and n.certification_id = c.certification_id and n.cycle > c.cycle) as followed,
  coalesce((select array_agg(e.days) from certificate_event e where e.certificate_id = c.id and e.kind = 'warned'), '{}') as warned,
  exists (select 1 from certificate_event e where e.certificate_id = c.id and e.kind = 'renewal-opened') as "renewalOpened",
  exists (select 1 from certificate_event e where e.certificate_id = c.id and e.kind = 'lapsed') as lapsed`;
const FROM = `certificate c join certification k on k.id = c.certification_id left join certificate_holder h on h.certificate_id = c.id`;
/** The same rule as stateOf(), for lists that filter in SQL; $1 is today. */
const STATE = `case when exists (select 1 from certificate_event e where e.certificate_id = c.id and e.kind = 'revoked') then 'revoked'
  when exists (select 1 from certificate n where n.person_id = c.person_id and n.certification_id = c.certification_id and n.cycle > c.cycle) then 'renewed'
  when c.expires_on is null then 'issued' when c.expires_on < $1::date then 'lapsed'
  when c.expires_on - $1::date <= coalesce((select max(d) from unnest(k.warn_days) d), 0) then 'expiring' else 'issued' end`;

@Injectable()
export class CertificateRepository {
  of(tx: Tx, personId: string): Promise<CertificateRow[]> {
    return rows(
      tx,
      `select ${COLUMNS} from ${FROM} where c.person_id = $1 order by c.issued_on desc, c.cycle desc, c.id`,
      [personId],
    );
  }

  /** The newest cycle of each person and certification. */
  current(tx: Tx, pairs: readonly { personId: string; certificationId: string }[]): Promise<CertificateRow[]> {
    return rows(
      tx,
      `select distinct on (c.person_id, c.certification_id) ${COLUMNS}
       from jsonb_to_recordset($1::jsonb) as p(person_id uuid, certification_id uuid)
       join certificate c on c.person_id = p.person_id and c.certification_id = p.certification_id
       join certification k on k.id = c.certification_id left join certificate_holder h on h.certificate_id = c.id
       order by c.person_id, c.certification_id, c.cycle desc`,
      [JSON.stringify(pairs.map((p) => ({ person_id: p.personId, certification_id: p.certificationId })))],
    );
  }

  byToken(tx: Tx, token: string): Promise<CertificateRow | null> {
    return maybeOne(tx, `select ${COLUMNS} from ${FROM} where c.token = $1`, [token]);
  }

  find(tx: Tx, id: string): Promise<CertificateRow | null> {
    return maybeOne(tx, `select ${COLUMNS} from ${FROM} where c.id = $1`, [id]);
  }

  async page(
    tx: Tx,
    filter: { certificationId: string | null; state: string | null },
    today: LocalDay,
    scope: (person: string, firstParam: number) => SqlPart,
    first: number,
    after: { expiresOn: string; id: string } | null,
  ): Promise<{ found: CertificateRow[]; total: number }> {
    const params: unknown[] = [today, filter.certificationId, filter.state];
    const seen = scope('c.person_id', params.length + 1);
    params.push(...seen.params);
    const where = `($2::uuid is null or c.certification_id = $2) and ($3::text is null or ${STATE} = $3) and ${seen.sql}`;
    const { n } = await one<{ n: number }>(tx, `select count(*)::int as n from ${FROM} where ${where}`, params);
    const at = params.length;
    const found = await rows<CertificateRow>(
      tx,
      `select ${COLUMNS} from ${FROM} where ${where}
         and ($${at + 1}::date is null or (coalesce(c.expires_on, '9999-12-31'), c.id) > ($${at + 1}::date, $${at + 2}::uuid))
       order by coalesce(c.expires_on, '9999-12-31'), c.id limit $${at + 3}`,
      [...params, after?.expiresOn ?? null, after?.id ?? null, first + 1],
    );
    return { found, total: n };
  }

  counts(
    tx: Tx,
    certificationIds: readonly string[],
    today: LocalDay,
  ): Promise<{ id: string; holders: number; expiring: number; lapsed: number }[]> {
    return rows(
      tx,
      `select s.id, count(*) filter (where s.state in ('issued', 'expiring'))::int as holders, count(*) filter (where s.state = 'expiring')::int as expiring,
              count(*) filter (where s.state = 'lapsed')::int as lapsed
       from (select c.certification_id as id, ${STATE} as state from certificate c join certification k on k.id = c.certification_id
             where c.certification_id = any ($2::uuid[])) s group by s.id`,
      [today, certificationIds],
    );
  }

  /** The next numbers of a year; holds the counter's row until the end of the transaction. */
  async takeNumbers(tx: Tx, certificationId: string, year: number, n: number): Promise<number> {
    const { last } = await one<{ last: number }>(
      tx,
      `insert into certificate_counter as k (certification_id, year, last) values ($1, $2, $3)
       on conflict (certification_id, year) do update set last = k.last + excluded.last returning last`,
      [certificationId, year, n],
    );
    return last - n + 1;
  }

  /** Ids of those that were not there yet. */
  async insert(tx: Tx, list: readonly NewCertificate[], textSeq: number, now: Date): Promise<Set<string>> {
    const added = await rows<{ id: string }>(
      tx,
      `insert into certificate (id, certification_id, person_id, cycle, number, token, issued_on, expires_on, text_seq, issued_at)
       select id, certification_id, person_id, cycle, number, token, issued_on, expires_on, $2, $3
       from jsonb_to_recordset($1::jsonb) as n(id uuid, certification_id uuid, person_id uuid, cycle smallint, number text, token text, issued_on date, expires_on date)
       on conflict (person_id, certification_id, cycle) do nothing returning id`,
      [
        JSON.stringify(
          list.map((n) => ({
            id: n.id,
            certification_id: n.certificationId,
            person_id: n.personId,
            cycle: n.cycle,
            number: n.number,
            token: n.token,
            issued_on: n.issuedOn,
            expires_on: n.expiresOn,
          })),
        ),
        textSeq,
        now,
      ],
    );
    const ids = new Set(added.map((a) => a.id));
    await execute(
      tx,
      `insert into certificate_holder (certificate_id, person_id, name)
       select c.id, c.person_id, coalesce(pr.name, '') from certificate c join person_profile pr on pr.person_id = c.person_id where c.id = any ($1::uuid[])`,
      [[...ids]],
    );
    return ids;
  }

  /** Events that were not there yet. */
  addEvents(
    tx: Tx,
    list: readonly { certificateId: string; kind: EventKind; days: number; day: LocalDay; actorId?: string | null }[],
    now: Date,
  ): Promise<{ certificateId: string; kind: EventKind; days: number }[]> {
    return rows(
      tx,
      `insert into certificate_event (id, certificate_id, kind, days, day, actor_id, at)
       select id, certificate_id, kind, days, day, actor_id, $2
       from jsonb_to_recordset($1::jsonb) as e(id uuid, certificate_id uuid, kind text, days smallint, day date, actor_id uuid)
       on conflict do nothing returning certificate_id as "certificateId", kind, days`,
      [
        JSON.stringify(
          list.map((e) => ({
            id: newId(),
            certificate_id: e.certificateId,
            kind: e.kind,
            days: e.days,
            day: e.day,
            actor_id: e.actorId ?? null,
          })),
        ),
        now,
      ],
    );
  }

  async saveReason(tx: Tx, certificateId: string, reason: string): Promise<void> {
    await execute(
      tx,
      `insert into certificate_revocation (certificate_id, reason) values ($1, $2) on conflict do nothing`,
      [certificateId, reason],
    );
  }

  /**
   * What each person has of each requirement, in one statement, from the activity records.
   * @param currentVersions newest version of each course: completed once, it also counts for a renewal
   */
  facts(tx: Tx, pairs: readonly Pair[], currentVersions: Readonly<Record<string, string>>): Promise<RequirementFact[]> {
    return rows(
      tx,
      `select p.person_id as "personId", r.certification_id as "certificationId", r.id as "requirementId", r.kind, r.code, r.target_id as "targetId",
              coalesce(r.hours, 1)::double precision as need,
              case when r.kind = 'hours' then round(coalesce(f.minutes, 0) / 60.0, 1) when f.first_day is null then 0 else 1 end::double precision as have,
              case when r.kind = 'hours' then case when coalesce(f.minutes, 0) >= r.hours * 60 then f.last_day end else f.first_day end as "metOn"
       from jsonb_to_recordset($1::jsonb) as p(person_id uuid, certification_id uuid, use text, since date)
       join certification_requirement r on r.certification_id = p.certification_id and r.use = p.use
       left join lateral (
         select min(a.local_day) as first_day, max(a.local_day) as last_day, sum(a.credited_minutes) as minutes from activity_record a
         where a.person_id = p.person_id
           and case r.kind when 'exam' then a.verb = 'attempt.passed' and a.subject_id = r.target_id::text
                           when 'course' then a.verb = 'course.completed' and a.subject_id = r.target_id::text
                           when 'node' then a.verb = 'node.completed' and a.result->>'key' = r.code
                           else a.credited_minutes > 0 end
           and (p.since is null or a.local_day > p.since or (r.kind = 'course' and a.subject_version = $2::jsonb->>(r.target_id::text)))
       ) f on true
       order by p.person_id, r.certification_id, r.position`,
      [
        JSON.stringify(
          pairs.map((p) => ({
            person_id: p.personId,
            certification_id: p.certificationId,
            use: p.use,
            since: p.since,
          })),
        ),
        JSON.stringify(currentVersions),
      ],
    );
  }

  /** Certifications that what people did counts for; hours count for all that ask for hours. */
  touched(
    tx: Tx,
    list: readonly { personId: string; kind: RequirementKind; ref: string | null }[],
  ): Promise<{ personId: string; certificationId: string }[]> {
    return rows(
      tx,
      `select distinct t.person_id as "personId", r.certification_id as "certificationId"
       from jsonb_to_recordset($1::jsonb) as t(person_id uuid, kind text, ref text)
       join certification_requirement r on r.kind = t.kind and (t.kind = 'hours' or r.target_id::text = t.ref or (t.kind = 'node' and r.code = t.ref))
       join certification k on k.id = r.certification_id and k.archived_at is null`,
      [JSON.stringify(list.map((l) => ({ person_id: l.personId, kind: l.kind, ref: l.ref })))],
    );
  }

  /** People without a certificate who have reached at least one of its requirements; after `after`, in order. */
  candidates(tx: Tx, certificationId: string, after: string | null, limit: number): Promise<{ id: string }[]> {
    return rows(
      tx,
      `select p.id from person p where p.status = 'active' and ($2::uuid is null or p.id > $2)
         and not exists (select 1 from certificate c where c.person_id = p.id and c.certification_id = $1)
         and exists (select 1 from certification_requirement r join activity_record a on a.person_id = p.id
                     where r.certification_id = $1 and r.use = 'first' and (
                       (r.kind = 'exam' and a.verb = 'attempt.passed' and a.subject_id = r.target_id::text)
                       or (r.kind = 'course' and a.verb = 'course.completed' and a.subject_id = r.target_id::text)
                       or (r.kind = 'node' and a.verb = 'node.completed' and a.result->>'key' = r.code)
                       or (r.kind = 'hours' and a.credited_minutes > 0)))
       order by p.id limit $3`,
      [certificationId, after, limit],
    );
  }

  /** Current certificates that something is to be said about, after `after`, locked. */
  dueForCheck(
    tx: Tx,
    today: LocalDay,
    after: string | null,
    limit: number,
  ): Promise<(CertificateRow & { renewalOpensDays: number; renewalWithinMonths: number | null })[]> {
    return rows(
      tx,
      `select ${COLUMNS}, k.renewal_opens_days as "renewalOpensDays", k.renewal_within_months as "renewalWithinMonths"
       from certificate c join certification k on k.id = c.certification_id and k.archived_at is null
       join person pe on pe.id = c.person_id and pe.status = 'active' left join certificate_holder h on h.certificate_id = c.id
       where c.expires_on is not null and ($2::uuid is null or c.id > $2)
         and c.expires_on - greatest(k.renewal_opens_days, (select coalesce(max(d), 0) from unnest(k.warn_days) d)) <= $1::date
         and not exists (select 1 from certificate n where n.person_id = c.person_id and n.certification_id = c.certification_id and n.cycle > c.cycle)
         and not exists (select 1 from certificate_event e where e.certificate_id = c.id and e.kind = 'revoked')
       order by c.id limit $3`,
      [today, after, limit],
    );
  }

  async validCodes(tx: Tx, personId: string, codes: readonly string[], today: LocalDay): Promise<Set<string>> {
    const found = await rows<{ code: string }>(
      tx,
      `select distinct k.code from certificate c join certification k on k.id = c.certification_id
       where c.person_id = $2 and k.code = any ($3) and ${STATE} in ('issued', 'expiring')`,
      [today, personId, codes],
    );
    return new Set(found.map((f) => f.code));
  }

  async erase(tx: Tx, personId: string): Promise<void> {
    await execute(tx, `delete from certificate_holder where person_id = $1`, [personId]);
    await execute(
      tx,
      `delete from certificate_revocation where certificate_id in (select id from certificate where person_id = $1)`,
      [personId],
    );
  }
}
