import { Inject } from '@nestjs/common';
import { Args, Query, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, LocalDayScalar, type Viewer } from '@waymark/platform';
import { RewardStatsModel } from './reward-stats.model.js';
import { RewardStatistics } from './reward-stats.service.js';

@Resolver()
export class RewardStatsResolver {
  constructor(@Inject(RewardStatistics) private readonly statistics: RewardStatistics) {}

  @Query(() => RewardStatsModel)
  @Allow('rewards:read-stats')
  async rewardStats(
    @CurrentViewer() viewer: Viewer,
    @Args('fromDay', { type: () => LocalDayScalar, nullable: true }) fromDay: string | null,
    @Args('toDay', { type: () => LocalDayScalar, nullable: true }) toDay: string | null,
  ): Promise<RewardStatsModel> {
    return this.statistics.read(viewer, fromDay ?? null, toDay ?? null);
  }
}
