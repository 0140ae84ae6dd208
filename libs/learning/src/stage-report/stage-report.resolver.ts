import { Inject } from '@nestjs/common';
import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Viewer } from '@waymark/platform';
import { StageReportMilestoneModel, StageReportModel } from './stage-report.model.js';
import { StageReports } from './stage-reports.service.js';

@Resolver(() => StageReportModel)
export class StageReportResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(StageReports) private readonly reports: StageReports,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => StageReportModel, { description: 'For the learner, the mentor, the manager and L&D in scope' })
  @Allow('signed-in')
  stageReport(
    @Args('enrolmentId', { type: () => ID }) enrolmentId: string,
    @Args('stage', { type: () => Int, nullable: true }) stage: number | null,
    @CurrentViewer() viewer: Viewer,
  ): Promise<StageReportModel> {
    return this.db.read((tx) => this.reports.of(tx, viewer, enrolmentId, stage ?? null));
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() report: StageReportModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(report.personId)) as PersonCardModel;
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  mentor(@Parent() report: StageReportModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return report.mentorId ? personCardLoader(ctx, this.cards).load(report.mentorId) : null;
  }
}

@Resolver(() => StageReportMilestoneModel)
export class StageReportMilestoneResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  signedBy(
    @Parent() milestone: StageReportMilestoneModel,
    @Ctx() ctx: GqlContext,
  ): Promise<PersonCardModel | null> | null {
    return milestone.signedById ? personCardLoader(ctx, this.cards).load(milestone.signedById) : null;
  }
}
