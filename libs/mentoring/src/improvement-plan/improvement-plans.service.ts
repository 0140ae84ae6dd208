import { Inject, Injectable } from '@nestjs/common';
import { addDays, InvalidInput, newId, NotFound, RuleViolation, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, Db, execute, HandlesJob, maybeOne, rows, type Tx, type Viewer } from '@waymark/platform';
import { Audit, Scope, Settings } from '@waymark/identity';
import { improvementPlansClose } from './improvement-plan.jobs.js';
import {
  BEHAVIOURS,
  everyWeek,
  planWeek,
  PLAN_WEEKS,
  ratingProblem,
  RATING_DAYS,
  shown,
  type Behaviour,
  type Rater,
  type WeekInput,
} from './improvement-plan.js';

export interface ImprovementPlan {
  id: string;
  learnerId: string;
  startDay: LocalDay;
  endedOn: LocalDay | null;
  endReason: 'completed' | 'stopped' | null;
  side: Rater | null;
  week: number;
  behaviours: Behaviour[];
}

type Row = Omit<ImprovementPlan, 'side' | 'week' | 'behaviours'>;
const COLUMNS = `p.id, p.learner_id as "learnerId", p.start_day as "startDay", p.ended_on as "endedOn", p.end_reason as "endReason"`;
const MENTORS = `exists (select 1 from pairing g where g.learner_id = p.learner_id and g.ended_on is null and (g.mentor_id = $2 or exists (
  select 1 from pairing_co_mentor c where c.pairing_id = g.id and c.person_id = $2 and c.to_day is null)))`;

/**
 * Eight weeks for a learner who falls behind: two behaviours each week, rated by the learner and by whoever is the
 * mentor then. A hand-over carries it on; the mentor before sees it no more.
 */
@Injectable()
export class ImprovementPlans {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** By the mentor of the learner, or L&D in scope. @throws RuleViolation plan-exists; InvalidInput plan-incomplete */
  async start(
    viewer: Viewer,
    learnerId: string,
    startDay: LocalDay | null,
    weeks: readonly WeekInput[],
  ): Promise<ImprovementPlan> {
    return this.db.transaction(async (tx) => {
      if (!(await this.isMentor(tx, viewer, learnerId)))
        await this.scope.assertCanSee(tx, viewer, learnerId, ['mentoring:pair']);
      const all = everyWeek(weeks);
      if (!all) throw new InvalidInput('plan-incomplete');
      const id = newId();
      const written = await execute(
        tx,
        `insert into improvement_plan (id, learner_id, start_day, created_by, created_at) select $1, p.id, $3, $4, $5 from person p
         where p.id = $2 and p.status = 'active' on conflict (learner_id) where ended_on is null do nothing`,
        [id, learnerId, startDay ?? (await this.settings.today(tx)), viewer.personId, this.clock.now()],
      );
      if (written === 0) throw new RuleViolation('plan-exists');
      for (const w of all) await this.write(tx, id, w);
      await this.note(tx, viewer, id, learnerId, 'improvement-plan.started');
      return this.view(tx, viewer, (await this.row(tx, id)) as Row);
    });
  }

  /** Other behaviours for a week that nobody has rated yet. @throws RuleViolation plan-week-rated, plan-ended */
  async saveWeek(viewer: Viewer, id: string, input: WeekInput): Promise<ImprovementPlan> {
    return this.db.transaction(async (tx) => {
      const plan = await this.lockOpen(tx, viewer, id, false);
      const behaviours = input.behaviours.map((b) => b.trim());
      if (
        behaviours.length !== BEHAVIOURS ||
        behaviours.some((b) => b === '') ||
        input.week < 1 ||
        input.week > PLAN_WEEKS
      )
        throw new InvalidInput('plan-incomplete');
      if (
        await maybeOne(tx, `select 1 from improvement_rating where plan_id = $1 and week = $2 limit 1`, [
          id,
          input.week,
        ])
      )
        throw new RuleViolation('plan-week-rated');
      await this.write(tx, id, { week: input.week, behaviours });
      return this.view(tx, viewer, plan);
    });
  }

  /** @throws RuleViolation plan-week-not-begun, plan-week-over, plan-ended */
  async rate(viewer: Viewer, id: string, week: number, scores: readonly number[]): Promise<ImprovementPlan> {
    return this.db.transaction(async (tx) => {
      const plan = await this.lockOpen(tx, viewer, id, true);
      const side = await this.sideOf(tx, viewer, plan.learnerId);
      if (!side) throw new NotFound('plan-unknown');
      if (
        scores.length !== BEHAVIOURS ||
        scores.some((s) => !Number.isInteger(s) || s < 1 || s > 5) ||
        !Number.isInteger(week) ||
        week < 1 ||
        week > PLAN_WEEKS
      )
        throw new InvalidInput('rating-invalid');
      const problem = ratingProblem(plan.startDay, week, await this.settings.today(tx));
      if (problem) throw new RuleViolation(problem);
      await execute(
        tx,
        `insert into improvement_rating (plan_id, week, ordinal, rater, score, rated_by, rated_at)
         select $1, $2, s.ordinal, $3, s.score, $5, $6 from unnest($4::smallint[]) with ordinality as s(score, ordinal)
         on conflict (plan_id, week, ordinal, rater) do update set score = excluded.score, rated_by = excluded.rated_by, rated_at = excluded.rated_at`,
        [id, week, side, scores, viewer.personId, this.clock.now()],
      );
      return this.view(tx, viewer, plan);
    });
  }

  async stop(viewer: Viewer, id: string): Promise<ImprovementPlan> {
    return this.db.transaction(async (tx) => {
      const plan = await this.lockOpen(tx, viewer, id, false);
      const today = await this.settings.today(tx);
      await execute(tx, `update improvement_plan set ended_on = $2, end_reason = 'stopped' where id = $1`, [id, today]);
      await this.note(tx, viewer, id, plan.learnerId, 'improvement-plan.stopped');
      return this.view(tx, viewer, (await this.row(tx, id)) as Row);
    });
  }

  /** Plans whose last week can't be rated any more are complete. */
  @HandlesJob(improvementPlansClose)
  async closeOver(): Promise<number> {
    return this.db.transaction(async (tx) =>
      execute(
        tx,
        `update improvement_plan set ended_on = start_day + $2::int - 1, end_reason = 'completed' where ended_on is null and start_day <= $1::date - $3::int`,
        [await this.settings.today(tx), PLAN_WEEKS * 7, PLAN_WEEKS * 7 + RATING_DAYS],
      ),
    );
  }

  /** The newest plan of the person, as the learner, the mentor or L&D in scope. */
  async of(viewer: Viewer, learnerId: string): Promise<ImprovementPlan | null> {
    return this.db.read(async (tx) => {
      const side = await this.sideOf(tx, viewer, learnerId);
      if (!side) await this.scope.assertCanSee(tx, viewer, learnerId, ['mentoring:pairings']);
      const found = await maybeOne<Row>(
        tx,
        `select ${COLUMNS} from improvement_plan p where p.learner_id = $1 order by p.start_day desc, p.id desc limit 1`,
        [learnerId],
      );
      return found && this.view(tx, viewer, found);
    });
  }

  /** Open ones within the viewer's scope, and those ended in the last half year. */
  async list(viewer: Viewer): Promise<ImprovementPlan[]> {
    const seen = this.scope.visiblePersonsSql(viewer, 'mentoring:pairings', 'p.learner_id', 2);
    return this.db.read(async (tx) => {
      const today = await this.settings.today(tx);
      const found = await rows<Row>(
        tx,
        `select ${COLUMNS} from improvement_plan p where (p.ended_on is null or p.ended_on >= $1) and ${seen.sql}
         order by p.ended_on is not null, p.start_day desc, p.id limit 200`,
        [addDays(today, -180), ...seen.params],
      );
      const behaviours = await this.behaviours(
        tx,
        found.map((f) => f.id),
      );
      return found.map((f) => ({
        ...f,
        side: null,
        week: planWeek(f.startDay, today),
        behaviours: behaviours.get(f.id) ?? [],
      }));
    });
  }

  private row(tx: Tx, id: string): Promise<Row | null> {
    return maybeOne(tx, `select ${COLUMNS} from improvement_plan p where p.id = $1`, [id]);
  }

  /** The open plan, locked, for those who may change it; learners only rate. */
  private async lockOpen(tx: Tx, viewer: Viewer, id: string, learnerToo: boolean): Promise<Row> {
    const plan = await maybeOne<Row>(tx, `select ${COLUMNS} from improvement_plan p where p.id = $1 for update`, [id]);
    const side = plan && (await this.sideOf(tx, viewer, plan.learnerId));
    const may =
      side === 'mentor' ||
      (side === 'learner' && learnerToo) ||
      (plan && side === null && (await this.scope.canSee(tx, viewer, plan.learnerId, ['mentoring:pair'])));
    if (!plan || !may) throw new NotFound('plan-unknown');
    if (plan.endedOn !== null) throw new RuleViolation('plan-ended');
    return plan;
  }

  private async sideOf(tx: Tx, viewer: Viewer, learnerId: string): Promise<Rater | null> {
    if (learnerId === viewer.personId) return 'learner';
    return (await this.isMentor(tx, viewer, learnerId)) ? 'mentor' : null;
  }

  private async isMentor(tx: Tx, viewer: Viewer, learnerId: string): Promise<boolean> {
    return (
      (await maybeOne(tx, `select 1 from (select $1::uuid as learner_id) p where ${MENTORS}`, [
        learnerId,
        viewer.personId,
      ])) !== null
    );
  }

  private async write(tx: Tx, planId: string, input: WeekInput): Promise<void> {
    await execute(
      tx,
      `insert into improvement_behaviour (plan_id, week, ordinal, text) select $1, $2, b.ordinal, b.text
       from unnest($3::text[]) with ordinality as b(text, ordinal) on conflict (plan_id, week, ordinal) do update set text = excluded.text`,
      [planId, input.week, input.behaviours],
    );
  }

  private async behaviours(tx: Tx, planIds: readonly string[]): Promise<Map<string, Behaviour[]>> {
    const found = await rows<Behaviour & { planId: string }>(
      tx,
      `select b.plan_id as "planId", b.week, b.ordinal, b.text, l.score as learner, m.score as mentor from improvement_behaviour b
       left join improvement_rating l on l.plan_id = b.plan_id and l.week = b.week and l.ordinal = b.ordinal and l.rater = 'learner'
       left join improvement_rating m on m.plan_id = b.plan_id and m.week = b.week and m.ordinal = b.ordinal and m.rater = 'mentor'
       where b.plan_id = any ($1::uuid[]) order by b.week, b.ordinal`,
      [planIds],
    );
    return new Map(planIds.map((id) => [id, found.filter((f) => f.planId === id).map(({ planId: _plan, ...b }) => b)]));
  }

  private async view(tx: Tx, viewer: Viewer, row: Row): Promise<ImprovementPlan> {
    const side = await this.sideOf(tx, viewer, row.learnerId);
    const behaviours = (await this.behaviours(tx, [row.id])).get(row.id) ?? [];
    // Somebody who looks as this person sees that there is a plan, not what it says.
    const mine = viewer.viewAsBy === null ? shown(behaviours, row.endedOn === null ? side : null) : [];
    return { ...row, side, week: planWeek(row.startDay, await this.settings.today(tx)), behaviours: mine };
  }

  private async note(tx: Tx, viewer: Viewer, id: string, learnerId: string, action: string): Promise<void> {
    await this.audit.record(tx, {
      actorId: viewer.personId,
      action,
      subjectType: 'improvement-plan',
      subjectId: id,
      personId: learnerId,
    });
  }
}
