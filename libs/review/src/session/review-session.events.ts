import { defineEvent } from '@waymark/platform';

export const reviewSessionFinished = defineEvent<{
  sessionId: string;
  reviews: number;
  recalled: number;
  kept: number;
}>('review-session.finished');
