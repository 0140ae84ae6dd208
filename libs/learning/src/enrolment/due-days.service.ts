import { Inject, Injectable } from '@nestjs/common';
import { WorkCalendars } from '@waymark/identity';
import { addDays, type LocalDay, type WorkCalendarRule } from '@waymark/kernel';
import { rows, type Tx } from '@waymark/platform';
import { LeaveRepository } from '../leave-of-absence/leave-of-absence.repository.js';
import {
  dueDaysOf,
  NEVER_AWAY,
  personalDueDays,
  type Away,
  type Extension,
  type Leave,
  type LeaveDays,
} from './due-day.js';

interface DueMap {
  workingDays: boolean;
  nodes: readonly { key: string; dueDay: number | null }[];
}

const NONE: ReadonlyMap<string, Extension> = new Map();

/** Due days of a batch of people, worked out in memory once leaves and extensions are loaded. */
export class DueDaysOf {
  private readonly planned = new Map<DueMap, Map<LocalDay, (LocalDay | null)[]>>();

  constructor(
    private readonly calendar: WorkCalendarRule | null,
    private readonly leaves: ReadonlyMap<string, Leave[]>,
    private readonly extensions: ReadonlyMap<string, ReadonlyMap<string, Extension>>,
  ) {}

  of(map: DueMap, personId: string, startDay: LocalDay, enrolmentId: string | null): (LocalDay | null)[] {
    return [...this.planOf(map, personId, startDay, enrolmentId)];
  }

  /** The same, one array for all who start on that day and have neither leave nor extension: not to be changed. */
  planOf(map: DueMap, personId: string, startDay: LocalDay, enrolmentId: string | null): readonly (LocalDay | null)[] {
    const calendar = map.workingDays ? this.calendar : null;
    let days = this.planned.get(map);
    if (!days) this.planned.set(map, (days = new Map()));
    let base = days.get(startDay);
    if (!base) days.set(startDay, (base = dueDaysOf(map.nodes, startDay, calendar)));
    const leaves = this.leavesOf(personId);
    const extensions = (enrolmentId && this.extensions.get(enrolmentId)) || NONE;
    if (leaves.length === 0 && extensions.size === 0) return base;
    return personalDueDays(map.nodes, base, startDay, calendar, leaves, extensions);
  }

  leavesOf(personId: string): readonly Leave[] {
    return this.leaves.get(personId) ?? [];
  }

  /** The day on which somebody goes on: today, the day after the leave they are on, or the start day still ahead. */
  backOn(personId: string, startDay: LocalDay, today: LocalDay): LocalDay {
    const away = this.leavesOf(personId).find((l) => l.fromDay <= today && l.toDay >= today);
    const back = away ? addDays(away.toDay, 1) : today;
    return back > startDay ? back : startDay;
  }
}

@Injectable()
export class DueDays {
  constructor(
    @Inject(WorkCalendars) private readonly calendars: WorkCalendars,
    @Inject(LeaveRepository) private readonly leaves: LeaveRepository,
  ) {}

  async load(
    tx: Tx,
    personIds: readonly string[],
    enrolmentIds: readonly string[],
    workingDays: boolean,
  ): Promise<DueDaysOf> {
    return new DueDaysOf(
      workingDays ? await this.calendars.load(tx) : null,
      await this.leaves.of(tx, personIds),
      enrolmentIds.length > 0 ? await this.extensions(tx, enrolmentIds) : new Map(),
    );
  }

  /** For the day gates of one person: the calendar is read only where there are leaves and the map counts working days. */
  async awayOf(tx: Tx, leaves: readonly LeaveDays[], workingDays: boolean): Promise<Away> {
    if (leaves.length === 0) return NEVER_AWAY;
    return { leaves, calendar: workingDays ? await this.calendars.load(tx) : null };
  }

  /** The newest word on each node's due day, where it still stands. */
  private async extensions(tx: Tx, enrolmentIds: readonly string[]): Promise<Map<string, Map<string, Extension>>> {
    const found = await rows<{ enrolmentId: string; key: string; dueOn: LocalDay; at: Date }>(
      tx,
      `select * from (select distinct on (enrolment_id, node_key) enrolment_id as "enrolmentId", node_key as key, due_on as "dueOn", created_at as at
         from node_exception where enrolment_id = any ($1::uuid[]) and kind in ('extend', 'unextend')
         order by enrolment_id, node_key, created_at desc, id desc) x where x."dueOn" is not null`,
      [enrolmentIds],
    );
    const out = new Map<string, Map<string, Extension>>();
    for (const f of found) {
      let map = out.get(f.enrolmentId);
      if (!map) out.set(f.enrolmentId, (map = new Map()));
      map.set(f.key, { dueOn: f.dueOn, at: f.at });
    }
    return out;
  }
}
