import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, eachInput, LocalDayScalar, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { ImprovementPlanModel, ImprovementWeekInputModel } from './improvement-plan.model.js';
import { ImprovementPlans } from './improvement-plans.service.js';

@Resolver(() => ImprovementPlanModel)
export class ImprovementPlanResolver {
  constructor(
    @Inject(ImprovementPlans) private readonly service: ImprovementPlans,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => ImprovementPlanModel, { nullable: true, description: 'the newest of the learner' })
  @Allow('signed-in')
  improvementPlan(
    @CurrentViewer() viewer: Viewer,
    @Args('learnerId', { type: () => ID }, ParseUUIDPipe) learnerId: string,
  ): Promise<ImprovementPlanModel | null> {
    return this.service.of(viewer, learnerId);
  }

  @Query(() => [ImprovementPlanModel])
  @Allow('mentoring:pairings')
  improvementPlans(@CurrentViewer() viewer: Viewer): Promise<ImprovementPlanModel[]> {
    return this.service.list(viewer);
  }

  @Mutation(() => ImprovementPlanModel)
  @Allow('signed-in')
  startImprovementPlan(
    @CurrentViewer() viewer: Viewer,
    @Args('learnerId', { type: () => ID }, ParseUUIDPipe) learnerId: string,
    @Args('weeks', { type: () => [ImprovementWeekInputModel] }, eachInput(ImprovementWeekInputModel))
    weeks: ImprovementWeekInputModel[],
    @Args('startDay', { type: () => LocalDayScalar, nullable: true }) startDay?: string | null,
  ): Promise<ImprovementPlanModel> {
    return this.service.start(viewer, learnerId, startDay ?? null, weeks);
  }

  @Mutation(() => ImprovementPlanModel)
  @Allow('signed-in')
  saveImprovementWeek(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('input') input: ImprovementWeekInputModel,
  ): Promise<ImprovementPlanModel> {
    return this.service.saveWeek(viewer, id, input);
  }

  @Mutation(() => ImprovementPlanModel)
  @Allow('signed-in')
  rateImprovement(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('week', { type: () => Int }) week: number,
    @Args('scores', { type: () => [Int], description: '1 to 5 for each of the two behaviours' }) scores: number[],
  ): Promise<ImprovementPlanModel> {
    return this.service.rate(viewer, id, week, scores);
  }

  @Mutation(() => ImprovementPlanModel)
  @Allow('signed-in')
  stopImprovementPlan(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<ImprovementPlanModel> {
    return this.service.stop(viewer, id);
  }

  @ResolveField(() => PersonCardModel)
  async learner(@Parent() plan: ImprovementPlanModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(plan.learnerId)) as PersonCardModel;
  }
}
