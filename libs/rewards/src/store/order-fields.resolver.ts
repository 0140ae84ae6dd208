import { Inject } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { personCardLoader, PersonCardModel, PersonCards, readerLocale } from '@waymark/identity';
import { Ctx, Db, type GqlContext } from '@waymark/platform';
import { RedemptionModel, RewardBriefModel, RewardOrderModel, type OrderBase } from './store.model.js';
import { Store, type RewardBrief } from './store.service.js';

function briefLoader(ctx: GqlContext, db: Db, store: Store): { load(id: string): Promise<RewardBrief | null> } {
  return ctx.loaders.of<string, RewardBrief>('rewards.brief', (ids) =>
    db.read((tx) => store.briefs(tx, ids, readerLocale(ctx))),
  );
}

@Resolver(() => RedemptionModel)
export class RedemptionFields {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Store) private readonly store: Store,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @ResolveField(() => RewardBriefModel)
  async reward(@Parent() order: OrderBase, @Ctx() ctx: GqlContext): Promise<RewardBriefModel | null> {
    return briefLoader(ctx, this.db, this.store).load(order.rewardId);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async decidedBy(@Parent() order: OrderBase, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return order.decidedById ? personCardLoader(ctx, this.cards).load(order.decidedById) : null;
  }
}

@Resolver(() => RewardOrderModel)
export class RewardOrderFields {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Store) private readonly store: Store,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @ResolveField(() => RewardBriefModel)
  async reward(@Parent() order: OrderBase, @Ctx() ctx: GqlContext): Promise<RewardBriefModel | null> {
    return briefLoader(ctx, this.db, this.store).load(order.rewardId);
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() order: OrderBase, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return personCardLoader(ctx, this.cards).load(order.personId);
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async decidedBy(@Parent() order: OrderBase, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return order.decidedById ? personCardLoader(ctx, this.cards).load(order.decidedById) : null;
  }
}
