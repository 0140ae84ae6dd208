import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ViewerModel } from '@waymark/identity';
import { encodeCursor, pickText, type Locale } from '@waymark/kernel';
import { Allow, CurrentViewer, Db, IdPipe, LocalDayScalar, toConnection, toText, type Viewer } from '@waymark/platform';
import {
  PersonLevelModel,
  PersonLevelStepModel,
  PointRuleInputModel,
  PointRuleModel,
  PointsEntryConnection,
  ExpiringPointsModel,
  PointsModel,
  PointsPolicyModel,
  RuleSimulationModel,
  toRuleModel,
} from './points.model.js';
import { PointsExpiry } from './points-expiry.service.js';
import { PointRules, type RuleDraft } from './point-rules.service.js';
import { Points } from './points.service.js';

const toDraft = (input: PointRuleInputModel): RuleDraft => ({
  ...input,
  capDay: input.capDay ?? null,
  capWeek: input.capWeek ?? null,
  reason: toText(input.reason),
});

@Resolver(() => ViewerModel)
export class PointsResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Points) private readonly service: Points,
    @Inject(PointRules) private readonly rules: PointRules,
    @Inject(PointsExpiry) private readonly expiry: PointsExpiry,
  ) {}

  @ResolveField(() => PointsModel)
  async points(@Parent() viewer: ViewerModel): Promise<PointsModel> {
    return this.db.read((tx) => this.service.of(tx, viewer.id, viewer.zone));
  }

  @ResolveField(() => ExpiringPointsModel, { nullable: true, description: 'What of the balance expires next' })
  async expiringPoints(@Parent() viewer: ViewerModel): Promise<ExpiringPointsModel | null> {
    return this.db.read((tx) => this.expiry.nextOf(tx, viewer.id));
  }

  @Query(() => PointsPolicyModel)
  @Allow('rewards:see-rules')
  async pointsPolicy(): Promise<PointsPolicyModel> {
    return this.db.read((tx) => this.expiry.policy(tx));
  }

  @Mutation(() => PointsPolicyModel)
  @Allow('rewards:edit-rules')
  async savePointsPolicy(
    @CurrentViewer() viewer: Viewer,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('expireMonths', { type: () => Int, nullable: true }) expireMonths: number | null,
  ): Promise<PointsPolicyModel> {
    return this.expiry.save(viewer.personId, revision, expireMonths ?? null);
  }

  @ResolveField(() => Int, { description: 'earned as a mentor, by meetings and decisions' })
  async mentoringPoints(@Parent() viewer: ViewerModel): Promise<number> {
    return this.db.read((tx) => this.service.earnedAsMentor(tx, viewer.id));
  }

  @ResolveField(() => PersonLevelModel)
  async personLevel(@Parent() viewer: ViewerModel): Promise<PersonLevelModel> {
    const { current, ...standing } = await this.db.read((tx) =>
      this.service.levelOf(tx, viewer.id, viewer.locale as Locale),
    );
    return { ...current, ...standing };
  }

  @Query(() => [PersonLevelStepModel])
  @Allow('signed-in')
  async personLevels(@CurrentViewer() viewer: Viewer): Promise<PersonLevelStepModel[]> {
    return this.db.read((tx) => this.service.levels(tx, viewer.locale));
  }

  @Query(() => PointsEntryConnection)
  @Allow('signed-in')
  async pointsStatement(
    @CurrentViewer() viewer: Viewer,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<PointsEntryConnection> {
    const page = await this.service.statement(viewer.personId, viewer.locale, first, after);
    return toConnection(
      page.rows,
      page.first,
      (r) => encodeCursor([r.at.toISOString(), r.id]),
      (r) => ({ ...r, reason: pickText(r.reason, viewer.locale) }),
    );
  }

  @Query(() => [PointRuleModel])
  @Allow('rewards:see-rules')
  async pointRules(@CurrentViewer() viewer: Viewer): Promise<PointRuleModel[]> {
    return (await this.db.read((tx) => this.rules.list(tx))).map((r) =>
      toRuleModel(r, pickText(r.reason, viewer.locale)),
    );
  }

  @Query(() => RuleSimulationModel)
  @Allow('rewards:see-rules')
  async simulatePointRule(
    @Args('rule') rule: PointRuleInputModel,
    @Args('fromDay', { type: () => LocalDayScalar, nullable: true }) fromDay: string | null,
    @Args('toDay', { type: () => LocalDayScalar, nullable: true }) toDay: string | null,
  ): Promise<RuleSimulationModel> {
    return this.rules.simulate(toDraft(rule), fromDay ?? null, toDay ?? null);
  }

  @Mutation(() => PointRuleModel)
  @Allow('rewards:edit-rules')
  async savePointRule(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: PointRuleInputModel,
  ): Promise<PointRuleModel> {
    const saved = await this.rules.save(toDraft(input), viewer.personId);
    return toRuleModel(saved, pickText(saved.reason, viewer.locale));
  }

  @Mutation(() => Boolean)
  @Allow('rewards:grant-points')
  async grantPoints(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }, IdPipe) personId: string,
    @Args('points', { type: () => Int }) points: number,
    @Args('reason') reason: string,
    @Args('requestKey', { type: () => ID }, IdPipe) requestKey: string,
  ): Promise<boolean> {
    await this.service.grant(viewer, { personId, points, reason, requestKey });
    return true;
  }

  @Mutation(() => Boolean)
  @Allow('rewards:grant-points')
  async reverseAward(
    @CurrentViewer() viewer: Viewer,
    @Args('transactionId', { type: () => ID }, IdPipe) transactionId: string,
  ): Promise<boolean> {
    await this.service.reverse(viewer, transactionId);
    return true;
  }
}
