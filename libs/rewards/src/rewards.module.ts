import { Module } from '@nestjs/common';
import { BadgeResolver } from './badge/badge.resolver.js';
import { Badges } from './badge/badges.service.js';
import { BoardClosing } from './leaderboard/board-closing.service.js';
import { BoardScores } from './leaderboard/board-scores.service.js';
import { LeaderboardResolver } from './leaderboard/leaderboard.resolver.js';
import { Leaderboards } from './leaderboard/leaderboards.service.js';
import { Awarding } from './points/awarding.service.js';
import { Ledger } from './points/ledger.service.js';
import { PointRules } from './points/point-rules.service.js';
import { PointsExpiry } from './points/points-expiry.service.js';
import { PointsReplay } from './points/points-replay.service.js';
import { PointsConsumer } from './points/points.consumer.js';
import { PointsResolver } from './points/points.resolver.js';
import { Points } from './points/points.service.js';
import { RewardsPersonalData } from './points/rewards-personal-data.service.js';
import { RewardsLoader } from './rewards.loader.js';
import { RewardStatsResolver } from './stats/reward-stats.resolver.js';
import { RewardStatistics } from './stats/reward-stats.service.js';
import { RedemptionFields, RewardOrderFields } from './store/order-fields.resolver.js';
import { Redemptions } from './store/redemptions.service.js';
import { StoreResolver } from './store/store.resolver.js';
import { Store } from './store/store.service.js';

const services = [
  Awarding,
  Badges,
  BoardClosing,
  BoardScores,
  Leaderboards,
  Ledger,
  PointRules,
  Points,
  PointsConsumer,
  PointsExpiry,
  PointsReplay,
  Redemptions,
  RewardStatistics,
  RewardsLoader,
  Store,
];

@Module({
  providers: [
    ...services,
    BadgeResolver,
    LeaderboardResolver,
    PointsResolver,
    RedemptionFields,
    RewardOrderFields,
    RewardStatsResolver,
    RewardsPersonalData,
    StoreResolver,
  ],
  exports: services,
})
export class RewardsModule {}
