import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { InvalidInput, pickText } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, eachInput, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import {
  MatchAcceptResultModel,
  MatchInputModel,
  MatchMentorModel,
  MatchProposalModel,
  MatchReasonsModel,
  MatchRunModel,
  MatchUnmatchedModel,
  MatchWeightsInputModel,
  MatchWeightsModel,
  SeenProposalInputModel,
} from './matching.model.js';
import type { RunRow } from './matching.repository.js';
import { Matchings } from './matching.service.js';

/** A page accepts in portions, so that it can show how far it is. */
const MAX_ACCEPT = 100;

const toModel = (viewer: Viewer, r: RunRow): MatchRunModel => ({
  ...r,
  cohort: r.cohortName && pickText(r.cohortName, viewer.locale),
  createdById: r.createdBy,
});

@Resolver(() => MatchRunModel)
export class MatchRunResolver {
  constructor(
    @Inject(Matchings) private readonly service: Matchings,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => MatchWeightsModel)
  @Allow('mentoring:pair')
  matchWeights(): Promise<MatchWeightsModel> {
    return this.service.weights();
  }

  @Query(() => [MatchRunModel])
  @Allow('mentoring:pair')
  async matchRuns(@CurrentViewer() viewer: Viewer): Promise<MatchRunModel[]> {
    return (await this.service.list(viewer)).map((r) => toModel(viewer, r));
  }

  @Query(() => MatchRunModel)
  @Allow('mentoring:pair')
  async matchRun(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<MatchRunModel> {
    return toModel(viewer, await this.service.find(viewer, id));
  }

  @Mutation(() => MatchRunModel)
  @Allow('mentoring:pair')
  async startMatching(@CurrentViewer() viewer: Viewer, @Args('input') input: MatchInputModel): Promise<MatchRunModel> {
    const run = await this.service.start(viewer, {
      cohortId: input.cohortId ?? null,
      learnerIds: input.learnerIds ?? [],
      startDay: input.startDay ?? null,
      weights: input.weights ?? null,
    });
    return toModel(viewer, run);
  }

  @Mutation(() => MatchRunModel)
  @Allow('mentoring:pair')
  async rerunMatching(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('round', { type: () => Int }) round: number,
    @Args('weights', { type: () => MatchWeightsInputModel, nullable: true }) weights?: MatchWeightsInputModel | null,
  ): Promise<MatchRunModel> {
    return toModel(viewer, await this.service.rerun(viewer, id, round, weights ?? null));
  }

  @Mutation(() => MatchRunModel)
  @Allow('mentoring:pair')
  async closeMatching(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<MatchRunModel> {
    return toModel(viewer, await this.service.close(viewer, id));
  }

  @Mutation(() => MatchRunModel)
  @Allow('mentoring:pair')
  async lockMatch(
    @CurrentViewer() viewer: Viewer,
    @Args('runId', { type: () => ID }, ParseUUIDPipe) runId: string,
    @Args('proposal') proposal: SeenProposalInputModel,
    @Args('locked') locked: boolean,
  ): Promise<MatchRunModel> {
    return toModel(viewer, await this.service.setLocked(viewer, runId, proposal, locked));
  }

  @Mutation(() => MatchRunModel)
  @Allow('mentoring:pair')
  async rejectMatch(
    @CurrentViewer() viewer: Viewer,
    @Args('runId', { type: () => ID }, ParseUUIDPipe) runId: string,
    @Args('proposal') proposal: SeenProposalInputModel,
  ): Promise<MatchRunModel> {
    return toModel(viewer, await this.service.reject(viewer, runId, proposal));
  }

  @Mutation(() => MatchRunModel)
  @Allow('mentoring:pair')
  async swapMatches(
    @CurrentViewer() viewer: Viewer,
    @Args('runId', { type: () => ID }, ParseUUIDPipe) runId: string,
    @Args('one') one: SeenProposalInputModel,
    @Args('other') other: SeenProposalInputModel,
  ): Promise<MatchRunModel> {
    return toModel(viewer, await this.service.swap(viewer, runId, one, other));
  }

  @Mutation(() => MatchRunModel)
  @Allow('mentoring:pair')
  async chooseMatch(
    @CurrentViewer() viewer: Viewer,
    @Args('runId', { type: () => ID }, ParseUUIDPipe) runId: string,
    @Args('learnerId', { type: () => ID }, ParseUUIDPipe) learnerId: string,
    @Args('mentorId', { type: () => ID }, ParseUUIDPipe) mentorId: string,
    @Args('revision', { type: () => Int, nullable: true }) revision?: number | null,
  ): Promise<MatchRunModel> {
    return toModel(viewer, await this.service.choose(viewer, runId, learnerId, mentorId, revision ?? null));
  }

  @Mutation(() => [MatchAcceptResultModel])
  @Allow('mentoring:pair')
  acceptMatches(
    @CurrentViewer() viewer: Viewer,
    @Args('runId', { type: () => ID }, ParseUUIDPipe) runId: string,
    @Args('proposals', { type: () => [SeenProposalInputModel] }, eachInput(SeenProposalInputModel))
    proposals: SeenProposalInputModel[],
  ): Promise<MatchAcceptResultModel[]> {
    if (proposals.length > MAX_ACCEPT) throw new InvalidInput('too-many', { max: MAX_ACCEPT });
    return this.service.accept(viewer, runId, proposals);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  createdBy(@Parent() run: MatchRunModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return personCardLoader(ctx, this.cards).load(run.createdById);
  }

  @ResolveField(() => [MatchProposalModel])
  proposals(@Parent() run: MatchRunModel): Promise<MatchProposalModel[]> {
    return this.service.proposals(run.id);
  }

  @ResolveField(() => [MatchUnmatchedModel])
  unmatched(@Parent() run: MatchRunModel): Promise<MatchUnmatchedModel[]> {
    return this.service.unmatched(run.id);
  }

  @ResolveField(() => [MatchMentorModel], { description: 'who can be chosen by hand' })
  async mentors(@CurrentViewer() viewer: Viewer, @Parent() run: MatchRunModel): Promise<MatchMentorModel[]> {
    return this.service.mentors(viewer, await this.service.find(viewer, run.id));
  }
}

@Resolver(() => MatchProposalModel)
export class MatchProposalResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async mentor(@Parent() p: MatchProposalModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(p.mentorId)) as PersonCardModel;
  }

  @ResolveField(() => PersonCardModel)
  async learner(@Parent() p: MatchProposalModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(p.learnerId)) as PersonCardModel;
  }
}

/** Reasons keep codes; people read names. */
@Resolver(() => MatchReasonsModel)
export class MatchReasonsResolver {
  constructor(@Inject(Matchings) private readonly service: Matchings) {}

  @ResolveField(() => [String])
  covered(@Parent() r: MatchReasonsModel, @Ctx() ctx: GqlContext, @CurrentViewer() viewer: Viewer): Promise<string[]> {
    return this.named(r.covered, ctx, viewer);
  }

  @ResolveField(() => [String])
  open(@Parent() r: MatchReasonsModel, @Ctx() ctx: GqlContext, @CurrentViewer() viewer: Viewer): Promise<string[]> {
    return this.named(r.open, ctx, viewer);
  }

  private async named(codes: readonly string[], ctx: GqlContext, viewer: Viewer): Promise<string[]> {
    const loader = ctx.loaders.of<string, string>('mentoring.competencyName', () => this.service.names(viewer.locale));
    return Promise.all(codes.map(async (code) => (await loader.load(code)) ?? code));
  }
}

@Resolver(() => MatchUnmatchedModel)
export class MatchUnmatchedResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async learner(@Parent() u: MatchUnmatchedModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(u.learnerId)) as PersonCardModel;
  }
}

@Resolver(() => MatchMentorModel)
export class MatchMentorResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async person(@Parent() m: MatchMentorModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(m.id)) as PersonCardModel;
  }
}
