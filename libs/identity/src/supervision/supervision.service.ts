import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import { Settings } from '../company/company-settings.service.js';

export const SUPERVISION_KINDS = ['manager', 'mentor', 'delegate'] as const;
export type SupervisionKind = (typeof SUPERVISION_KINDS)[number];

export interface SupervisionRecord {
  id: string;
  supervisorId: string;
  personId: string;
  kind: SupervisionKind;
  fromDay: LocalDay;
  toDay: LocalDay | null;
}
/** A delegate for some days, because the mentor is away. */
export interface StandInRecord {
  id: string;
  supervisorId: string;
  personId: string;
  inPlaceOf: string;
  fromDay: LocalDay;
  toDay: LocalDay;
}
export interface SupervisorOf {
  supervisorId: string;
  kind: SupervisionKind;
  /** The absent mentor, for a delegate who stands in. */
  inPlaceOf: string | null;
}

const COLUMNS = `s.id, s.supervisor_id as "supervisorId", s.person_id as "personId", s.kind, s.from_day as "fromDay", s.to_day as "toDay"`;
const IN_FORCE = (today: string): string => `s.from_day <= ${today} and (s.to_day is null or s.to_day >= ${today})`;

/** Who answers for whom: the one place that says so. */
@Injectable()
export class Supervisions {
  constructor(@Inject(Settings) private readonly settings: Settings) {}

  async isSupervisor(
    tx: Tx,
    supervisorId: string,
    personId: string,
    kinds: readonly SupervisionKind[],
  ): Promise<boolean> {
    const found = await maybeOne(
      tx,
      `select 1 from supervision s where supervisor_id = $1 and person_id = $2 and kind = any ($3) and ${IN_FORCE('$4')} limit 1`,
      [supervisorId, personId, kinds, await this.settings.today(tx)],
    );
    return found !== null;
  }

  /** Supervisors in force of each person, mentors before managers before delegates. */
  async supervisorsOf(
    tx: Tx,
    personIds: readonly string[],
    kinds: readonly SupervisionKind[],
  ): Promise<Map<string, SupervisorOf[]>> {
    const found = await rows<SupervisionRecord & { inPlaceOf: string | null }>(
      tx,
      `select ${COLUMNS}, s.in_place_of as "inPlaceOf" from supervision s where person_id = any ($1::uuid[]) and kind = any ($2) and ${IN_FORCE('$3')}
       order by array_position(array['mentor', 'manager', 'delegate'], kind), from_day, id`,
      [personIds, kinds, await this.settings.today(tx)],
    );
    const out = new Map<string, SupervisorOf[]>(personIds.map((id) => [id, []]));
    for (const f of found)
      out.get(f.personId)?.push({ supervisorId: f.supervisorId, kind: f.kind, inPlaceOf: f.inPlaceOf });
    return out;
  }

  async superviseesOf(
    tx: Tx,
    supervisorId: string,
    kinds: readonly SupervisionKind[],
  ): Promise<{ personId: string; kind: SupervisionKind }[]> {
    const found = await rows<SupervisionRecord>(
      tx,
      `select ${COLUMNS} from supervision s join person p on p.id = s.person_id and p.status = 'active'
       where supervisor_id = $1 and kind = any ($2) and ${IN_FORCE('$3')} order by s.from_day, s.id`,
      [supervisorId, kinds, await this.settings.today(tx)],
    );
    return found.map((f) => ({ personId: f.personId, kind: f.kind }));
  }

  /** All supervision of and by the people, also past. */
  async historyOf(tx: Tx, personIds: readonly string[]): Promise<SupervisionRecord[]> {
    return rows(
      tx,
      `select ${COLUMNS} from supervision s where person_id = any ($1::uuid[]) or supervisor_id = any ($1::uuid[]) order by from_day desc, id`,
      [personIds],
    );
  }

  /** @throws Conflict 'supervision-exists' when the same supervision is already open */
  async start(
    tx: Tx,
    input: {
      supervisorId: string;
      personId: string;
      kind: SupervisionKind;
      fromDay?: LocalDay | null;
      toDay?: LocalDay | null;
    },
  ): Promise<string> {
    if (input.supervisorId === input.personId) throw new InvalidInput('supervisor-is-self');
    if (input.kind === 'manager') throw new InvalidInput('manager-follows-position');
    const fromDay = input.fromDay ?? (await this.settings.today(tx));
    if (input.toDay && input.toDay < fromDay) throw new InvalidInput('ends-before-start');
    const active = await rows<{ id: string }>(
      tx,
      `select id from person where id = any ($1::uuid[]) and status = 'active' for share`,
      [[input.supervisorId, input.personId]],
    );
    if (active.length !== 2) throw new InvalidInput('person-not-active');
    const id = newId();
    const written = await execute(
      tx,
      `insert into supervision (id, supervisor_id, person_id, kind, from_day, to_day) values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [id, input.supervisorId, input.personId, input.kind, fromDay, input.toDay ?? null],
    );
    if (written === 0) throw new Conflict('supervision-exists');
    return id;
  }

  /** Ends what is open, with `lastDay` (today when left out) as the last day. Returns how many ended. */
  async end(
    tx: Tx,
    which:
      | { id: string; lastDay?: LocalDay | null }
      | { supervisorId: string; personId: string; kind: SupervisionKind; lastDay?: LocalDay | null },
  ): Promise<number> {
    const lastDay = which.lastDay ?? (await this.settings.today(tx));
    const [where, params] =
      'id' in which
        ? [`id = $2`, [which.id]]
        : [`supervisor_id = $2 and person_id = $3 and kind = $4`, [which.supervisorId, which.personId, which.kind]];
    return execute(
      tx,
      `update supervision set to_day = greatest(from_day, $1::date) where kind <> 'manager' and (to_day is null or to_day > $1) and ${where}`,
      [lastDay, ...params],
    );
  }

  /** Who stands in for these mentors on the day or later. */
  async standInsFor(tx: Tx, mentorIds: readonly string[], from: LocalDay): Promise<StandInRecord[]> {
    return rows(
      tx,
      `select s.id, s.supervisor_id as "supervisorId", s.person_id as "personId", s.in_place_of as "inPlaceOf",
              s.from_day as "fromDay", s.to_day as "toDay"
       from supervision s where s.in_place_of = any ($1::uuid[]) and s.to_day >= $2 order by s.from_day, s.id`,
      [mentorIds, from],
    );
  }

  async startStandIns(tx: Tx, list: readonly Omit<StandInRecord, 'id'>[]): Promise<void> {
    if (list.length === 0) return;
    await execute(
      tx,
      `insert into supervision (id, supervisor_id, person_id, kind, from_day, to_day, in_place_of)
       select id, supervisor_id, person_id, 'delegate', from_day, to_day, in_place_of
       from jsonb_to_recordset($1::jsonb) as n(id uuid, supervisor_id uuid, person_id uuid, from_day date, to_day date, in_place_of uuid)`,
      [
        JSON.stringify(
          list.map((n) => ({
            id: newId(),
            supervisor_id: n.supervisorId,
            person_id: n.personId,
            from_day: n.fromDay,
            to_day: n.toDay,
            in_place_of: n.inPlaceOf,
          })),
        ),
      ],
    );
  }

  async endStandIns(tx: Tx, ids: readonly string[], lastDay: LocalDay): Promise<void> {
    if (ids.length === 0) return;
    await execute(
      tx,
      `update supervision set to_day = greatest(from_day, $2::date) where id = any ($1::uuid[]) and in_place_of is not null`,
      [ids, lastDay],
    );
  }

  /** Those that have not begun: nobody ever stood in. */
  async dropStandIns(tx: Tx, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await execute(tx, `delete from supervision where id = any ($1::uuid[]) and in_place_of is not null`, [ids]);
  }

  async find(tx: Tx, id: string): Promise<SupervisionRecord> {
    const found = await maybeOne<SupervisionRecord>(tx, `select ${COLUMNS} from supervision s where id = $1`, [id]);
    if (!found) throw new NotFound('supervision-unknown');
    return found;
  }
}
