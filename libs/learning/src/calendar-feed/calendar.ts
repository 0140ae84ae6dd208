import type { Locale, LocalDay } from '@waymark/kernel';
import ical, { ICalCalendarMethod, ICalEventStatus, ICalEventTransparency } from 'ical-generator';

/** Something of one's own with a time: a due day, or an hour with the mentor. Nobody else's name or title is in it. */
export type CalendarEntry = {
  /** Stays the same from one fetching to the next, so that the calendar moves the entry instead of doubling it. */
  uid: string;
  /** Path in the app. */
  path: string;
} & (
  { kind: 'due'; title: string; day: LocalDay; minutes: number } | { kind: 'meeting'; startsAt: Date; minutes: number }
);

const WORDS: Record<
  Locale,
  { name: string; due: (title: string) => string; minutes: (n: number) => string; meeting: string }
> = {
  'zh-CN': {
    name: 'Waymark 学习',
    due: (title) => `到期：${title}`,
    minutes: (n) => `约 ${n} 分钟`,
    meeting: '导师一小时',
  },
  'zh-TW': {
    name: 'Waymark 學習',
    due: (title) => `到期：${title}`,
    minutes: (n) => `約 ${n} 分鐘`,
    meeting: '導師一小時',
  },
  en: {
    name: 'Waymark learning',
    due: (title) => `Due: ${title}`,
    minutes: (n) => `About ${n} min`,
    meeting: 'Mentor hour',
  },
};

/** Control characters have no place in a content line, and line breaks would start another one in old readers. */
const plain = (text: string): string => text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();

/**
 * The calendar as RFC 5545 text. Due days are whole days, as they are the person's local days wherever the calendar is
 * read; meetings are instants in UTC, which every reader shows in its own zone.
 */
export function calendarText(
  entries: readonly CalendarEntry[],
  reader: { locale: Locale; origin: string; now: Date },
): string {
  const words = WORDS[reader.locale];
  const calendar = ical({
    name: words.name,
    method: ICalCalendarMethod.PUBLISH,
    prodId: { company: 'Waymark', product: 'Learning calendar', language: reader.locale.toUpperCase() },
    ttl: 3600,
  });
  for (const entry of entries) {
    const shared = {
      id: `${entry.uid}@waymark`,
      stamp: reader.now,
      url: `${reader.origin}${entry.path}`,
      status: ICalEventStatus.CONFIRMED,
    };
    if (entry.kind === 'due') {
      const [y, m, d] = entry.day.split('-').map(Number) as [number, number, number];
      calendar.createEvent({
        ...shared,
        // The library reads a whole day from the UTC fields.
        start: new Date(Date.UTC(y, m - 1, d)),
        allDay: true,
        summary: plain(words.due(entry.title)),
        description: entry.minutes > 0 ? words.minutes(entry.minutes) : null,
        transparency: ICalEventTransparency.TRANSPARENT,
      });
    } else {
      calendar.createEvent({
        ...shared,
        start: entry.startsAt,
        end: new Date(entry.startsAt.getTime() + entry.minutes * 60_000),
        summary: words.meeting,
      });
    }
  }
  return calendar.toString();
}
