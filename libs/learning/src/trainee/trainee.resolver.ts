import { Inject } from '@nestjs/common';
import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { clampFirst } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Viewer } from '@waymark/platform';
import {
  LearningDashboardModel,
  StaffNudgesModel,
  TraineeFilterInput,
  TraineeStatusConnection,
  TraineeStatusModel,
} from './trainee.model.js';
import { TraineeRepository } from './trainee.repository.js';
import { Trainees, type TraineeView } from './trainees.service.js';

export function traineeModel(view: TraineeView): TraineeStatusModel {
  return { id: view.enrolmentId, ...view };
}

@Resolver(() => TraineeStatusModel)
export class TraineeResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Trainees) private readonly list: Trainees,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(TraineeRepository) private readonly repository: TraineeRepository,
  ) {}

  @Query(() => [TraineeStatusModel], { description: 'People I mentor, those in trouble first' })
  @Allow('signed-in')
  async mentees(@CurrentViewer() viewer: Viewer): Promise<TraineeStatusModel[]> {
    return (await this.db.read((tx) => this.list.supervised(tx, viewer, ['mentor', 'delegate']))).map(traineeModel);
  }

  @Query(() => [TraineeStatusModel], { description: 'People I manage, those in trouble first' })
  @Allow('signed-in')
  async team(@CurrentViewer() viewer: Viewer): Promise<TraineeStatusModel[]> {
    return (await this.db.read((tx) => this.list.supervised(tx, viewer, ['manager']))).map(traineeModel);
  }

  @Query(() => LearningDashboardModel)
  @Allow('learning:progress')
  learningDashboard(
    @Args('filter', { type: () => TraineeFilterInput, nullable: true }) filter: TraineeFilterInput | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<LearningDashboardModel> {
    return this.db.read((tx) => this.list.dashboard(tx, viewer, filter ?? {}));
  }

  @Query(() => TraineeStatusConnection)
  @Allow('learning:progress')
  async trainees(
    @Args('filter', { type: () => TraineeFilterInput, nullable: true }) filter: TraineeFilterInput | null,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<TraineeStatusConnection> {
    const { page, hasNextPage, total } = await this.db.read((tx) =>
      this.list.page(tx, viewer, filter ?? {}, clampFirst(first), after ?? null),
    );
    return {
      edges: page.map(({ view, cursor }) => ({ node: traineeModel(view), cursor })),
      pageInfo: { endCursor: page.at(-1)?.cursor ?? null, hasNextPage },
      totalCount: total,
    };
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() trainee: TraineeStatusModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(trainee.personId)) as PersonCardModel;
  }

  @ResolveField(() => StaffNudgesModel, {
    nullable: true,
    description: 'Reminders that staff sent by hand; null: none',
  })
  nudges(@Parent() trainee: TraineeStatusModel, @Ctx() ctx: GqlContext): Promise<StaffNudgesModel | null | undefined> {
    return ctx.loaders
      .of<string, StaffNudgesModel>('staffNudges', (ids) =>
        this.db.read(
          async (tx) => new Map((await this.repository.nudgesOf(tx, ids)).map(({ personId, ...n }) => [personId, n])),
        ),
      )
      .load(trainee.personId);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  mentor(@Parent() trainee: TraineeStatusModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return trainee.mentorId ? personCardLoader(ctx, this.cards).load(trainee.mentorId) : null;
  }
}
