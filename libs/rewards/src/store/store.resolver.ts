import { Inject, type OnModuleInit } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { encodeCursor, InvalidInput, pickText, type Text } from '@waymark/kernel';
import {
  Allow,
  can,
  CurrentViewer,
  Db,
  IdPipe,
  rows,
  SubjectTitles,
  toConnection,
  toText,
  type Viewer,
} from '@waymark/platform';
import { Redemptions } from './redemptions.service.js';
import {
  OrderCountsModel,
  OrderFilterInput,
  RedemptionConnection,
  RedemptionModel,
  RewardModel,
  RewardOrderConnection,
  RewardOrderModel,
  StoreRewardInputModel,
  StoreRewardModel,
  toOrderModel,
  toRedemptionModel,
  toStoreRewardModel,
} from './store.model.js';
import { Store } from './store.service.js';

function limited(text: string | null | undefined, max: number): string | null {
  if (text && text.length > max) throw new InvalidInput('text-too-long', { max });
  return text ?? null;
}

function needed(text: string, max: number): string {
  if (!text.trim()) throw new InvalidInput('answer-missing');
  return limited(text, max) as string;
}

@Resolver()
export class StoreResolver implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Store) private readonly store: Store,
    @Inject(Redemptions) private readonly orders: Redemptions,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
  ) {}

  onModuleInit(): void {
    this.titles.register('reward', async (tx, ids, locale) => {
      const briefs = await this.store.briefs(tx, ids, locale);
      return new Map([...briefs].map(([id, b]) => [id, b.title]));
    });
    this.titles.register('redemption', async (tx, ids, locale) => {
      const orders = await rows<{ id: string; rewardId: string }>(
        tx,
        `select id::text as id, reward_id as "rewardId" from redemption where id::text = any($1)`,
        [ids],
      );
      const briefs = await this.store.briefs(
        tx,
        orders.map((o) => o.rewardId),
        locale,
      );
      return new Map(orders.map((o) => [o.id, briefs.get(o.rewardId)?.title ?? '']));
    });
    this.titles.register('point-rule', async (tx, codes, locale) => {
      const rules = await rows<{ code: string; reason: Text }>(
        tx,
        `select code, reason from point_rule where code = any($1)`,
        [codes],
      );
      return new Map(rules.map((r) => [r.code, pickText(r.reason, locale)]));
    });
  }

  @Query(() => [RewardModel])
  @Allow('signed-in')
  async rewards(@CurrentViewer() viewer: Viewer): Promise<RewardModel[]> {
    return (await this.store.offered(viewer)).map((r) => ({ ...r, canOrder: r.obstacle === null }));
  }

  @Query(() => RedemptionConnection)
  @Allow('signed-in')
  async myRedemptions(
    @CurrentViewer() viewer: Viewer,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<RedemptionConnection> {
    const page = await this.store.ordersOf(viewer.personId, first, after);
    return toConnection(
      page.rows,
      page.first,
      (r) => encodeCursor([r.requestedAt.toISOString(), r.id]),
      toRedemptionModel,
    );
  }

  @Query(() => RewardOrderConnection)
  @Allow('rewards:handle-orders')
  async rewardOrders(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => OrderFilterInput, nullable: true }) filter: OrderFilterInput | null,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<RewardOrderConnection> {
    const page = await this.store.orders(viewer, filter ?? {}, first, after);
    return toConnection(
      page.rows,
      page.first,
      (r) => encodeCursor([r.place, r.requestedAt.toISOString(), r.id]),
      (r) => this.orderFor(viewer, r),
    );
  }

  @Query(() => OrderCountsModel)
  @Allow('rewards:handle-orders')
  async rewardOrderCounts(@CurrentViewer() viewer: Viewer): Promise<OrderCountsModel> {
    return this.store.orderCounts(viewer);
  }

  @Query(() => [StoreRewardModel])
  @Allow('rewards:see-store')
  async storeRewards(
    @CurrentViewer() viewer: Viewer,
    @Args('archived', { type: () => Boolean, nullable: true }) archived: boolean | null,
  ): Promise<StoreRewardModel[]> {
    return (await this.db.read((tx) => this.store.list(tx, archived ?? false))).map((r) =>
      toStoreRewardModel(r, viewer.locale),
    );
  }

  @Mutation(() => StoreRewardModel)
  @Allow('rewards:edit-store')
  async saveReward(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: StoreRewardInputModel,
  ): Promise<StoreRewardModel> {
    const saved = await this.store.save(
      {
        ...input,
        title: toText(input.title),
        description: toText(input.description),
        stockLeft: input.stockLeft ?? null,
        limitCount: input.limitCount ?? null,
        limitPer: input.limitPer ?? null,
        audienceId: input.audienceId ?? null,
        archived: input.archived ?? false,
      },
      viewer.personId,
    );
    return toStoreRewardModel(saved, viewer.locale);
  }

  @Mutation(() => RedemptionModel)
  @Allow('signed-in')
  async redeemReward(
    @CurrentViewer() viewer: Viewer,
    @Args('rewardId', { type: () => ID }, IdPipe) rewardId: string,
    @Args('requestKey', { type: () => ID }, IdPipe) requestKey: string,
    @Args('note', { type: () => String, nullable: true }) note: string | null,
  ): Promise<RedemptionModel> {
    return toRedemptionModel(await this.orders.redeem(viewer, rewardId, requestKey, limited(note, 500)));
  }

  @Mutation(() => RedemptionModel)
  @Allow('signed-in')
  async cancelRedemption(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
  ): Promise<RedemptionModel> {
    return toRedemptionModel(await this.orders.cancel(viewer, id));
  }

  @Mutation(() => RewardOrderModel)
  @Allow('rewards:handle-orders')
  async approveRedemption(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('answer', { type: () => String, nullable: true }) answer: string | null,
  ): Promise<RewardOrderModel> {
    return this.orderFor(viewer, await this.orders.approve(viewer, id, limited(answer, 1_000)));
  }

  @Mutation(() => RewardOrderModel)
  @Allow('rewards:handle-orders')
  async rejectRedemption(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('answer') answer: string,
  ): Promise<RewardOrderModel> {
    return this.orderFor(viewer, await this.orders.reject(viewer, id, needed(answer, 1_000)));
  }

  @Mutation(() => RewardOrderModel)
  @Allow('rewards:fulfil-orders')
  async fulfilRedemption(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('answer', { type: () => String, nullable: true }) answer: string | null,
  ): Promise<RewardOrderModel> {
    return this.orderFor(viewer, await this.orders.fulfil(viewer, id, limited(answer, 1_000)));
  }

  @Mutation(() => RewardOrderModel)
  @Allow('rewards:fulfil-orders')
  async withdrawRedemption(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('answer') answer: string,
  ): Promise<RewardOrderModel> {
    return this.orderFor(viewer, await this.orders.withdraw(viewer, id, needed(answer, 1_000)));
  }

  private orderFor(viewer: Viewer, row: Parameters<typeof toOrderModel>[0]): RewardOrderModel {
    return toOrderModel(row, viewer.personId, can(viewer, 'rewards:fulfil-orders'));
  }
}
