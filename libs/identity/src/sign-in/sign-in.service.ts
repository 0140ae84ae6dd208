import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, RateLimited, Unauthenticated, type Clock } from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { identifierKeys } from './identifier.js';
import { PasswordHashes } from './password-hash.service.js';
import { checkPassword } from './password.js';
import { SignInSessions, tokenHash } from './sign-in-session.service.js';
import { returnTry, takeTry, type Bucket } from './throttle.repository.js';
import { ADDRESS, CODE_AND_ADDRESS, KNOWN_DEVICE, NAME_AND_ADDRESS } from './throttle.js';

export interface Visitor {
  ip: string;
  userAgent: string;
  /** The value of the device cookie, when the browser has one. */
  device: string | null;
}

export interface SignedIn {
  personId: string;
  sessionId: string;
  token: string;
  device: string;
}

const DEVICE_DAYS = 365;

@Injectable()
export class SignIn {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(SignInSessions) private readonly sessions: SignInSessions,
    @Inject(PasswordHashes) private readonly hashes: PasswordHashes,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws RateLimited 'too-many-tries' {retryAfterSeconds}
   * @throws Unauthenticated 'sign-in-failed' whatever was wrong
   */
  async signIn(identifier: string, password: string, visitor: Visitor): Promise<SignedIn> {
    const person = await this.db.read((tx) => this.find(tx, identifier, visitor.device));
    const buckets: Bucket[] =
      person?.known_device && visitor.device
        ? [{ key: `device:${person.id}:${tokenHash(visitor.device)}`, rule: KNOWN_DEVICE }]
        : [
            { key: `address:${visitor.ip}`, rule: ADDRESS },
            { key: `name:${person?.id ?? identifierKeys(identifier).number}:${visitor.ip}`, rule: NAME_AND_ADDRESS },
          ];
    await this.throttle(buckets);
    const ok = await this.hashes.matches(person?.password_hash ?? null, password);
    if (!ok || !person || person.status !== 'active') throw new Unauthenticated('sign-in-failed');
    return this.db.transaction(async (tx) => {
      for (const bucket of buckets) await returnTry(tx, bucket);
      return this.admit(tx, person.id, visitor);
    });
  }

  /** Counts a try in each bucket. @throws RateLimited */
  async throttle(buckets: readonly Bucket[]): Promise<void> {
    const now = this.clock.now();
    const wait = await this.db.read(async (tx) => {
      let longest = 0;
      for (const bucket of buckets) longest = Math.max(longest, await takeTry(tx, bucket, now));
      return longest;
    });
    if (wait > 0) throw new RateLimited('too-many-tries', { retryAfterSeconds: wait });
  }

  /** Whom a reset link would go to. Asking is throttled too: nobody's mailbox is to be flooded. */
  async findForReset(identifier: string, ip: string): Promise<string | null> {
    const person = await this.db.read((tx) => this.find(tx, identifier, null));
    await this.throttle([
      { key: `address:${ip}`, rule: ADDRESS },
      { key: `reset:${person?.id ?? identifierKeys(identifier).number}:${ip}`, rule: CODE_AND_ADDRESS },
    ]);
    return person?.status === 'active' ? person.id : null;
  }

  /** Starts a session for somebody who has proved who they are, and remembers the device. */
  async admit(tx: Tx, personId: string, visitor: Visitor): Promise<SignedIn> {
    const session = await this.sessions.start(tx, personId, visitor.userAgent, visitor.ip);
    const device = visitor.device ?? randomBytes(16).toString('base64url');
    await execute(
      tx,
      `insert into known_device (person_id, device_hash, last_used_at) values ($1, $2, $3)
       on conflict (person_id, device_hash) do update set last_used_at = excluded.last_used_at`,
      [personId, tokenHash(device), this.clock.now()],
    );
    return { personId, sessionId: session.id, token: session.token, device };
  }

  /** Sets the password after its rules hold. @throws InvalidInput */
  async setPassword(tx: Tx, personId: string, password: string): Promise<void> {
    const own = await maybeOne<{ own: (string | null)[] }>(
      tx,
      `select array[employee_number, name, name_en, email, mobile] as own from person_profile where person_id = $1`,
      [personId],
    );
    checkPassword(password, own?.own ?? []);
    await execute(
      tx,
      `insert into person_credential (person_id, password_hash, changed_at) values ($1, $2, $3)
       on conflict (person_id) do update set password_hash = excluded.password_hash, changed_at = excluded.changed_at`,
      [personId, await this.hashes.make(password), this.clock.now()],
    );
  }

  /** Gives those who have none a password nobody knows: their account is in use, and a reset opens it. */
  async closePasswords(tx: Tx, personIds: readonly string[]): Promise<void> {
    await execute(
      tx,
      `insert into person_credential (person_id, password_hash, changed_at) select unnest($1::uuid[]), $2, $3
       on conflict (person_id) do nothing`,
      [personIds, await this.hashes.make(randomBytes(32).toString('base64url')), this.clock.now()],
    );
  }

  /** @throws InvalidInput 'password-wrong' */
  async changePassword(personId: string, sessionId: string, current: string, next: string): Promise<void> {
    await this.throttle([{ key: `change:${personId}`, rule: KNOWN_DEVICE }]);
    const stored = await this.db.read((tx) =>
      maybeOne<{ password_hash: string }>(tx, `select password_hash from person_credential where person_id = $1`, [
        personId,
      ]),
    );
    if (!(await this.hashes.matches(stored?.password_hash ?? null, current))) throw new InvalidInput('password-wrong');
    await this.db.transaction(async (tx) => {
      await returnTry(tx, { key: `change:${personId}`, rule: KNOWN_DEVICE });
      await this.setPassword(tx, personId, next);
      await this.sessions.endAll(tx, personId, sessionId);
      await this.audit.record(tx, {
        actorId: personId,
        action: 'person.password-changed',
        subjectType: 'person',
        subjectId: personId,
        personId,
      });
    });
  }

  async forgetOldDevices(tx: Tx): Promise<number> {
    return execute(tx, `delete from known_device where last_used_at < $1::timestamptz - make_interval(days => $2)`, [
      this.clock.now(),
      DEVICE_DAYS,
    ]);
  }

  private async find(
    tx: Tx,
    identifier: string,
    device: string | null,
  ): Promise<{ id: string; status: string; password_hash: string | null; known_device: boolean } | null> {
    const keys = identifierKeys(identifier);
    return maybeOne(
      tx,
      `select p.id, p.status, c.password_hash,
              exists (select 1 from known_device d where d.person_id = p.id and d.device_hash = $4) as known_device
       from person_profile pr join person p on p.id = pr.person_id left join person_credential c on c.person_id = p.id
       where pr.employee_number_key = $1 or pr.email_key = $2 or pr.mobile_key = $3
       order by (pr.employee_number_key = $1) desc nulls last, (pr.email_key = $2) desc nulls last limit 1`,
      [keys.number, keys.email, keys.mobile, device === null ? null : tokenHash(device)],
    );
  }
}
