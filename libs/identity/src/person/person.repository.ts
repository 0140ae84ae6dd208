import { Conflict, newId, type LocalDay, type Locale } from '@waymark/kernel';
import { execute, maybeOne, publishWithCommit, rows, SESSIONS_CHANGED, type Tx } from '@waymark/platform';
import { emailKey, employeeNumberKey, mobileKey } from '../sign-in/identifier.js';
import { forgetInImports } from '../people-import/people-import.repository.js';
import { searchTextOf, sortKeyOf } from './person-name.js';

export interface ProfileFields {
  employeeNumber: string;
  name: string;
  nameEn: string | null;
  email: string | null;
  mobile: string | null;
  locale: Locale;
  zone: string;
}

export interface ProfileRow extends ProfileFields {
  personId: string;
}

function profileColumns(p: ProfileRow): Record<string, string | null> {
  return {
    person_id: p.personId,
    employee_number: p.employeeNumber,
    employee_number_key: employeeNumberKey(p.employeeNumber),
    name: p.name,
    name_en: p.nameEn,
    name_pinyin: sortKeyOf(p.name),
    name_search: searchTextOf(p.name, p.nameEn, p.employeeNumber),
    email: p.email,
    email_key: p.email === null ? null : emailKey(p.email),
    mobile: p.mobile,
    mobile_key: p.mobile === null ? null : mobileKey(p.mobile),
    locale: p.locale,
    zone: p.zone,
  };
}

const PROFILE_RECORD = `person_id uuid, employee_number text, employee_number_key text, name text, name_en text, name_pinyin text,
  name_search text, email text, email_key text, mobile text, mobile_key text, locale text, zone text`;
const PROFILE_COLUMNS = PROFILE_RECORD.replace(/ (uuid|text)/g, '');

const TAKEN: Record<string, string> = {
  person_profile_employee_number_key_key: 'employee-number-taken',
  person_profile_email_key_key: 'email-taken',
  person_profile_mobile_key_key: 'mobile-taken',
};

/** A unique violation on a person's number, e-mail or mobile as a refusal; anything else is thrown on. */
async function refusingTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const constraint = (error as { constraint?: string }).constraint;
    const code = constraint ? TAKEN[constraint] : undefined;
    throw code ? new Conflict(code) : error;
  }
}

export async function insertPersons(tx: Tx, list: readonly ProfileRow[], at: Date): Promise<void> {
  if (list.length === 0) return;
  const json = JSON.stringify(list.map(profileColumns));
  await refusingTaken(() =>
    tx.query(
      `with input as (select * from jsonb_to_recordset($1::jsonb) as p(${PROFILE_RECORD})),
            people as (insert into person (id, created_at) select person_id, $2 from input returning id)
       insert into person_profile (${PROFILE_COLUMNS}, updated_at) select ${PROFILE_COLUMNS}, $2 from input`,
      [json, at],
    ),
  );
}

export async function updateProfiles(tx: Tx, list: readonly ProfileRow[], at: Date): Promise<void> {
  if (list.length === 0) return;
  const set = PROFILE_COLUMNS.split(',')
    .map((c) => c.trim())
    .filter((c) => c !== 'person_id')
    .map((c) => `${c} = i.${c}`)
    .join(', ');
  await refusingTaken(() =>
    tx.query(
      `with input as (select * from jsonb_to_recordset($1::jsonb) as p(${PROFILE_RECORD})),
            revised as (update person p set revision = p.revision + 1 from input i where p.id = i.person_id)
       update person_profile pr set ${set}, updated_at = $2 from input i where pr.person_id = i.person_id`,
      [JSON.stringify(list.map(profileColumns)), at],
    ),
  );
}

export interface NewEmployment {
  personId: string;
  hireDate: LocalDay;
}

export async function insertEmployments(tx: Tx, list: readonly NewEmployment[]): Promise<void> {
  if (list.length === 0) return;
  await tx.query(
    `insert into employment (id, person_id, hire_date, from_day)
     select id, person_id, hire_date, hire_date
     from jsonb_to_recordset($1::jsonb) as e(id uuid, person_id uuid, hire_date date)`,
    [JSON.stringify(list.map((e) => ({ id: newId(), person_id: e.personId, hire_date: e.hireDate })))],
  );
}

export interface PrimaryPosition {
  personId: string;
  orgUnitId: string;
  jobRoleId: string | null;
  managerId: string | null;
  fromDay: LocalDay;
}

export interface PositionSwitch {
  person_id: string;
  from_day: LocalDay;
  org_unit_id: string;
  job_role_id: string | null;
  manager_id: string | null;
  old_org_unit_id: string | null;
  old_job_role_id: string | null;
  old_manager_id: string | null;
}

/**
 * Gives each person the primary position from its day on. A later planned one is dropped, the one before ends the day
 * before; one that starts the same day is replaced. In force at once when the day has come or there is none before it.
 * Returns those in force at once, with what was before.
 */
export async function startPrimaryPositions(
  tx: Tx,
  list: readonly PrimaryPosition[],
  today: LocalDay,
): Promise<PositionSwitch[]> {
  if (list.length === 0) return [];
  const json = JSON.stringify(
    list.map((p) => ({
      id: newId(),
      person_id: p.personId,
      org_unit_id: p.orgUnitId,
      job_role_id: p.jobRoleId,
      manager_id: p.managerId,
      from_day: p.fromDay,
    })),
  );
  const input = `jsonb_to_recordset($1::jsonb) as i(id uuid, person_id uuid, org_unit_id uuid, job_role_id uuid, manager_id uuid, from_day date)`;
  const before = await rows<{
    person_id: string;
    org_unit_id: string;
    job_role_id: string | null;
    manager_id: string | null;
  }>(
    tx,
    `select p.person_id, p.org_unit_id, p.job_role_id, p.manager_id from position p
     where p.kind = 'primary' and p.current and p.person_id = any ($1::uuid[]) for update`,
    [list.map((p) => p.personId)],
  );
  if (before.length > 0) {
    await tx.query(
      `delete from position p using ${input} where p.person_id = i.person_id and p.kind = 'primary' and p.from_day >= i.from_day`,
      [json],
    );
    await tx.query(
      `update position p set to_day = i.from_day - 1, current = p.current and i.from_day > $2::date from ${input}
       where p.person_id = i.person_id and p.kind = 'primary' and (p.to_day is null or p.to_day >= i.from_day)`,
      [json, today],
    );
  }
  const inForce = await rows<{
    person_id: string;
    from_day: string;
    org_unit_id: string;
    job_role_id: string | null;
    manager_id: string | null;
  }>(
    tx,
    `insert into position (id, person_id, org_unit_id, job_role_id, manager_id, kind, from_day, current)
     select i.id, i.person_id, i.org_unit_id, i.job_role_id, i.manager_id, 'primary', i.from_day,
            i.from_day <= $2::date or not exists (
              select 1 from position c where c.person_id = i.person_id and c.kind = 'primary' and c.current)
     from ${input}
     returning person_id, from_day, org_unit_id, job_role_id, manager_id, current`,
    [json, today],
  ).then((all) => (all as ((typeof all)[number] & { current: boolean })[]).filter((p) => p.current));
  await syncManagers(
    tx,
    inForce.map((p) => ({ personId: p.person_id, managerId: p.manager_id, fromDay: p.from_day })),
  );
  const old = new Map(before.map((b) => [b.person_id, b]));
  return inForce.map((p) => ({
    person_id: p.person_id,
    from_day: p.from_day,
    org_unit_id: p.org_unit_id,
    job_role_id: p.job_role_id,
    manager_id: p.manager_id,
    old_org_unit_id: old.get(p.person_id)?.org_unit_id ?? null,
    old_job_role_id: old.get(p.person_id)?.job_role_id ?? null,
    old_manager_id: old.get(p.person_id)?.manager_id ?? null,
  }));
}

/** The manager of the position in force is the manager in supervision. */
async function syncManagers(
  tx: Tx,
  list: readonly { personId: string; managerId: string | null; fromDay: LocalDay }[],
): Promise<void> {
  if (list.length === 0) return;
  const json = JSON.stringify(
    list.map((m) => ({ id: newId(), person_id: m.personId, manager_id: m.managerId, from_day: m.fromDay })),
  );
  const input = `jsonb_to_recordset($1::jsonb) as i(id uuid, person_id uuid, manager_id uuid, from_day date)`;
  await tx.query(
    `delete from supervision s using ${input} where s.person_id = i.person_id and s.kind = 'manager' and s.to_day is null
       and s.supervisor_id is distinct from i.manager_id and s.from_day >= i.from_day`,
    [json],
  );
  await tx.query(
    `update supervision s set to_day = i.from_day - 1 from ${input} where s.person_id = i.person_id and s.kind = 'manager'
       and s.to_day is null and s.supervisor_id is distinct from i.manager_id`,
    [json],
  );
  await tx.query(
    `insert into supervision (id, supervisor_id, person_id, kind, from_day)
     select i.id, i.manager_id, i.person_id, 'manager', i.from_day from ${input}
     where i.manager_id is not null and not exists (
       select 1 from supervision s where s.person_id = i.person_id and s.kind = 'manager' and s.to_day is null)`,
    [json],
  );
}

/** Brings planned positions whose day has come into force. */
export async function enforceDuePositions(tx: Tx, today: LocalDay): Promise<PositionSwitch[]> {
  const due = await rows<PositionSwitch & { id: string }>(
    tx,
    `select n.id, n.person_id, n.from_day, n.org_unit_id, n.job_role_id, n.manager_id, o.org_unit_id as old_org_unit_id,
            o.job_role_id as old_job_role_id, o.manager_id as old_manager_id
     from position n join position o on o.person_id = n.person_id and o.kind = 'primary' and o.current
     where n.kind = 'primary' and not n.current and n.from_day <= $1 and (n.to_day is null or n.to_day >= $1) and n.from_day > o.from_day
     for update of n skip locked`,
    [today],
  );
  if (due.length === 0) return [];
  await execute(
    tx,
    `update position set current = false where kind = 'primary' and current and person_id = any ($1::uuid[])`,
    [due.map((d) => d.person_id)],
  );
  await execute(tx, `update position set current = true where id = any ($1::uuid[])`, [due.map((d) => d.id)]);
  await syncManagers(
    tx,
    due.map((d) => ({ personId: d.person_id, managerId: d.manager_id, fromDay: d.from_day })),
  );
  return due;
}

export interface LockedPerson {
  id: string;
  status: 'active' | 'left' | 'erased';
  revision: number;
  employee_number: string | null;
  manager_id: string | null;
  org_unit_id: string | null;
  hire_date: LocalDay | null;
  from_day: LocalDay | null;
}

export async function lockPerson(tx: Tx, id: string): Promise<LockedPerson | null> {
  return maybeOne(
    tx,
    `select p.id, p.status, p.revision, pr.employee_number, cp.manager_id, cp.org_unit_id, e.hire_date, cp.from_day
     from person p join person_profile pr on pr.person_id = p.id
     left join current_position cp on cp.person_id = p.id
     left join lateral (select hire_date from employment e where e.person_id = p.id order by from_day desc limit 1) e on true
     where p.id = $1 for update of p`,
    [id],
  );
}

/** Ends everything that ties the person to the company after `lastDay`. Returns the manager that takes over. */
export async function endEmployment(tx: Tx, personId: string, lastDay: LocalDay): Promise<string | null> {
  const last = await maybeOne<{ manager_id: string | null }>(
    tx,
    `select p.manager_id from position p where p.person_id = $1 and p.kind = 'primary' order by p.current desc, p.from_day desc limit 1`,
    [personId],
  );
  const manager = last?.manager_id
    ? await maybeOne<{ id: string }>(tx, `select id from person where id = $1 and status = 'active'`, [last.manager_id])
    : null;
  await execute(tx, `update person set status = 'left', left_on = $2, revision = revision + 1 where id = $1`, [
    personId,
    lastDay,
  ]);
  await execute(
    tx,
    `update employment set to_day = greatest(from_day, $2::date) where person_id = $1 and to_day is null`,
    [personId, lastDay],
  );
  await execute(tx, `delete from position where person_id = $1 and not current and from_day > $2`, [personId, lastDay]);
  await execute(
    tx,
    `update position set current = false, to_day = greatest(from_day, $2::date)
     where manager_id = $1 and kind = 'dotted' and (to_day is null or to_day > $2)`,
    [personId, lastDay],
  );
  await execute(
    tx,
    `update position set current = false, to_day = case when to_day is null or to_day > $2 then greatest(from_day, $2::date) else to_day end
     where person_id = $1 and (current or to_day is null)`,
    [personId, lastDay],
  );
  await execute(
    tx,
    `update supervision set to_day = greatest(from_day, $2::date) where person_id = $1 and (to_day is null or to_day > $2)`,
    [personId, lastDay],
  );
  await execute(
    tx,
    `update permission_grant set to_day = greatest(from_day, $2::date) where person_id = $1 and (to_day is null or to_day > $2)`,
    [personId, lastDay],
  );
  await execute(tx, `delete from sign_in_session where person_id = $1`, [personId]);
  await publishWithCommit(tx, SESSIONS_CHANGED, { personId });
  await execute(tx, `update sign_in_session set view_as_person_id = null where view_as_person_id = $1`, [personId]);
  await execute(tx, `delete from access_token where person_id = $1`, [personId]);
  await execute(tx, `delete from known_device where person_id = $1`, [personId]);
  return manager?.id ?? null;
}

/**
 * Hands mentees and duties as a delegate of somebody who left to the manager; without one they simply end. Who only
 * stood in for an absent mentor has nothing to hand over: the mentor comes back.
 */
export async function handOverSupervision(
  tx: Tx,
  supervisorId: string,
  to: string | null,
  lastDay: LocalDay,
  today: LocalDay,
): Promise<void> {
  const ended = await rows<{ person_id: string; kind: string; in_place_of: string | null }>(
    tx,
    `update supervision set to_day = greatest(from_day, $2::date)
     where supervisor_id = $1 and kind <> 'manager' and (to_day is null or to_day > $2) returning person_id, kind, in_place_of`,
    [supervisorId, lastDay],
  );
  const open = ended.filter((e) => e.in_place_of === null);
  if (to === null || open.length === 0) return;
  await execute(
    tx,
    `insert into supervision (id, supervisor_id, person_id, kind, from_day)
     select id, $2, person_id, kind, $3 from jsonb_to_recordset($1::jsonb) as o(id uuid, person_id uuid, kind text)
     where person_id <> $2 on conflict do nothing`,
    [JSON.stringify(open.map((o) => ({ ...o, id: newId() }))), to, today],
  );
}

/** The people whose manager in force is this person. */
export async function reportsOf(
  tx: Tx,
  managerId: string,
): Promise<{ person_id: string; org_unit_id: string; job_role_id: string | null; from_day: LocalDay }[]> {
  return rows(tx, `select person_id, org_unit_id, job_role_id, from_day from current_position where manager_id = $1`, [
    managerId,
  ]);
}

/** Empties every personal row identity keeps of the person. */
export async function erasePersonalRows(tx: Tx, personId: string, at: Date): Promise<void> {
  const before = await maybeOne<Record<'number' | 'name' | 'nameEn' | 'email' | 'mobile', string | null>>(
    tx,
    `select employee_number as number, name, name_en as "nameEn", email, mobile from person_profile where person_id = $1`,
    [personId],
  );
  const marks = Object.values(before ?? {}).filter((mark): mark is string => Boolean(mark));
  await forgetInImports(tx, personId, marks);
  await execute(tx, `delete from audit_personal_value where person_id = $1`, [personId]);
  await execute(tx, `delete from person_credential where person_id = $1`, [personId]);
  await execute(tx, `delete from external_identity where person_id = $1`, [personId]);
  await execute(tx, `delete from sign_in_session where person_id = $1`, [personId]);
  await publishWithCommit(tx, SESSIONS_CHANGED, { personId });
  await execute(tx, `delete from person_tag where person_id = $1`, [personId]);
  await execute(
    tx,
    `update person_profile set employee_number = null, employee_number_key = null, name = null, name_en = null, name_pinyin = null,
       name_search = null, email = null, email_key = null, mobile = null, mobile_key = null, picture_file_id = null, updated_at = $2
     where person_id = $1`,
    [personId, at],
  );
  await execute(
    tx,
    `update person set status = 'erased', alias = null, board_opt_out = true, erased_at = $2, revision = revision + 1 where id = $1`,
    [personId, at],
  );
}
