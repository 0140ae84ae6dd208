import { createHash, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, newId, publicToken, type Clock } from '@waymark/kernel';
import { CLOCK, Db, maybeOne, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { employeeNumberKey } from '../sign-in/identifier.js';
import { SignIn, type SignedIn, type Visitor } from '../sign-in/sign-in.service.js';
import { sessionsChanged } from '../sign-in/sign-in-session.service.js';
import { returnTry, type Bucket } from '../sign-in/throttle.repository.js';
import { ADDRESS, CODE_AND_ADDRESS } from '../sign-in/throttle.js';
import { formatActivationCode, normaliseActivationCode } from './activation-code.js';

export type LinkKind = 'invitation' | 'reset';

const DAY = 86_400_000;
export const RESET_MINUTES = 120;
const LIFETIME_MS = { invitation: 14 * DAY, reset: RESET_MINUTES * 60_000, activation: 30 * DAY };

export interface PrintedCode {
  personId: string;
  employeeNumber: string;
  code: string;
  expiresAt: Date;
}

const hashLink = (token: string): string => createHash('sha256').update(token).digest('hex');
/** The person is part of what is hashed: a code is of use to nobody else. */
const hashCode = (personId: string, code: string): string =>
  createHash('sha256')
    .update(`${personId}:${normaliseActivationCode(code)}`)
    .digest('hex');

/** One-time ways in: invitation and reset links, printed activation codes. Only their hashes are stored. */
@Injectable()
export class AccessTokens {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A new link token; an older one of the same kind stops working. */
  async issueLink(
    tx: Tx,
    personId: string,
    kind: LinkKind,
    actorId: string | null,
  ): Promise<{ id: string; token: string; expiresAt: Date }> {
    const token = publicToken();
    const id = newId();
    const expiresAt = await this.store(tx, [{ id, personId, hash: hashLink(token) }], kind, actorId);
    return { id, token, expiresAt };
  }

  /** One printed code per active person; older codes stop working. */
  async printCodes(tx: Tx, personIds: readonly string[], actorId: string): Promise<PrintedCode[]> {
    const people = await rows<{ id: string; employee_number: string }>(
      tx,
      `select p.id, pr.employee_number from person p join person_profile pr on pr.person_id = p.id
       where p.id = any ($1::uuid[]) and p.status = 'active' order by pr.name_pinyin, p.id`,
      [personIds],
    );
    const codes = people.map((p) => ({
      personId: p.id,
      employeeNumber: p.employee_number,
      code: formatActivationCode(randomBytes(16)),
    }));
    const expiresAt = await this.store(
      tx,
      codes.map((c) => ({ id: newId(), personId: c.personId, hash: hashCode(c.personId, c.code) })),
      'activation',
      actorId,
    );
    await this.audit.recordMany(
      tx,
      codes.map((c) => ({
        actorId,
        action: 'person.code-printed',
        subjectType: 'person',
        subjectId: c.personId,
        personId: c.personId,
      })),
    );
    return codes.map((c) => ({ ...c, expiresAt }));
  }

  /** Whom a link is for; null when it is unknown, used or expired. */
  async describe(tx: Tx, token: string): Promise<{ kind: LinkKind; name: string; expiresAt: Date } | null> {
    return maybeOne(
      tx,
      `select t.kind, pr.name, t.expires_at as "expiresAt" from access_token t join person p on p.id = t.person_id and p.status = 'active'
       join person_profile pr on pr.person_id = p.id where t.token_hash = $1 and t.kind <> 'activation' and t.expires_at > $2`,
      [hashLink(token), this.clock.now()],
    );
  }

  /** Uses up the link, sets the password, ends other sessions and signs in. @throws InvalidInput 'token-invalid' */
  async redeemLink(token: string, password: string, visitor: Visitor): Promise<SignedIn> {
    await this.signIn.throttle([{ key: `address:${visitor.ip}`, rule: ADDRESS }]);
    return this.db.transaction(async (tx) => {
      const used = await maybeOne<{ person_id: string; kind: LinkKind }>(
        tx,
        `select t.person_id, t.kind from access_token t join person p on p.id = t.person_id and p.status = 'active'
         where t.token_hash = $1 and t.kind <> 'activation' and t.expires_at > $2 for update of t`,
        [hashLink(token), this.clock.now()],
      );
      if (!used) throw new InvalidInput('token-invalid');
      return this.finish(tx, used.person_id, password, visitor, [{ key: `address:${visitor.ip}`, rule: ADDRESS }]);
    });
  }

  /** @throws InvalidInput 'code-invalid' whatever was wrong; RateLimited 'too-many-tries' */
  async redeemCode(employeeNumber: string, code: string, password: string, visitor: Visitor): Promise<SignedIn> {
    const buckets: Bucket[] = [
      { key: `address:${visitor.ip}`, rule: ADDRESS },
      { key: `code:${employeeNumberKey(employeeNumber)}:${visitor.ip}`, rule: CODE_AND_ADDRESS },
    ];
    await this.signIn.throttle(buckets);
    return this.db.transaction(async (tx) => {
      const person = await maybeOne<{ id: string }>(
        tx,
        `select p.id from person p join person_profile pr on pr.person_id = p.id where pr.employee_number_key = $1 and p.status = 'active'`,
        [employeeNumberKey(employeeNumber)],
      );
      const used = await maybeOne<{ person_id: string }>(
        tx,
        `select person_id from access_token where token_hash = $1 and kind = 'activation' and expires_at > $2 for update`,
        [hashCode(person?.id ?? 'nobody', code), this.clock.now()],
      );
      if (!person || !used) throw new InvalidInput('code-invalid');
      return this.finish(tx, person.id, password, visitor, buckets);
    });
  }

  async prune(tx: Tx): Promise<void> {
    await tx.query(`delete from access_token where expires_at <= $1`, [this.clock.now()]);
  }

  private async finish(
    tx: Tx,
    personId: string,
    password: string,
    visitor: Visitor,
    buckets: readonly Bucket[],
  ): Promise<SignedIn> {
    await this.signIn.setPassword(tx, personId, password);
    await tx.query(`delete from access_token where person_id = $1`, [personId]);
    await tx.query(`delete from sign_in_session where person_id = $1`, [personId]);
    await sessionsChanged(tx, personId);
    for (const bucket of buckets) await returnTry(tx, bucket);
    return this.signIn.admit(tx, personId, visitor);
  }

  private async store(
    tx: Tx,
    list: readonly { id: string; personId: string; hash: string }[],
    kind: keyof typeof LIFETIME_MS,
    actorId: string | null,
  ): Promise<Date> {
    const expiresAt = new Date(this.clock.now().getTime() + LIFETIME_MS[kind]);
    await tx.query(
      `insert into access_token (id, person_id, kind, token_hash, expires_at, created_by)
       select id, person_id, $2, hash, $3, $4 from jsonb_to_recordset($1::jsonb) as t(id uuid, person_id uuid, hash text)
       on conflict (person_id, kind) do update set id = excluded.id, token_hash = excluded.token_hash, expires_at = excluded.expires_at,
         created_by = excluded.created_by, created_at = now()`,
      [JSON.stringify(list.map((l) => ({ id: l.id, person_id: l.personId, hash: l.hash }))), kind, expiresAt, actorId],
    );
    return expiresAt;
  }
}
