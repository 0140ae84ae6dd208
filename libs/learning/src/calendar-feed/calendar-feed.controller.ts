import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { NotFound } from '@waymark/kernel';
import { Public } from '@waymark/platform';
import type { FastifyReply } from 'fastify';
import { CalendarFeeds } from './calendar-feeds.service.js';

/** For calendar programs, which can't sign in: the address itself is the key. */
@Controller('api/calendar')
export class CalendarFeedController {
  constructor(@Inject(CalendarFeeds) private readonly feeds: CalendarFeeds) {}

  @Get(':file')
  @Public()
  async calendar(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    if (!file.endsWith('.ics')) throw new NotFound('calendar-unknown');
    const text = await this.feeds.read(file.slice(0, -'.ics'.length));
    await reply
      .type('text/calendar; charset=utf-8')
      .header('content-disposition', 'inline; filename="waymark.ics"')
      .header('cache-control', 'private, no-store')
      .header('referrer-policy', 'no-referrer')
      .header('x-robots-tag', 'noindex')
      .send(text);
  }
}
