import { defineEvent } from '@waymark/platform';

/** One for each person and batch of awards. */
export const pointsAwarded = defineEvent<{ points: number; earned: number; balance: number }>('points.awarded');
