import { Inject } from '@nestjs/common';
import { Args, ID, Int, Query, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, Db, IdPipe, type Viewer } from '@waymark/platform';
import { BoardScopeModel, HonourBoardModel, LeaderboardModel } from './leaderboard.model.js';
import { Leaderboards } from './leaderboards.service.js';

@Resolver()
export class LeaderboardResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Leaderboards) private readonly service: Leaderboards,
  ) {}

  @Query(() => [BoardScopeModel])
  @Allow('signed-in')
  async boardScopes(@CurrentViewer() viewer: Viewer): Promise<BoardScopeModel[]> {
    return this.db.read((tx) => this.service.scopes(tx, viewer));
  }

  @Query(() => LeaderboardModel)
  @Allow('signed-in')
  async leaderboard(
    @CurrentViewer() viewer: Viewer,
    @Args('scope') scope: string,
    @Args('scopeId', { type: () => ID, nullable: true }, IdPipe) scopeId: string | null,
    @Args('period') period: string,
    @Args('top', { type: () => Int, nullable: true }) top: number | null,
  ): Promise<LeaderboardModel> {
    return this.service.view(viewer, scope, scopeId, period, top ?? 10);
  }

  @Query(() => [HonourBoardModel])
  @Allow('signed-in')
  async honourBoards(
    @CurrentViewer() viewer: Viewer,
    @Args('scope') scope: string,
    @Args('scopeId', { type: () => ID, nullable: true }, IdPipe) scopeId: string | null,
    @Args('period', { type: () => String, nullable: true }) period: string | null,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
  ): Promise<HonourBoardModel[]> {
    return this.service.honours(viewer, scope, scopeId, period ?? null, first ?? 12);
  }
}
