import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { Connection, fromText, LocalDayScalar, TextInputModel, TextModel } from '@waymark/platform';
import { Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsUUID, Length, Matches, Max, Min, ValidateNested } from 'class-validator';
import { pickText, type Locale } from '@waymark/kernel';
import {
  APPROVALS,
  canCancel,
  LIMIT_PERIODS,
  ORDER_STATES,
  REWARD_KINDS,
  type Approval,
  type LimitPeriod,
  type RewardKind,
} from './store-rule.js';
import type { RedemptionRow } from './redemption.repository.js';
import type { StoredReward } from './store.service.js';

@ObjectType('RewardBrief')
export class RewardBriefModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field({ description: 'gift training leave voucher' })
  kind: string;
  @Field()
  glyph: string;
  @Field()
  title: string;
}

@ObjectType('Reward')
export class RewardModel extends RewardBriefModel {
  @Field()
  description: string;
  @Field(() => Int)
  price: number;
  @Field(() => Int, { nullable: true, description: 'null is unlimited' })
  stockLeft: number | null;
  @Field(() => Int, { nullable: true })
  limitCount: number | null;
  @Field(() => String, { nullable: true, description: 'month quarter year ever' })
  limitPer: string | null;
  @Field({ description: 'none manager learning' })
  approval: string;
  @Field(() => Int, { description: "My orders in the limit's period" })
  mine: number;
  @Field()
  canOrder: boolean;
  @Field(() => String, { nullable: true })
  obstacle: string | null;
  @Field(() => LocalDayScalar, { nullable: true, description: 'When a limit is reached: the first day to order again' })
  againOn: string | null;
  @Field(() => Int)
  missing: number;
  @Field(() => Int, { nullable: true, description: 'At the pace of the last 28 days; 0 is now, null without a pace' })
  daysUntilAffordable: number | null;
}

/** What an order shows to everybody who may see it; brief and cards come by loaders. */
@ObjectType({ isAbstract: true })
export class OrderBase {
  @Field(() => ID)
  id: string;
  @Field(() => Int)
  price: number;
  @Field({ description: 'requested approved fulfilled rejected cancelled' })
  state: string;
  @Field()
  requestedAt: Date;
  @Field(() => Date, { nullable: true })
  decidedAt: Date | null;
  @Field(() => Date, { nullable: true })
  fulfilledAt: Date | null;
  @Field(() => String, { nullable: true })
  note: string | null;
  @Field(() => String, { nullable: true })
  answer: string | null;
  rewardId: string;
  decidedById: string | null;
  personId: string;
}

@ObjectType('Redemption')
export class RedemptionModel extends OrderBase {
  @Field()
  canCancel: boolean;
}

@ObjectType('RewardOrder')
export class RewardOrderModel extends OrderBase {
  @Field()
  approval: string;
  @Field()
  canDecide: boolean;
  @Field()
  canFulfil: boolean;
}

@ObjectType('RedemptionConnection')
export class RedemptionConnection extends Connection(RedemptionModel, 'Redemption') {}
@ObjectType('RewardOrderConnection')
export class RewardOrderConnection extends Connection(RewardOrderModel, 'RewardOrder') {}

@ObjectType('OrderCounts')
export class OrderCountsModel {
  @Field(() => Int)
  requested: number;
  @Field(() => Int)
  approved: number;
  @Field(() => Int)
  fulfilled: number;
  @Field(() => Int)
  rejected: number;
  @Field(() => Int)
  cancelled: number;
}

@ObjectType('StoreReward')
export class StoreRewardModel {
  @Field(() => ID)
  id: string;
  @Field()
  code: string;
  @Field()
  kind: string;
  @Field()
  glyph: string;
  @Field()
  title: string;
  @Field(() => TextModel)
  titles: TextModel;
  @Field(() => TextModel)
  descriptions: TextModel;
  @Field(() => Int)
  price: number;
  @Field(() => Int, { nullable: true })
  stockLeft: number | null;
  @Field(() => Int, { nullable: true })
  limitCount: number | null;
  @Field(() => String, { nullable: true })
  limitPer: string | null;
  @Field()
  approval: string;
  @Field(() => ID, { nullable: true })
  audienceId: string | null;
  @Field()
  archived: boolean;
  @Field(() => Int)
  revision: number;
  @Field(() => Int)
  orders: number;
  @Field(() => Int)
  open: number;
}

@InputType('StoreRewardInput')
export class StoreRewardInputModel {
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  id?: string | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  revision?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  code?: string | null;
  @Field(() => String)
  @IsIn(REWARD_KINDS)
  kind: RewardKind;
  @Field()
  @Matches(/^[a-z0-9-]{1,40}$/)
  glyph: string;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  title: TextInputModel;
  @Field(() => TextInputModel)
  @ValidateNested()
  @Type(() => TextInputModel)
  description: TextInputModel;
  @Field(() => Int)
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  price: number;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(1_000_000)
  stockLeft?: number | null;
  @Field(() => Int, { nullable: true })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000)
  limitCount?: number | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(LIMIT_PERIODS)
  limitPer?: LimitPeriod | null;
  @Field(() => String)
  @IsIn(APPROVALS)
  approval: Approval;
  @Field(() => ID, { nullable: true })
  @IsOptional()
  @IsUUID()
  audienceId?: string | null;
  @Field(() => Boolean, { nullable: true })
  @IsOptional()
  @IsBoolean()
  archived?: boolean | null;
}

@InputType('OrderFilter')
export class OrderFilterInput {
  @Field(() => String, { nullable: true })
  @IsOptional()
  @IsIn(ORDER_STATES)
  state?: string | null;
  @Field(() => String, { nullable: true })
  @IsOptional()
  @Length(0, 80)
  search?: string | null;
}

export function toRedemptionModel(r: RedemptionRow): RedemptionModel {
  return { ...r, decidedById: r.decidedBy, canCancel: canCancel(r.state, r.approval) };
}

export function toOrderModel(r: RedemptionRow, viewerId: string, mayFulfil: boolean): RewardOrderModel {
  const others = r.personId !== viewerId;
  return {
    ...r,
    decidedById: r.decidedBy,
    canDecide: others && r.state === 'requested',
    canFulfil: others && mayFulfil && r.state === 'approved',
  };
}

export function toStoreRewardModel(r: StoredReward, locale: Locale): StoreRewardModel {
  return { ...r, title: pickText(r.title, locale), titles: fromText(r.title), descriptions: fromText(r.description) };
}
