import { Inject, Injectable } from '@nestjs/common';
import {
  addDays,
  Conflict,
  InvalidInput,
  isValidZone,
  newId,
  NotFound,
  RuleViolation,
  type Clock,
  type LocalDay,
  type Locale,
} from '@waymark/kernel';
import { CLOCK, MailQueue, maybeOne, Outbox, rows, type Tx } from '@waymark/platform';
import { Audit, type AuditChangeInput } from '../audit/audit.service.js';
import { Settings } from '../company/company-settings.service.js';
import { looksLikeEmail, looksLikeMobile } from '../sign-in/identifier.js';
import { enforceDottedLines } from './dotted-lines.service.js';
import { PersonFiles } from './person-files.service.js';
import { personErased, personHired, personLeft, positionChanged } from './person.events.js';
import {
  endEmployment,
  enforceDuePositions,
  erasePersonalRows,
  handOverSupervision,
  insertEmployments,
  insertPersons,
  lockPerson,
  reportsOf,
  startPrimaryPositions,
  updateProfiles,
  type LockedPerson,
  type PositionSwitch,
  type PrimaryPosition,
  type ProfileFields,
} from './person.repository.js';

export interface PersonFacts {
  personId: string;
  status: 'active' | 'left' | 'erased';
  /** null after erasure */
  name: string | null;
  locale: Locale;
  zone: string;
  orgUnitId: string | null;
  jobRoleId: string | null;
  managerId: string | null;
  hireDate: LocalDay | null;
}

export interface NewPerson {
  employeeNumber: string;
  name: string;
  nameEn?: string | null;
  email?: string | null;
  mobile?: string | null;
  locale?: Locale;
  zone?: string;
  hireDate: LocalDay;
  orgUnitId: string;
  jobRoleId?: string | null;
  managerId?: string | null;
}

export type ProfilePatch = Partial<ProfileFields>;

export interface Placement {
  personId: string;
  fromDay: LocalDay;
  orgUnitId: string;
  jobRoleId: string | null;
  managerId: string | null;
}

const PROFILE_FIELDS = ['employeeNumber', 'name', 'nameEn', 'email', 'mobile', 'locale', 'zone'] as const;

/** Hiring, moving, leaving and forgetting people. Every method runs in the caller's transaction. */
@Injectable()
export class Persons {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(PersonFiles) private readonly files: PersonFiles,
    @Inject(MailQueue) private readonly mail: MailQueue,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async facts(tx: Tx, personIds: readonly string[]): Promise<Map<string, PersonFacts>> {
    const found = await rows<PersonFacts>(
      tx,
      `select p.id as "personId", p.status, pr.name, pr.locale, pr.zone, cp.org_unit_id as "orgUnitId", cp.job_role_id as "jobRoleId",
              cp.manager_id as "managerId", e.hire_date as "hireDate"
       from person p join person_profile pr on pr.person_id = p.id
       left join current_position cp on cp.person_id = p.id
       left join lateral (select hire_date from employment e where e.person_id = p.id order by from_day desc limit 1) e on true
       where p.id = any ($1::uuid[])`,
      [[...new Set(personIds)]],
    );
    return new Map(found.map((f) => [f.personId, f]));
  }

  /** Creates one person after checking the unit, role and manager. */
  async hire(tx: Tx, person: NewPerson, actorId: string): Promise<string> {
    const personId = newId();
    await this.checkPlacement(tx, {
      personId,
      orgUnitId: person.orgUnitId,
      jobRoleId: person.jobRoleId ?? null,
      managerId: person.managerId ?? null,
      fromDay: person.hireDate,
    });
    await this.createMany(tx, [person], actorId, [personId]);
    return personId;
  }

  async create(tx: Tx, person: NewPerson, actorId: string | null): Promise<string> {
    const [id] = await this.createMany(tx, [person], actorId);
    return id as string;
  }

  /** Set-based: a handful of statements however many people. Ids in the same order. */
  async createMany(
    tx: Tx,
    people: readonly NewPerson[],
    actorId: string | null,
    ids?: readonly string[],
  ): Promise<string[]> {
    if (people.length === 0) return [];
    const settings = await this.settings.get(tx);
    const today = await this.settings.today(tx);
    const now = this.clock.now();
    const full = people.map((p, i) => ({
      ...p,
      personId: ids?.[i] ?? newId(),
      nameEn: p.nameEn ?? null,
      email: p.email ?? null,
      mobile: p.mobile ?? null,
      locale: p.locale ?? settings.defaultLocale,
      zone: p.zone ?? settings.zone,
      jobRoleId: p.jobRoleId ?? null,
      managerId: p.managerId ?? null,
    }));
    for (const p of full) this.checkProfile(p);
    await insertPersons(tx, full, now);
    await insertEmployments(tx, full);
    await startPrimaryPositions(
      tx,
      full.map((p) => ({ ...p, fromDay: p.hireDate })),
      today,
    );
    await this.audit.recordMany(
      tx,
      full.map((p) => ({
        actorId,
        action: 'person.created',
        subjectType: 'person',
        subjectId: p.personId,
        personId: p.personId,
        changes: [
          { field: 'employeeNumber', from: null, to: p.employeeNumber, personal: true },
          { field: 'name', from: null, to: p.name, personal: true },
          { field: 'orgUnitId', from: null, to: p.orgUnitId },
          { field: 'hireDate', from: null, to: p.hireDate },
        ],
      })),
    );
    await this.outbox.publishMany(
      tx,
      personHired,
      full.map((p) => ({
        personId: p.personId,
        payload: {
          hireDate: p.hireDate,
          orgUnitId: p.orgUnitId,
          jobRoleId: p.jobRoleId,
          managerId: p.managerId,
          rehire: false,
        },
      })),
    );
    return full.map((p) => p.personId);
  }

  /** @throws Conflict 'changed-meanwhile' when somebody saved since `revision` was read */
  async updateProfile(tx: Tx, personId: string, revision: number, patch: ProfilePatch, actorId: string): Promise<void> {
    const locked = await this.lock(tx, personId);
    if (locked.revision !== revision) throw await this.audit.staleRevision(tx, 'person', personId);
    await this.updateProfiles(tx, [{ personId, patch }], actorId);
  }

  /** Changes what differs; writes nothing for the rest. */
  async updateProfiles(
    tx: Tx,
    list: readonly { personId: string; patch: ProfilePatch }[],
    actorId: string,
  ): Promise<void> {
    const before = await rows<ProfileFields & { personId: string }>(
      tx,
      `select person_id as "personId", employee_number as "employeeNumber", name, name_en as "nameEn", email, mobile, locale, zone
       from person_profile where person_id = any ($1::uuid[]) and name is not null for update`,
      [list.map((l) => l.personId)],
    );
    const byId = new Map(before.map((b) => [b.personId, b]));
    const changed: { next: ProfileFields & { personId: string }; changes: AuditChangeInput[] }[] = [];
    for (const { personId, patch } of list) {
      const old = byId.get(personId);
      if (!old) throw new NotFound('person-unknown');
      const next = { ...old, ...patch };
      this.checkProfile(next);
      const changes = PROFILE_FIELDS.filter((f) => old[f] !== next[f]).map((field) => ({
        field,
        from: old[field],
        to: next[field],
        personal: true,
      }));
      if (changes.length > 0) changed.push({ next, changes });
    }
    await updateProfiles(
      tx,
      changed.map((c) => c.next),
      this.clock.now(),
    );
    await this.audit.recordMany(
      tx,
      changed.map((c) => ({
        actorId,
        action: 'person.changed',
        subjectType: 'person',
        subjectId: c.next.personId,
        personId: c.next.personId,
        changes: c.changes,
      })),
    );
  }

  /** @throws InvalidInput 'transfer-before-current' when the day is before the present position began */
  async transfer(tx: Tx, placement: Placement, actorId: string): Promise<void> {
    const person = await this.lock(tx, placement.personId);
    if (person.status !== 'active') throw new RuleViolation('person-not-active');
    if (person.from_day !== null && placement.fromDay < person.from_day) {
      throw new InvalidInput('transfer-before-current', { currentFrom: person.from_day });
    }
    await this.checkPlacement(tx, placement);
    await this.place(tx, [placement], actorId);
  }

  /** Set-based transfer without the checks of a single one; the caller has validated units, roles and managers. */
  async place(tx: Tx, placements: readonly Placement[], actorId: string | null): Promise<void> {
    const today = await this.settings.today(tx);
    const inForce = await startPrimaryPositions(tx, placements, today);
    await this.audit.recordMany(
      tx,
      placements.map((p) => ({
        actorId,
        action: 'person.transferred',
        subjectType: 'person',
        subjectId: p.personId,
        personId: p.personId,
        changes: [
          { field: 'fromDay', from: null, to: p.fromDay },
          { field: 'orgUnitId', from: null, to: p.orgUnitId },
          { field: 'jobRoleId', from: null, to: p.jobRoleId },
          { field: 'managerId', from: null, to: p.managerId },
        ],
      })),
    );
    await this.publishSwitches(tx, inForce);
  }

  /**
   * The person's last day is `lastDay`. When that is today or past, everything ends now, in this transaction; otherwise
   * it is noted and the daily job ends it.
   */
  async leave(tx: Tx, personId: string, lastDay: LocalDay, actorId: string | null): Promise<void> {
    const person = await this.lock(tx, personId);
    if (person.status !== 'active') throw new RuleViolation('person-not-active');
    if (person.hire_date !== null && lastDay < person.hire_date) {
      throw new InvalidInput('leave-before-hire', { hireDate: person.hire_date });
    }
    await this.keepAnAdmin(tx, personId);
    await this.audit.record(tx, {
      actorId,
      action: 'person.left',
      subjectType: 'person',
      subjectId: personId,
      personId,
      changes: [{ field: 'lastDay', from: null, to: lastDay }],
    });
    const today = await this.settings.today(tx);
    if (lastDay > today) {
      await tx.query(`update person set left_on = $2, revision = revision + 1 where id = $1`, [personId, lastDay]);
      return;
    }
    await this.finishLeaving(tx, personId, lastDay, today, actorId);
  }

  async rehire(
    tx: Tx,
    input: {
      personId: string;
      hireDate: LocalDay;
      orgUnitId: string;
      jobRoleId: string | null;
      managerId: string | null;
    },
    actorId: string,
  ): Promise<void> {
    const person = await this.lock(tx, input.personId);
    if (person.status !== 'left') throw new RuleViolation('person-not-left');
    const placement: Placement = { ...input, fromDay: input.hireDate };
    await this.checkPlacement(tx, placement);
    const last = await maybeOne<{ to_day: LocalDay }>(
      tx,
      `select greatest((select max(to_day) from employment where person_id = $1), (select max(to_day) from position where person_id = $1 and kind = 'primary')) as to_day`,
      [input.personId],
    );
    if (last && input.hireDate <= last.to_day)
      throw new InvalidInput('rehire-before-leaving', { earliest: addDays(last.to_day, 1) });
    await tx.query(`update person set status = 'active', left_on = null, revision = revision + 1 where id = $1`, [
      input.personId,
    ]);
    await insertEmployments(tx, [{ personId: input.personId, hireDate: input.hireDate }]);
    await startPrimaryPositions(tx, [placement], await this.settings.today(tx));
    await this.audit.record(tx, {
      actorId,
      action: 'person.rehired',
      subjectType: 'person',
      subjectId: input.personId,
      personId: input.personId,
      changes: [{ field: 'hireDate', from: person.hire_date, to: input.hireDate }],
    });
    await this.outbox.publish(tx, personHired, {
      personId: input.personId,
      payload: {
        hireDate: input.hireDate,
        orgUnitId: input.orgUnitId,
        jobRoleId: input.jobRoleId,
        managerId: input.managerId,
        rehire: true,
      },
    });
  }

  /**
   * Empties everything personal about somebody who left. Ids and facts stay; other libs empty theirs on personErased.
   * @param confirmNumber the employee number, typed again
   */
  async erase(tx: Tx, personId: string, confirmNumber: string, actorId: string | null): Promise<void> {
    const person = await this.lock(tx, personId);
    if (person.status === 'erased') throw new RuleViolation('person-already-erased');
    if (person.status !== 'left') throw new RuleViolation('erase-needs-leaving');
    if (person.employee_number !== confirmNumber.trim()) throw new InvalidInput('erase-not-confirmed');
    await this.forget(tx, personId, actorId);
  }

  /** Somebody who was erased and came back with a restored backup, whatever they were when it was made. */
  async eraseAgain(tx: Tx, personId: string): Promise<void> {
    const person = await this.lock(tx, personId);
    if (person.status === 'erased') return;
    if (person.status === 'active') {
      const today = await this.settings.today(tx);
      await this.finishLeaving(tx, personId, addDays(today, -1), today, null);
    }
    await this.forget(tx, personId, null);
  }

  private async forget(tx: Tx, personId: string, actorId: string | null): Promise<void> {
    await erasePersonalRows(tx, personId, this.clock.now());
    await this.files.erasePerson(tx, personId);
    await this.mail.eraseFor(tx, personId);
    await this.audit.record(tx, {
      actorId,
      action: 'person.erased',
      subjectType: 'person',
      subjectId: personId,
      personId,
    });
    await this.outbox.publish(tx, personErased, { personId, payload: {} });
  }

  /** Positions and leavers whose day has come; run daily. Safe to run twice. */
  async applyEffectiveDates(tx: Tx): Promise<{ positions: number; leavers: number }> {
    const today = await this.settings.today(tx);
    const switched = await enforceDuePositions(tx, today);
    await enforceDottedLines(tx, today);
    await this.publishSwitches(tx, switched);
    const leavers = await rows<{ id: string; left_on: LocalDay }>(
      tx,
      `select id, left_on from person where status = 'active' and left_on < $1 for update skip locked`,
      [today],
    );
    for (const l of leavers) await this.finishLeaving(tx, l.id, l.left_on, today, null);
    return { positions: switched.length, leavers: leavers.length };
  }

  private async finishLeaving(
    tx: Tx,
    personId: string,
    lastDay: LocalDay,
    today: LocalDay,
    actorId: string | null,
  ): Promise<void> {
    const managerId = await endEmployment(tx, personId, lastDay);
    await handOverSupervision(tx, personId, managerId, lastDay, today);
    const reports = await reportsOf(tx, personId);
    await this.place(
      tx,
      reports.map((r) => ({
        personId: r.person_id,
        fromDay: r.from_day > today ? r.from_day : today,
        orgUnitId: r.org_unit_id,
        jobRoleId: r.job_role_id,
        managerId: managerId === r.person_id ? null : managerId,
      })),
      actorId,
    );
    await this.outbox.publish(tx, personLeft, { personId, payload: { lastDay, managerId } });
  }

  /** @throws RuleViolation 'last-admin' when nobody else could administer afterwards */
  private async keepAnAdmin(tx: Tx, personId: string): Promise<void> {
    const admins = await rows<{ person_id: string }>(
      tx,
      `select g.person_id from permission_grant g join person p on p.id = g.person_id and p.status = 'active'
       where g.role = 'admin' and g.to_day is null order by g.id for update of g`,
    );
    if (admins.length > 0 && admins.every((a) => a.person_id === personId)) throw new RuleViolation('last-admin');
  }

  private async publishSwitches(tx: Tx, switches: readonly PositionSwitch[]): Promise<void> {
    await this.outbox.publishMany(
      tx,
      positionChanged,
      switches.map((s) => ({
        personId: s.person_id,
        payload: {
          fromDay: s.from_day,
          orgUnitId: s.org_unit_id,
          jobRoleId: s.job_role_id,
          managerId: s.manager_id,
          previousOrgUnitId: s.old_org_unit_id,
          previousJobRoleId: s.old_job_role_id,
          previousManagerId: s.old_manager_id,
        },
      })),
    );
  }

  private async lock(tx: Tx, personId: string): Promise<LockedPerson> {
    const person = await lockPerson(tx, personId);
    if (!person) throw new NotFound('person-unknown');
    return person;
  }

  private async checkPlacement(tx: Tx, p: PrimaryPosition): Promise<void> {
    if (p.managerId === p.personId) throw new InvalidInput('manager-is-self');
    const found = await maybeOne<{ unit: boolean; role: boolean; manager: boolean }>(
      tx,
      `select exists (select 1 from org_unit where id = $1 and archived_at is null) as unit,
              $2::uuid is null or exists (select 1 from job_role where id = $2 and archived_at is null) as role,
              $3::uuid is null or exists (select 1 from person where id = $3 and status = 'active') as manager`,
      [p.orgUnitId, p.jobRoleId, p.managerId],
    );
    if (!found?.unit) throw new InvalidInput('org-unit-unknown');
    if (!found.role) throw new InvalidInput('job-role-unknown');
    if (!found.manager) throw new InvalidInput('manager-unknown');
    await this.checkManagerLoop(tx, p.personId, p.managerId);
  }

  /** A person can't end up, through managers of managers, as their own manager. */
  private async checkManagerLoop(tx: Tx, personId: string, managerId: string | null): Promise<void> {
    if (managerId === null) return;
    const loop = await maybeOne(
      tx,
      `with recursive up as (
         select $2::uuid as id, 1 as depth
         union all select cp.manager_id, depth + 1 from up join current_position cp on cp.person_id = up.id
           where cp.manager_id is not null and depth < 50
       ) select 1 from up where id = $1 limit 1`,
      [personId, managerId],
    );
    if (loop) throw new Conflict('manager-loop');
  }

  private checkProfile(p: ProfileFields): void {
    if (p.employeeNumber.trim() === '') throw new InvalidInput('employee-number-missing');
    if (p.name.trim() === '') throw new InvalidInput('name-missing');
    if (p.email !== null && !looksLikeEmail(p.email)) throw new InvalidInput('email-invalid');
    if (p.mobile !== null && !looksLikeMobile(p.mobile)) throw new InvalidInput('mobile-invalid');
    if (!isValidZone(p.zone)) throw new InvalidInput('zone-unknown', { zone: p.zone });
  }
}
