import { Inject, Injectable } from '@nestjs/common';
import { Db, HandlesJob } from '@waymark/platform';
import { BoardScores } from './board-scores.service.js';
import { closeBoardsJob } from './leaderboard.jobs.js';

@Injectable()
export class BoardClosing {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(BoardScores) private readonly scores: BoardScores,
  ) {}

  @HandlesJob(closeBoardsJob)
  async close(): Promise<void> {
    await this.db.transaction((tx) => this.scores.closeEnded(tx));
  }
}
