import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@waymark/kernel';
import { CLOCK, Db, HandlesJob, type JobRun } from '@waymark/platform';
import { notificationRetention } from './notification-retention.config.js';
import { pruneNotificationsJob } from './notification.jobs.js';
import { pruneNotifications } from './notification.repository.js';

const BATCH = 20_000;
const DAY_MS = 86_400_000;

@Injectable()
export class NotificationUpkeep {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Forgets old news, in parts that hold no lock for long. */
  @HandlesJob(pruneNotificationsJob)
  async prune(_payload: object, run: Pick<JobRun, 'signal'>): Promise<void> {
    const { WAYMARK_KEEP_READ_NEWS_DAYS, WAYMARK_KEEP_UNREAD_NEWS_DAYS } = notificationRetention();
    const ago = (days: number): Date => new Date(this.clock.now().getTime() - days * DAY_MS);
    const before = { read: ago(WAYMARK_KEEP_READ_NEWS_DAYS), unread: ago(WAYMARK_KEEP_UNREAD_NEWS_DAYS) };
    while ((await this.db.transaction((tx) => pruneNotifications(tx, before, BATCH))) === BATCH && !run.signal.aborted);
  }
}
