import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { CalendarFeeds } from '@waymark/learning';
import { rows } from '@waymark/platform';

/** Planned hours, of either side, into one's own calendar; without the other's name. */
@Injectable()
export class MeetingCalendar implements OnModuleInit {
  constructor(@Inject(CalendarFeeds) private readonly feeds: CalendarFeeds) {}

  onModuleInit(): void {
    this.feeds.register(async (tx, reader) => {
      const planned = await rows<{ id: string; startsAt: Date; minutes: number; mentor: boolean }>(
        tx,
        `select m.id, m.starts_at as "startsAt", m.minutes, p.mentor_id = $1 as mentor
         from pairing p join mentor_meeting m on m.pairing_id = p.id and m.state = 'planned'
         where (p.mentor_id = $1 or p.learner_id = $1) and p.ended_on is null and m.starts_at is not null
         order by m.starts_at limit 200`,
        [reader.personId],
      );
      return planned.map((m) => ({
        kind: 'meeting' as const,
        uid: `meeting-${m.id}`,
        path: m.mentor ? '/mentor/meetings' : '/me/mentoring',
        startsAt: m.startsAt,
        minutes: m.minutes,
      }));
    });
  }
}
