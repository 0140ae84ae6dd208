import { Injectable } from '@nestjs/common';
import { execute, type Tx } from '@waymark/platform';
import { insertNotifications } from './notification.repository.js';
import { newsOf, type RoutedEvent } from './routes.js';

export interface PastEvent extends RoutedEvent {
  at: Date;
}

/** How long the people of the demo company take to read their news. */
const READ_AFTER_MS = 2 * 86_400_000;

/** News of the demo company's last days, told as the real thing would have; nobody gets a mail about the past. */
@Injectable()
export class NotificationsLoader {
  async load(tx: Tx, events: readonly PastEvent[], now: Date): Promise<{ added: number }> {
    let added = 0;
    for (const event of events) {
      const news = newsOf(event).map((n) => ({ ...n, inApp: true }));
      added += (await insertNotifications(tx, news, event.at)).length;
    }
    const seen = new Date(now.getTime() - READ_AFTER_MS);
    const people = [...new Set(events.flatMap((e) => e.personId ?? []))];
    await execute(
      tx,
      `update notification set read_at = $1 where person_id = any ($2::uuid[]) and created_at < $1 and read_at is null`,
      [seen, people],
    );
    return { added };
  }
}
