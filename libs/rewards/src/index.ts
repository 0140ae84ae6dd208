export { BoardScores } from './leaderboard/board-scores.service.js';
export { Ledger, type LedgerEntry } from './points/ledger.service.js';
export { PointsReplay, type Replayed } from './points/points-replay.service.js';
export { Points } from './points/points.service.js';
export { RewardsLoader, type OrderHistory } from './rewards.loader.js';
export { RewardsModule } from './rewards.module.js';
