import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { newId, NotFound, type Clock, type Locale } from '@waymark/kernel';
import {
  CLOCK,
  Db,
  execute,
  Gathered,
  maybeOne,
  permissionsOf,
  publishWithCommit,
  rows,
  SESSIONS_CHANGED,
  type GrantRole,
  type ResolvedSession,
  type SessionResolver,
  type Tx,
  type Viewer,
  type ViewerGrant,
} from '@waymark/platform';
import { ABSOLUTE_MS, IDLE_MS, OVERLAP_MS, sessionUpkeep } from './session-lifetime.js';

export function newSessionToken(): string {
  return randomBytes(32).toString('base64url');
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

interface ViewerRow {
  person_id: string;
  locale: Locale;
  zone: string;
  org_unit_id: string | null;
  grants: { role: GrantRole; orgUnitId: string | null }[] | null;
  supervises: string[] | null;
}

interface SessionRow extends ViewerRow {
  presented: string;
  session_id: string;
  signed_in_id: string;
  current_token: boolean;
  confirmed: boolean;
  rotated_at: Date;
  last_seen_at: Date;
  expires_at: Date;
}

export interface SessionSummary {
  id: string;
  startedAt: Date;
  lastSeenAt: Date;
  userAgent: string | null;
  ip: string | null;
}

/** What the person may do today: grants in force, and who answers to them. $1 is the instant. */
const RIGHTS = `
  (select jsonb_agg(jsonb_build_object('role', g.role, 'orgUnitId', g.org_unit_id)) from permission_grant g
   where g.person_id = p.id and g.from_day <= d.today and (g.to_day is null or g.to_day >= d.today)) as grants,
  (select array_agg(distinct v.kind) from supervision v
   where v.supervisor_id = p.id and v.from_day <= d.today and (v.to_day is null or v.to_day >= d.today)) as supervises`;
const TODAY = `(select ($1::timestamptz at time zone zone)::date as today from company_setting) d`;

/** Tells open sockets of the person to look again. Part of every change that ends sessions or changes rights. */
export function sessionsChanged(tx: Tx, personId: string): Promise<void> {
  return publishWithCommit(tx, SESSIONS_CHANGED, { personId });
}

/** Sign-in sessions: an opaque token in the cookie, its hash in the table. */
@Injectable()
export class SignInSessions implements SessionResolver {
  private readonly logger = new Logger(SignInSessions.name);
  /** Every request asks: those of one moment share the statement. */
  private readonly presented = new Gathered<string, SessionRow>((hashes) => this.find(hashes));

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** One statement; a second one only when the session needs upkeep. */
  async resolve(token: string, options: { rotate?: boolean } = {}): Promise<ResolvedSession | null> {
    if (token.length < 20 || token.length > 100) return null;
    const now = this.clock.now();
    const hash = tokenHash(token);
    const row = await this.presented.get(hash);
    if (!row) return null;
    const newToken = options.rotate === false ? null : await this.keepUp(row, hash, now);
    const viewAsBy = row.person_id === row.signed_in_id ? null : row.signed_in_id;
    const viewer = toViewer(row, row.session_id, viewAsBy);
    return newToken ? { viewer, newToken } : { viewer };
  }

  /** As JSON and by two look-ups, so that one plan serves any number of them and never reads the whole table. */
  private async find(hashes: string[]): Promise<Map<string, SessionRow>> {
    const found = await this.db.read((tx) =>
      rows<SessionRow>(
        tx,
        `select k.hash as presented, x.* from jsonb_array_elements_text($2::jsonb) as k(hash) cross join lateral (
           select s.id as session_id, s.person_id as signed_in_id, s.token_hash = k.hash as current_token, s.confirmed, s.rotated_at,
                  s.last_seen_at, s.expires_at, p.id as person_id, pr.locale, pr.zone, cp.org_unit_id, ${RIGHTS}
           from (
             select * from sign_in_session where token_hash = k.hash
             union all
             select * from sign_in_session where previous_hash = k.hash and (not confirmed or previous_until > $1)) s
           join person p on p.id = coalesce(s.view_as_person_id, s.person_id) and p.status = 'active'
           join person_profile pr on pr.person_id = p.id
           left join current_position cp on cp.person_id = p.id, ${TODAY}
           where s.expires_at > $1 and s.last_seen_at > $1::timestamptz - make_interval(secs => $3) limit 1) x`,
        [this.clock.now(), JSON.stringify(hashes), IDLE_MS / 1000],
      ),
    );
    return new Map(found.map((row) => [row.presented, row]));
  }

  async current(sessionIds: readonly string[]): Promise<Map<string, Viewer>> {
    const found = await this.db.read((tx) =>
      rows<ViewerRow & { session_id: string; signed_in_id: string }>(
        tx,
        `select s.id as session_id, s.person_id as signed_in_id, p.id as person_id, pr.locale, pr.zone, cp.org_unit_id, ${RIGHTS}
         from sign_in_session s
         join person p on p.id = coalesce(s.view_as_person_id, s.person_id) and p.status = 'active'
         join person_profile pr on pr.person_id = p.id
         left join current_position cp on cp.person_id = p.id, ${TODAY}
         where s.id = any ($2::uuid[]) and s.expires_at > $1`,
        [this.clock.now(), sessionIds],
      ),
    );
    return new Map(
      found.map((row) => [
        row.session_id,
        toViewer(row, row.session_id, row.person_id === row.signed_in_id ? null : row.signed_in_id),
      ]),
    );
  }

  async viewerFor(personId: string): Promise<Viewer> {
    const row = await this.db.read((tx) =>
      maybeOne<ViewerRow>(
        tx,
        `select p.id as person_id, pr.locale, pr.zone, cp.org_unit_id, ${RIGHTS}
         from person p join person_profile pr on pr.person_id = p.id
         left join current_position cp on cp.person_id = p.id, ${TODAY} where p.id = $2 and p.status = 'active'`,
        [this.clock.now(), personId],
      ),
    );
    if (!row) throw new NotFound('person-unknown');
    return toViewer(row, '00000000-0000-0000-0000-000000000000', null);
  }

  /** Starts a session and returns the token for the cookie. */
  async start(tx: Tx, personId: string, userAgent: string, ip: string): Promise<{ id: string; token: string }> {
    const now = this.clock.now();
    const id = newId();
    const token = newSessionToken();
    await execute(
      tx,
      `insert into sign_in_session (id, person_id, token_hash, rotated_at, started_at, last_seen_at, expires_at, user_agent, ip)
       values ($1, $2, $3, $4, $4, $4, $5, $6, $7)`,
      [
        id,
        personId,
        tokenHash(token),
        now,
        new Date(now.getTime() + ABSOLUTE_MS),
        userAgent.slice(0, 300) || null,
        ip || null,
      ],
    );
    return { id, token };
  }

  async list(tx: Tx, personId: string): Promise<SessionSummary[]> {
    return rows(
      tx,
      `select id, started_at as "startedAt", last_seen_at as "lastSeenAt", user_agent as "userAgent", ip from sign_in_session
       where person_id = $1 and expires_at > $2 and last_seen_at > $2::timestamptz - make_interval(secs => $3) order by last_seen_at desc`,
      [personId, this.clock.now(), IDLE_MS / 1000],
    );
  }

  /** Ends one of the person's own sessions. */
  async end(tx: Tx, personId: string, sessionId: string): Promise<boolean> {
    await sessionsChanged(tx, personId);
    return (
      (await execute(tx, `delete from sign_in_session where id = $1 and person_id = $2`, [sessionId, personId])) > 0
    );
  }

  /** Ends all sessions of the person but one. Returns how many. */
  async endAll(tx: Tx, personId: string, exceptSessionId: string | null): Promise<number> {
    await sessionsChanged(tx, personId);
    return execute(tx, `delete from sign_in_session where person_id = $1 and ($2::uuid is null or id <> $2)`, [
      personId,
      exceptSessionId,
    ]);
  }

  async setViewAs(tx: Tx, sessionId: string, personId: string | null): Promise<void> {
    await execute(tx, `update sign_in_session set view_as_person_id = $2 where id = $1`, [sessionId, personId]);
  }

  async prune(tx: Tx): Promise<number> {
    return execute(
      tx,
      `delete from sign_in_session where expires_at <= $1 or last_seen_at <= $1::timestamptz - make_interval(secs => $2)`,
      [this.clock.now(), IDLE_MS / 1000],
    );
  }

  /** Writes what the visit changes. Returns a new token for the cookie when it is time for one. */
  private async keepUp(row: SessionRow, hash: string, now: Date): Promise<string | null> {
    const what = sessionUpkeep(
      {
        lastSeenAt: row.last_seen_at,
        expiresAt: row.expires_at,
        rotatedAt: row.rotated_at,
        currentToken: row.current_token,
        confirmed: row.confirmed,
      },
      now,
    );
    if (what === 'none') return null;
    try {
      return await this.db.read(async (tx) => {
        if (what === 'touch') {
          await execute(tx, `update sign_in_session set last_seen_at = $2 where id = $1`, [row.session_id, now]);
          return null;
        }
        if (what === 'confirm') {
          await execute(
            tx,
            `update sign_in_session set confirmed = true, previous_until = $3, last_seen_at = $4 where id = $1 and token_hash = $2 and not confirmed`,
            [row.session_id, hash, new Date(now.getTime() + OVERLAP_MS), now],
          );
          return null;
        }
        const token = newSessionToken();
        // Of requests at the same time one wins; the others keep the token they have, which stays valid.
        const written = await execute(
          tx,
          `update sign_in_session set token_hash = $3, previous_hash = $2, previous_until = null, confirmed = false, rotated_at = $4, last_seen_at = $4
           where id = $1 and rotated_at = $5 and (token_hash = $2 or previous_hash = $2)`,
          [row.session_id, hash, tokenHash(token), now, row.rotated_at],
        );
        return written === 1 ? token : null;
      });
    } catch (error) {
      this.logger.warn(`session upkeep: ${String(error)}`);
      return null;
    }
  }
}

function toViewer(row: ViewerRow, sessionId: string, viewAsBy: string | null): Viewer {
  const derived = new Set<GrantRole>();
  for (const kind of row.supervises ?? []) derived.add(kind === 'manager' ? 'manager' : 'mentor');
  const grants: ViewerGrant[] = [
    { role: 'learner', orgUnitId: null },
    ...[...derived].map((role) => ({ role, orgUnitId: null })),
    ...(row.grants ?? []).filter((g) => g.role !== 'learner'),
  ];
  const viewer: Viewer = {
    personId: row.person_id,
    sessionId,
    locale: row.locale,
    zone: row.zone,
    orgUnitId: row.org_unit_id,
    permissions: permissionsOf(grants),
    grants,
    viewAsBy: null,
  };
  return viewAsBy === null ? viewer : asLearner(viewer, sessionId, viewAsBy);
}

/** Looking as a learner shows what a learner sees, whatever else that person may do. */
export function asLearner(viewer: Viewer, sessionId: string, staffId: string): Viewer {
  const grants = viewer.grants.filter((g) => g.role === 'learner');
  return { ...viewer, sessionId, grants, permissions: permissionsOf(grants), viewAsBy: staffId };
}
