import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { PerformanceImports } from './performance-imports.service.js';
import { MentorCandidateModel, PerformanceImportModel, PerformanceImportRowModel } from './performance.model.js';

@Resolver(() => PerformanceImportModel)
export class PerformanceImportResolver {
  constructor(@Inject(PerformanceImports) private readonly service: PerformanceImports) {}

  @Query(() => PerformanceImportModel)
  @Allow('mentoring:performance')
  performanceImport(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<PerformanceImportModel> {
    return this.service.find(viewer, id);
  }

  @Query(() => [MentorCandidateModel], { description: 'the best of each department' })
  @Allow('mentoring:performance')
  mentorCandidates(@CurrentViewer() viewer: Viewer): Promise<MentorCandidateModel[]> {
    return this.service.candidates(viewer);
  }

  @Mutation(() => PerformanceImportModel)
  @Allow('mentoring:performance')
  commitPerformanceImport(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<PerformanceImportModel> {
    return this.service.commit(viewer, id);
  }

  @Mutation(() => PerformanceImportModel)
  @Allow('mentoring:performance')
  cancelPerformanceImport(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<PerformanceImportModel> {
    return this.service.cancel(viewer, id);
  }

  @ResolveField(() => [PerformanceImportRowModel], { description: 'refused ones first; at most 500' })
  rows(
    @Parent() run: PerformanceImportModel,
    @Args('outcome', { type: () => String, nullable: true }) outcome?: string | null,
  ): Promise<PerformanceImportRowModel[]> {
    return this.service.rows(run.id, outcome ?? null);
  }
}

@Resolver(() => PerformanceImportRowModel)
export class PerformanceImportRowResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  person(@Parent() row: PerformanceImportRowModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    // Somebody outside the scope is kept with the row, for erasure, and not shown.
    return row.personId === null || row.problem === 'person-unknown'
      ? Promise.resolve(null)
      : personCardLoader(ctx, this.cards).load(row.personId);
  }
}

@Resolver(() => MentorCandidateModel)
export class MentorCandidateResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async person(@Parent() c: MentorCandidateModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(c.personId)) as PersonCardModel;
  }
}
