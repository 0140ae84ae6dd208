import { defineEvent } from '@waymark/platform';

/** One for each person and batch of awards. */
export const pointsAwarded = defineEvent<{ points: number; earned: number; balance: number }>('points.awarded');
/** Once for each person and expiry, 30 days before. */
export const pointsExpiring = defineEvent<{ points: number; on: string }>('points.expiring');
