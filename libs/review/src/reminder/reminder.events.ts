import { defineEvent } from '@waymark/platform';

/** Cards wait, it is the person's hour, and nothing was said today yet. */
export const reviewsDue = defineEvent<{ due: number; minutes: number; localDay: string }>('reviews.due');
