import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards, Scope, toAudienceRule } from '@waymark/identity';
import { clampFirst, decodeCursor, encodeCursor, InvalidInput, NotFound, pickText, type Clock } from '@waymark/kernel';
import {
  Allow,
  CLOCK,
  Ctx,
  CurrentViewer,
  Db,
  LocalDayScalar,
  rows,
  toConnection,
  type GqlContext,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Enrolments } from '../enrolment/enrolments.service.js';
import { Nudges } from '../nudge/nudges.service.js';
import { TodayPage } from '../today/today.service.js';
import { TraineeStatusModel } from '../trainee/trainee.model.js';
import { traineeModel } from '../trainee/trainee.resolver.js';
import { Trainees } from '../trainee/trainees.service.js';
import {
  AssignmentDryRunInput,
  AssignmentDryRunModel,
  AssignmentInput,
  AssignmentModel,
  AssignmentPersonConnection,
  AssignmentPersonModel,
  DryRunPersonConnection,
  DryRunPersonModel,
  EnrolResultModel,
  MyAssignmentModel,
  NudgeResultModel,
} from './assignment.model.js';
import { AssignmentDryRun, DRY_RUN_GROUPS, type DryRunInput } from './assignment-dry-run.service.js';
import { AssignmentRepository, type AssignmentRow } from './assignment.repository.js';
import { Assignments } from './assignments.service.js';

const MAX_PEOPLE = 2_000;

@Resolver(() => AssignmentModel)
export class AssignmentResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(Assignments) private readonly service: Assignments,
    @Inject(AssignmentDryRun) private readonly dryRun: AssignmentDryRun,
    @Inject(AssignmentRepository) private readonly repository: AssignmentRepository,
    @Inject(Enrolments) private readonly enrolments: Enrolments,
    @Inject(Nudges) private readonly nudges: Nudges,
    @Inject(Trainees) private readonly trainees: Trainees,
    @Inject(TodayPage) private readonly today: TodayPage,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [MyAssignmentModel])
  @Allow('signed-in')
  myAssignments(@CurrentViewer() viewer: Viewer): Promise<MyAssignmentModel[]> {
    return this.db.read((tx) => this.today.myAssignments(tx, viewer));
  }

  @Query(() => [AssignmentModel])
  @Allow('learning:assign')
  assignments(
    @Args('ended', { type: () => Boolean, nullable: true }) ended: boolean | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AssignmentModel[]> {
    return this.db.read(async (tx) => this.models(tx, await this.repository.list(tx, ended ?? false), viewer));
  }

  @Query(() => AssignmentPersonConnection)
  @Allow('learning:assign')
  async assignmentPeople(
    @Args('assignmentId', { type: () => ID }) assignmentId: string,
    @Args('status', { type: () => String, nullable: true, description: 'done, open or overdue' }) status: string | null,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AssignmentPersonConnection> {
    if (status && status !== 'done' && status !== 'open' && status !== 'overdue') {
      throw new InvalidInput('value-not-allowed', { field: 'status', allowed: ['done', 'open', 'overdue'] });
    }
    const n = clampFirst(first);
    const [name, id] = after ? decodeCursor(after) : [];
    const scope = this.scope.visiblePersonsSql(viewer, 'learning:assign', 'ap.person_id', 7);
    const found = await this.db.read((tx) =>
      this.repository.people(
        tx,
        assignmentId,
        (status as 'done' | 'open' | 'overdue' | null) ?? null,
        this.clock.now(),
        after ? { name: String(name), id: String(id) } : null,
        n + 1,
        scope,
      ),
    );
    return toConnection(
      found,
      n,
      (r) => encodeCursor([r.name, r.id]),
      (r): AssignmentPersonModel => r,
    );
  }

  @Query(() => AssignmentDryRunModel)
  @Allow('learning:assign')
  assignmentDryRun(
    @Args('input') input: AssignmentDryRunInput,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AssignmentDryRunModel> {
    return this.db.read((tx) => this.dryRun.counts(tx, viewer, dryRunInput(input)));
  }

  @Query(() => DryRunPersonConnection)
  @Allow('learning:assign')
  async assignmentDryRunPeople(
    @Args('input') input: AssignmentDryRunInput,
    @Args('group', { description: 'joins, has, done or leaves' }) group: string,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<DryRunPersonConnection> {
    const wanted = DRY_RUN_GROUPS.find((g) => g === group);
    if (!wanted) throw new InvalidInput('value-not-allowed', { field: 'group', allowed: DRY_RUN_GROUPS });
    const n = clampFirst(first);
    const [name, id] = after ? decodeCursor(after) : [];
    const from = after ? { name: String(name), id: String(id) } : null;
    const found = await this.db.read((tx) => this.dryRun.people(tx, viewer, dryRunInput(input), wanted, n + 1, from));
    return toConnection(
      found,
      n,
      (p) => encodeCursor([p.name, p.personId]),
      (p): DryRunPersonModel => p,
    );
  }

  @Mutation(() => AssignmentModel)
  @Allow('learning:assign')
  async createAssignment(
    @Args('input') input: AssignmentInput,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AssignmentModel> {
    return this.one(await this.service.create(viewer, input), viewer);
  }

  @Mutation(() => AssignmentModel)
  @Allow('learning:assign')
  async endAssignment(
    @Args('id', { type: () => ID }) id: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<AssignmentModel> {
    await this.service.end(viewer, id);
    return this.one(id, viewer);
  }

  @Mutation(() => EnrolResultModel)
  @Allow('learning:assign')
  async enrolPeople(
    @Args('mapId', { type: () => ID }) mapId: string,
    @Args('personIds', { type: () => [ID] }) personIds: string[],
    @Args('startDay', { type: () => LocalDayScalar, nullable: true }) startDay: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<EnrolResultModel> {
    if (personIds.length === 0 || personIds.length > MAX_PEOPLE)
      throw new InvalidInput('people-out-of-range', { max: MAX_PEOPLE });
    return this.db.transaction(async (tx) => {
      const scope = this.scope.visiblePersonsSql(viewer, 'learning:assign', 'p.id', 2);
      const seen = await rows<{ id: string }>(
        tx,
        `select p.id from person p where p.id = any ($1::uuid[]) and ${scope.sql}`,
        [personIds, ...scope.params],
      );
      if (seen.length !== new Set(personIds).size) throw new NotFound('person-unknown');
      const today = await this.enrolments.localDays(tx, personIds);
      return this.enrolments.enrol(tx, {
        mapId,
        people: seen.map(({ id }) => ({ personId: id, startDay: startDay ?? (today.get(id) as string) })),
        source: 'manual',
        actorId: viewer.personId,
      });
    });
  }

  @Mutation(() => TraineeStatusModel, { nullable: true })
  @Allow('learning:assign')
  async withdrawEnrolment(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('reason') reason: string,
    @CurrentViewer() viewer: Viewer,
  ): Promise<TraineeStatusModel | null> {
    const words = reason.trim();
    if (words.length < 3 || words.length > 500) throw new InvalidInput('reason-required', { min: 3, max: 500 });
    return this.db.transaction(async (tx) => {
      const before = await this.trainees.one(tx, enrolmentId, viewer.locale);
      if (!before) throw new NotFound('enrolment-unknown');
      await this.scope.assertCanSee(tx, viewer, before.personId, ['learning:assign']);
      await this.enrolments.withdraw(tx, enrolmentId, words, viewer.personId);
      return traineeModel({ ...before, status: 'withdrawn' });
    });
  }

  @Mutation(() => NudgeResultModel)
  @Allow('learning:nudge')
  nudgePeople(
    @Args('enrolmentIds', { type: () => [ID] }) enrolmentIds: string[],
    @CurrentViewer() viewer: Viewer,
  ): Promise<NudgeResultModel> {
    if (enrolmentIds.length === 0 || enrolmentIds.length > MAX_PEOPLE)
      throw new InvalidInput('people-out-of-range', { max: MAX_PEOPLE });
    return this.nudges.byStaff(viewer, enrolmentIds);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  createdBy(@Parent() assignment: AssignmentModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return assignment.createdById ? personCardLoader(ctx, this.cards).load(assignment.createdById) : null;
  }

  private async one(id: string, viewer: Viewer): Promise<AssignmentModel> {
    return this.db.read(async (tx) => {
      const found = await this.repository.byId(tx, id);
      if (!found) throw new NotFound('assignment-unknown');
      const [model] = await this.models(tx, [found], viewer);
      return model as AssignmentModel;
    });
  }

  private async models(tx: Tx, list: readonly AssignmentRow[], viewer: Viewer): Promise<AssignmentModel[]> {
    const scope = this.scope.visiblePersonsSql(viewer, 'learning:assign', 'ap.person_id', 3);
    const counts = await this.repository.counts(
      tx,
      list.map((a) => a.id),
      this.clock.now(),
      scope,
    );
    const titles = await this.service.titles(tx, list, viewer.locale);
    return list.map((a) => ({
      id: a.id,
      audienceId: a.audienceId,
      audienceName: pickText(a.audienceName, viewer.locale) || null,
      targetKind: a.targetKind,
      targetId: a.targetId,
      targetCode: a.targetCode,
      targetTitle: titles.get(`${a.targetKind}:${a.targetCode}`) ?? a.targetCode,
      startFrom: a.startFrom,
      dueOn: a.dueOn,
      dueDays: a.dueDays,
      recurrence: a.recurrence,
      whenLeaving: a.whenLeaving,
      createdAt: a.createdAt,
      endedAt: a.endedAt,
      createdById: a.createdBy,
      ...(counts.get(a.id) ?? { people: 0, done: 0, overdue: 0 }),
    }));
  }
}

@Resolver(() => AssignmentPersonModel)
export class AssignmentPersonResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async person(@Parent() row: AssignmentPersonModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(row.personId)) as PersonCardModel;
  }
}

@Resolver(() => DryRunPersonModel)
export class DryRunPersonResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async person(@Parent() row: DryRunPersonModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(row.personId)) as PersonCardModel;
  }
}

function dryRunInput({ rule, ...input }: AssignmentDryRunInput): DryRunInput {
  return { ...input, rule: rule ? toAudienceRule(rule) : null };
}
