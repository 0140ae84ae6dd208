import type { Json } from '@waymark/api-client';
import { day } from '../app/format.js';
import { hasMessage, t } from '../app/i18n.js';

export interface NotificationWords {
  kind: string;
  params: Json;
  count: number;
  person: { name: string } | null;
  subjectTitle: string | null;
}

/** The sentence of a notification. */
export function notificationText(notification: NotificationWords): string {
  const key = `notification.kind.${notification.kind}`;
  const params: Record<string, string | number> = {};
  if (notification.params && typeof notification.params === 'object' && !Array.isArray(notification.params)) {
    for (const [name, value] of Object.entries(notification.params)) {
      if (typeof value === 'string') params[name] = /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : value;
      else if (typeof value === 'number') params[name] = value;
    }
  }
  return t(
    hasMessage(key) ? key : 'notification.kind.other',
    {
      ...params,
      count: notification.count,
      person: notification.person?.name ?? '',
      title: notification.subjectTitle ?? '',
    },
    notification.count,
  );
}
