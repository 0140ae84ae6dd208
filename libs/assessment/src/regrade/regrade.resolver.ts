import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCards } from '@waymark/identity';
import { IdPipe } from '../id.pipe.js';
import { toDraft } from '../question/question.resolver.js';
import { KeyCorrections, type CorrectionView, type RegradeView } from './key-corrections.service.js';
import {
  CorrectKeyInput,
  KeyCorrectionModel,
  RegradeChangeConnection,
  RegradeModel,
  RegradePolicyEnum,
  RegradePreviewModel,
} from './regrade.model.js';
import type { RegradePolicy } from './regrade.js';
import { Regrades, type RegradePreview } from './regrades.service.js';

@Resolver()
export class RegradeResolver {
  constructor(
    @Inject(KeyCorrections) private readonly corrections: KeyCorrections,
    @Inject(Regrades) private readonly regrades: Regrades,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [KeyCorrectionModel], { description: 'Of a question, newest first' })
  @Allow('assessment:read-bank')
  async keyCorrections(
    @Ctx() ctx: GqlContext,
    @Args('questionId', { type: () => ID }, IdPipe) questionId: string,
  ): Promise<KeyCorrectionModel[]> {
    return Promise.all((await this.corrections.list(questionId)).map((c) => this.correction(ctx, c)));
  }

  @Query(() => RegradePreviewModel, { description: 'What a policy would do; nothing is written' })
  @Allow('assessment:publish')
  async regradePreview(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('correctionId', { type: () => ID }, IdPipe) correctionId: string,
    @Args('policy', { type: () => RegradePolicyEnum }) policy: RegradePolicy,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<RegradePreviewModel> {
    const preview = await this.regrades.preview(viewer, correctionId, policy, {
      first: first ?? null,
      after: after ?? null,
    });
    return { ...preview, changes: await this.changes(ctx, preview.changes) };
  }

  @Query(() => RegradeChangeConnection, {
    description: 'What a correction changed, of the people in the viewer’s scope',
  })
  @Allow('assessment:publish')
  async regradeChanges(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('correctionId', { type: () => ID }, IdPipe) correctionId: string,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<RegradeChangeConnection> {
    return this.changes(
      ctx,
      await this.regrades.changes(viewer, correctionId, { first: first ?? null, after: after ?? null }),
    );
  }

  @Mutation(() => [KeyCorrectionModel], { description: 'Corrects the key of the published version' })
  @Allow('assessment:publish')
  async correctKey(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('input') input: CorrectKeyInput,
  ): Promise<KeyCorrectionModel[]> {
    await this.corrections.correct(viewer, {
      questionId: input.questionId,
      versionNumber: input.versionNumber,
      draft: toDraft(input.question),
      reason: input.reason,
    });
    return this.keyCorrections(ctx, input.questionId);
  }

  @Mutation(() => RegradeModel)
  @Allow('assessment:publish')
  async startRegrade(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('correctionId', { type: () => ID }, IdPipe) correctionId: string,
    @Args('policy', { type: () => RegradePolicyEnum }) policy: RegradePolicy,
  ): Promise<RegradeModel> {
    return this.regrade(ctx, await this.regrades.ask(viewer, correctionId, policy));
  }

  @Mutation(() => RegradeModel, { description: 'What is done already stays; the rest can be asked for again' })
  @Allow('assessment:publish')
  async cancelRegrade(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
  ): Promise<RegradeModel> {
    return this.regrade(ctx, await this.regrades.cancel(viewer, id));
  }

  private async correction(ctx: GqlContext, c: CorrectionView): Promise<KeyCorrectionModel> {
    return {
      id: c.id,
      versionNumber: c.version_number,
      reason: c.reason,
      correctedBy: c.corrected_by ? await personCardLoader(ctx, this.cards).load(c.corrected_by) : null,
      correctedAt: c.corrected_at,
      superseded: c.superseded,
      regrade: c.regrade ? await this.regrade(ctx, c.regrade) : null,
    };
  }

  private async regrade(ctx: GqlContext, r: RegradeView): Promise<RegradeModel> {
    return {
      ...r,
      askedBy: r.asked_by ? await personCardLoader(ctx, this.cards).load(r.asked_by) : null,
      askedAt: r.asked_at,
      finishedAt: r.finished_at,
    };
  }

  private async changes(ctx: GqlContext, page: RegradePreview['changes']): Promise<RegradeChangeConnection> {
    const loader = personCardLoader(ctx, this.cards);
    const nodes = await Promise.all(
      page.items.map(async ({ personId, title, ...c }) => {
        const person = await loader.load(personId);
        return person ? [{ ...c, assessmentTitle: title, person }] : [];
      }),
    );
    return {
      edges: nodes.flat().map((node) => ({ cursor: node.attemptId, node })),
      pageInfo: { endCursor: page.next, hasNextPage: page.next !== null },
      totalCount: page.total,
    };
  }
}
