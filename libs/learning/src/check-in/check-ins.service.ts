import { Inject, Injectable } from '@nestjs/common';
import { Scope, Supervisions } from '@waymark/identity';
import { newId, NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import { CLOCK, Db, execute, one, Outbox, rows, type Tx, type Viewer } from '@waymark/platform';
import { LearnerMaps, type OpenMap } from '../enrolment/learner-map.service.js';
import { checkInAskedForHelp } from './check-in.events.js';
import { checkInRate, weekOfPath, type CheckInRate } from './check-in.js';

export interface CheckInFields {
  mood: number;
  wentWell: string;
  blockedBy: string;
  wantsHelp: boolean;
}
export interface CheckInRow {
  week: number;
  at: Date;
  mood: number | null;
  wantsHelp: boolean | null;
  wentWell: string | null;
  blockedBy: string | null;
}
export interface CheckInsView extends CheckInRate {
  enrolmentId: string;
  asked: boolean;
  week: number;
  list: CheckInRow[];
}

/** Day of the week of the path, from 0, on which the first page begins to ask. */
const ASKED_FROM = 3;

/** Once a week, on maps with a mentor: how it goes, what went well, what is in the way. */
@Injectable()
export class CheckIns {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LearnerMaps) private readonly maps: LearnerMaps,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The check-in of the present week; a second one changes the first. Asking for help tells the mentors, once a week. */
  async save(viewer: Viewer, enrolmentId: string, fields: CheckInFields): Promise<CheckInsView> {
    return this.db.transaction(async (tx) => {
      const map = await this.maps.mine(tx, viewer, enrolmentId);
      if (!map) throw new NotFound('enrolment-unknown');
      const week = weekOfPath(map.row.startDay, map.today);
      if (map.row.status !== 'open') throw new RuleViolation('enrolment-not-open');
      if (!map.plan.mentored || week < 1 || week > lastWeek(map)) throw new RuleViolation('check-in-not-asked');
      const now = this.clock.now();
      const before = await rows<{ wantsHelp: boolean }>(
        tx,
        `select wants_help as "wantsHelp" from check_in where enrolment_id = $1 and week = $2 for update`,
        [enrolmentId, week],
      );
      const { id } = await one<{ id: string }>(
        tx,
        `insert into check_in (id, enrolment_id, person_id, week, mood, wants_help, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (enrolment_id, week) do update set mood = excluded.mood, wants_help = excluded.wants_help, updated_at = excluded.updated_at
         returning id`,
        [newId(), enrolmentId, viewer.personId, week, fields.mood, fields.wantsHelp, now],
      );
      await execute(
        tx,
        `insert into check_in_note (check_in_id, went_well, blocked_by) values ($1, $2, $3)
         on conflict (check_in_id) do update set went_well = excluded.went_well, blocked_by = excluded.blocked_by`,
        [id, fields.wentWell.trim(), fields.blockedBy.trim()],
      );
      if (fields.wantsHelp && !before.some((b) => b.wantsHelp)) {
        const mentors = await this.supervisions.supervisorsOf(tx, [viewer.personId], ['mentor', 'delegate']);
        await this.outbox.publish(tx, checkInAskedForHelp, {
          personId: viewer.personId,
          payload: {
            checkInId: id,
            enrolmentId,
            week,
            mentorIds: (mentors.get(viewer.personId) ?? []).map((m) => m.supervisorId),
          },
        });
      }
      return this.viewOf(tx, map, true);
    });
  }

  /** Words and mood are for the learner and the mentor; manager and L&D see which weeks there were. @throws NotFound */
  async of(tx: Tx, viewer: Viewer, enrolmentId: string): Promise<CheckInsView> {
    const map = await this.maps.of(tx, viewer, enrolmentId);
    const words = await this.scope.canSee(tx, viewer, map.row.personId, ['self', 'mentor', 'delegate']);
    return this.viewOf(tx, map, words);
  }

  /** Asked for from the fourth day of each week of the path. */
  async isDue(tx: Tx, enrolmentId: string, day: number, days: number): Promise<boolean> {
    if (day < 1 || day > days || (day - 1) % 7 < ASKED_FROM) return false;
    const found = await one<{ due: boolean }>(
      tx,
      `select exists (select 1 from enrolment e join map_node n on n.version_id = e.version_id and n.kind = 'mentor-meetings' where e.id = $1)
              and not exists (select 1 from check_in where enrolment_id = $1 and week = $2) as due`,
      [enrolmentId, Math.floor((day - 1) / 7) + 1],
    );
    return found.due;
  }

  private async viewOf(tx: Tx, map: OpenMap, words: boolean): Promise<CheckInsView> {
    const list = await rows<CheckInRow>(
      tx,
      `select c.week, c.updated_at as at, ${
        words
          ? `c.mood, c.wants_help as "wantsHelp", n.went_well as "wentWell", n.blocked_by as "blockedBy"`
          : `null::smallint as mood, null::boolean as "wantsHelp", null::text as "wentWell", null::text as "blockedBy"`
      } from check_in c left join check_in_note n on n.check_in_id = c.id where c.enrolment_id = $1 order by c.week desc`,
      [map.row.id],
    );
    const week = weekOfPath(map.row.startDay, map.row.completedOn ?? map.today);
    const asked = map.plan.mentored;
    const rate = checkInRate(
      week,
      list.map((c) => c.week),
      lastWeek(map),
    );
    return {
      enrolmentId: map.row.id,
      asked,
      week,
      ...(asked ? rate : { done: 0, of: 0, percent: null }),
      list,
    };
  }
}

function lastWeek(map: OpenMap): number {
  return Math.ceil(map.plan.days / 7);
}
