import { Inject, Injectable } from '@nestjs/common';
import { newId, NotFound, RuleViolation, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, rows, type Tx, type Viewer } from '@waymark/platform';
import { Audit, Scope, Settings } from '@waymark/identity';
import { StandIns } from '../stand-in/stand-ins.service.js';

export interface MentorAbsence {
  id: string;
  mentorId: string;
  fromDay: LocalDay;
  toDay: LocalDay;
  substituteId: string | null;
}

const COLUMNS = `a.id, a.mentor_id as "mentorId", a.from_day as "fromDay", a.to_day as "toDay", a.substitute_id as "substituteId"`;

/** When a mentor is away: no new pairs then, and who stands in for the present ones, with the mentor's rights. */
@Injectable()
export class MentorAbsences {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(StandIns) private readonly standIns: StandIns,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation ends-before-start, ends-in-past, absence-overlaps, substitute-is-mentor, person-not-active */
  async add(viewer: Viewer, input: Omit<MentorAbsence, 'id'>): Promise<MentorAbsence> {
    return this.db.transaction(async (tx) => {
      await this.assertMay(tx, viewer, input.mentorId);
      if (input.toDay < input.fromDay) throw new RuleViolation('ends-before-start');
      if (input.toDay < (await this.settings.today(tx))) throw new RuleViolation('ends-in-past');
      if (input.substituteId === input.mentorId) throw new RuleViolation('substitute-is-mentor');
      if (
        input.substituteId !== null &&
        !(await maybeOne(tx, `select 1 from person where id = $1 and status = 'active'`, [input.substituteId]))
      )
        throw new RuleViolation('person-not-active');
      // Two at once would both find the time free: the second waits for the first, and the constraint is behind both.
      await maybeOne(tx, `select 1 from mentor_profile where person_id = $1 for update`, [input.mentorId]);
      const overlapping = await maybeOne(
        tx,
        `select 1 from mentor_absence where mentor_id = $1 and from_day <= $3 and to_day >= $2 limit 1`,
        [input.mentorId, input.fromDay, input.toDay],
      );
      if (overlapping) throw new RuleViolation('absence-overlaps');
      const absence = { id: newId(), ...input };
      await execute(
        tx,
        `insert into mentor_absence (id, mentor_id, from_day, to_day, substitute_id, created_by, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
        [absence.id, input.mentorId, input.fromDay, input.toDay, input.substituteId, viewer.personId, this.clock.now()],
      );
      await this.standIns.sync(tx, [input.mentorId]);
      await this.note(tx, viewer, 'mentor-absence.added', absence);
      return absence;
    });
  }

  async remove(viewer: Viewer, id: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const absence = await maybeOne<MentorAbsence>(
        tx,
        `select ${COLUMNS} from mentor_absence a where a.id = $1 for update`,
        [id],
      );
      if (!absence) throw new NotFound('absence-unknown');
      await this.assertMay(tx, viewer, absence.mentorId);
      await execute(tx, `delete from mentor_absence where id = $1`, [id]);
      await this.standIns.sync(tx, [absence.mentorId], true);
      await this.note(tx, viewer, 'mentor-absence.removed', absence);
    });
  }

  /** Of today and later. */
  async ahead(mentorIds: readonly string[]): Promise<Map<string, MentorAbsence[]>> {
    const found = await this.db.read(async (tx) =>
      rows<MentorAbsence>(
        tx,
        `select ${COLUMNS} from mentor_absence a where a.mentor_id = any ($1::uuid[]) and a.to_day >= $2 order by a.from_day`,
        [mentorIds, await this.settings.today(tx)],
      ),
    );
    return new Map(mentorIds.map((id) => [id, found.filter((f) => f.mentorId === id)]));
  }

  /** A mentor for oneself, L&D for those in scope. */
  private async assertMay(tx: Tx, viewer: Viewer, mentorId: string): Promise<void> {
    const profile = await maybeOne(tx, `select 1 from mentor_profile where person_id = $1`, [mentorId]);
    if (!profile || !(await this.scope.canSee(tx, viewer, mentorId, ['self', 'mentoring:pair'])))
      throw new NotFound('mentor-profile-unknown');
  }

  private async note(tx: Tx, viewer: Viewer, action: string, a: MentorAbsence): Promise<void> {
    await this.audit.record(tx, {
      actorId: viewer.personId,
      action,
      subjectType: 'mentor-profile',
      subjectId: a.mentorId,
      personId: a.mentorId,
      changes: [{ field: 'days', from: null, to: `${a.fromDay} – ${a.toDay}`, personal: true }],
    });
  }
}
