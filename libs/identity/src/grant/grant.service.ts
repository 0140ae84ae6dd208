import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, RuleViolation, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, one, publishWithCommit, rows, SESSIONS_CHANGED, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Settings } from '../company/company-settings.service.js';

export const GRANTABLE_ROLES = ['learner', 'author', 'steward', 'judge', 'trainer', 'ld-lead', 'admin'] as const;
export type GrantableRole = (typeof GRANTABLE_ROLES)[number];

export interface GrantRecord {
  id: string;
  personId: string;
  role: GrantableRole;
  orgUnitId: string | null;
  fromDay: LocalDay;
  toDay: LocalDay | null;
}

const COLUMNS = `g.id, g.person_id as "personId", g.role, g.org_unit_id as "orgUnitId", g.from_day as "fromDay", g.to_day as "toDay"`;

@Injectable()
export class Grants {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** Grants in force or planned. */
  async list(tx: Tx, filter: { role?: GrantableRole | null; orgUnitId?: string | null }): Promise<GrantRecord[]> {
    return rows(
      tx,
      `select ${COLUMNS} from permission_grant g join person_profile pr on pr.person_id = g.person_id
       where (g.to_day is null or g.to_day >= $1) and ($2::text is null or g.role = $2) and ($3::uuid is null or g.org_unit_id = $3)
       order by g.role, pr.name_pinyin, g.id`,
      [await this.settings.today(tx), filter.role ?? null, filter.orgUnitId ?? null],
    );
  }

  /** Grants in force or planned of these people. */
  async of(tx: Tx, personIds: readonly string[]): Promise<GrantRecord[]> {
    return rows(
      tx,
      `select ${COLUMNS} from permission_grant g where g.person_id = any ($1::uuid[]) and (g.to_day is null or g.to_day >= $2) order by g.role, g.id`,
      [personIds, await this.settings.today(tx)],
    );
  }

  async grant(
    tx: Tx,
    input: {
      personId: string;
      role: GrantableRole;
      orgUnitId?: string | null;
      fromDay?: LocalDay | null;
      toDay?: LocalDay | null;
    },
    actorId: string | null,
  ): Promise<GrantRecord> {
    const fromDay = input.fromDay ?? (await this.settings.today(tx));
    if (input.toDay && input.toDay < fromDay) throw new InvalidInput('ends-before-start');
    if (input.role === 'admin' && input.orgUnitId) throw new InvalidInput('admin-has-no-scope');
    const active = await maybeOne(tx, `select 1 from person where id = $1 and status = 'active' for share`, [
      input.personId,
    ]);
    if (!active) throw new InvalidInput('person-not-active');
    const id = newId();
    const written = await execute(
      tx,
      `insert into permission_grant (id, person_id, role, org_unit_id, from_day, to_day) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [id, input.personId, input.role, input.orgUnitId ?? null, fromDay, input.toDay ?? null],
    );
    if (written === 0) throw new Conflict('grant-exists');
    await publishWithCommit(tx, SESSIONS_CHANGED, { personId: input.personId });
    await this.audit.record(tx, {
      actorId,
      action: 'grant.given',
      subjectType: 'grant',
      subjectId: id,
      personId: input.personId,
      changes: [
        { field: 'role', from: null, to: input.role },
        { field: 'orgUnitId', from: null, to: input.orgUnitId ?? null },
      ],
    });
    return one(tx, `select ${COLUMNS} from permission_grant g where id = $1`, [id]);
  }

  /**
   * Takes the grant away at once.
   * @throws RuleViolation 'last-admin' when nobody else could administer afterwards
   */
  async revoke(tx: Tx, id: string, actorId: string): Promise<void> {
    const today = await this.settings.today(tx);
    // All admin grants are locked in one order, so that two administrators can't remove each other at the same time.
    const admins = await rows<{ id: string }>(
      tx,
      `select g.id from permission_grant g join person p on p.id = g.person_id and p.status = 'active'
       where g.role = 'admin' and g.from_day <= $1 and (g.to_day is null or g.to_day >= $1) order by g.id for update of g`,
      [today],
    );
    if (admins.length === 1 && admins[0]?.id === id) throw new RuleViolation('last-admin');
    const gone = await maybeOne<GrantRecord>(tx, `select ${COLUMNS} from permission_grant g where id = $1 for update`, [
      id,
    ]);
    if (!gone || (gone.toDay !== null && gone.toDay < today)) throw new NotFound('grant-unknown');
    // A grant of today has no day before it to end on; it leaves its trace in the audit.
    if (gone.fromDay >= today) await execute(tx, `delete from permission_grant where id = $1`, [id]);
    else await execute(tx, `update permission_grant set to_day = $2::date - 1 where id = $1`, [id, today]);
    await publishWithCommit(tx, SESSIONS_CHANGED, { personId: gone.personId });
    await this.audit.record(tx, {
      actorId,
      action: 'grant.revoked',
      subjectType: 'grant',
      subjectId: id,
      personId: gone.personId,
      changes: [
        { field: 'role', from: gone.role, to: null },
        { field: 'orgUnitId', from: gone.orgUnitId, to: null },
      ],
    });
  }
}
