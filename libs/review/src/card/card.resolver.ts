import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { clampFirst, decodeCursor, encodeCursor, InvalidInput } from '@waymark/kernel';
import { Allow, CurrentViewer, type Viewer } from '@waymark/platform';
import { CARD_KINDS } from './card.js';
import { OwnCardInputModel } from './card.inputs.js';
import { ReviewCardConnectionModel, ReviewCardModel, toCardModel } from './card.model.js';
import { Cards } from './cards.service.js';

const trimmed = (input: OwnCardInputModel): { front: string; back: string } => {
  const text = { front: input.front.trim(), back: input.back.trim() };
  if (!text.front || !text.back) throw new InvalidInput('card-empty');
  return text;
};

@Resolver(() => ReviewCardModel)
export class CardResolver {
  constructor(@Inject(Cards) private readonly cards: Cards) {}

  @Query(() => ReviewCardConnectionModel)
  @Allow('signed-in')
  async myCards(
    @CurrentViewer() viewer: Viewer,
    @Args('kind', { type: () => String, nullable: true }) kind?: string | null,
    @Args('suspended', { type: () => Boolean, nullable: true }) suspended?: boolean | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<ReviewCardConnectionModel> {
    if (kind && !(CARD_KINDS as readonly string[]).includes(kind)) throw new InvalidInput('card-kind-unknown');
    const afterId = after ? String(decodeCursor(after)[0]) : null;
    const page = await this.cards.page(
      viewer.personId,
      viewer.locale,
      { kind: kind ?? null, suspended: suspended ?? null },
      clampFirst(first),
      afterId,
    );
    const edges = page.views.map((v) => ({ cursor: encodeCursor([v.card.id]), node: toCardModel(v, viewer) }));
    return {
      edges,
      pageInfo: { endCursor: page.lastId ? encodeCursor([page.lastId]) : null, hasNextPage: page.hasMore },
      totalCount: page.total,
    };
  }

  @Query(() => ReviewCardModel)
  @Allow('signed-in')
  async myCard(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<ReviewCardModel> {
    return toCardModel(await this.cards.one(viewer.personId, id, viewer.locale), viewer);
  }

  @Query(() => Int)
  @Allow('signed-in')
  cardsFromAttempt(
    @CurrentViewer() viewer: Viewer,
    @Args('attemptId', { type: () => ID }, ParseUUIDPipe) attemptId: string,
  ): Promise<number> {
    return this.cards.fromAttempt(viewer.personId, attemptId);
  }

  @Mutation(() => ReviewCardModel)
  @Allow('signed-in')
  async writeCard(@CurrentViewer() viewer: Viewer, @Args('input') input: OwnCardInputModel): Promise<ReviewCardModel> {
    return toCardModel(await this.cards.write(viewer.personId, trimmed(input), viewer.locale), viewer);
  }

  @Mutation(() => ReviewCardModel)
  @Allow('signed-in')
  async editCard(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('input') input: OwnCardInputModel,
  ): Promise<ReviewCardModel> {
    return toCardModel(await this.cards.edit(viewer.personId, id, revision, trimmed(input), viewer.locale), viewer);
  }

  @Mutation(() => ReviewCardModel)
  @Allow('signed-in')
  async suspendCard(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('suspended') suspended: boolean,
  ): Promise<ReviewCardModel> {
    return toCardModel(await this.cards.suspend(viewer.personId, id, suspended, viewer.locale), viewer);
  }
}
