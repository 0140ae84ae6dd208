import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@waymark/kernel';
import { CLOCK, Db, one, type Tx } from '@waymark/platform';
import { Audit } from '@waymark/identity';

export interface ReviewSetting {
  /** Chance of recall at which a card comes back. */
  desiredRetention: number;
  /** Reviews a day. */
  dailyLimit: number;
  /** New cards a day. */
  newLimit: number;
  /** Local hour of the reminder for everybody who chose none. */
  reminderHour: number;
  revision: number;
}

const COLUMNS = `desired_retention as "desiredRetention", daily_limit as "dailyLimit", new_limit as "newLimit", reminder_hour as "reminderHour", revision`;

@Injectable()
export class ReviewSettings {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  get(tx: Tx): Promise<ReviewSetting> {
    return one(tx, `select ${COLUMNS} from review_setting`);
  }

  read(): Promise<ReviewSetting> {
    return this.db.read((tx) => this.get(tx));
  }

  /** @throws Conflict when somebody saved since `revision` was read */
  async save(
    actorId: string,
    revision: number,
    patch: Partial<Omit<ReviewSetting, 'revision'>>,
  ): Promise<ReviewSetting> {
    return this.db.transaction(async (tx) => {
      const before = await one<ReviewSetting>(tx, `select ${COLUMNS} from review_setting for update`);
      if (before.revision !== revision) throw await this.audit.staleRevision(tx, 'review-settings', 'review');
      const next = { ...before, ...patch };
      const saved = await one<ReviewSetting>(
        tx,
        `with w as (
           update review_setting set desired_retention = $1, daily_limit = $2, new_limit = $3, reminder_hour = $4, revision = revision + 1, updated_at = $5
           returning *
         ) select ${COLUMNS} from w`,
        [next.desiredRetention, next.dailyLimit, next.newLimit, next.reminderHour, this.clock.now()],
      );
      const changes = (['desiredRetention', 'dailyLimit', 'newLimit', 'reminderHour'] as const)
        .filter((field) => before[field] !== saved[field])
        .map((field) => ({ field, from: String(before[field]), to: String(saved[field]) }));
      await this.audit.record(tx, {
        actorId,
        action: 'review.settings-changed',
        subjectType: 'review-settings',
        subjectId: 'review',
        changes,
      });
      return saved;
    });
  }
}
