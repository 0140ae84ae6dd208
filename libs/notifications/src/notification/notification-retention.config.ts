import { defineConfig } from '@waymark/platform/config';
import { z } from 'zod';

const days = z.coerce.number().int().min(1).max(3_650);

/** How long news stay in the list, in days from when they came. */
export const notificationRetention = defineConfig('notification-retention', {
  WAYMARK_KEEP_READ_NEWS_DAYS: days.default(180),
  WAYMARK_KEEP_UNREAD_NEWS_DAYS: days.default(365),
});
