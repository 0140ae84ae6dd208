import { Inject } from '@nestjs/common';
import { Field, Mutation, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, DateTimeScalar, Db, LocalDayScalar, type Viewer } from '@waymark/platform';
import { CalendarFeeds } from './calendar-feeds.service.js';

@ObjectType('CalendarFeed')
export class CalendarFeedModel {
  @Field(() => DateTimeScalar)
  createdAt: Date;
  @Field(() => LocalDayScalar, { nullable: true, description: 'The last day a calendar program fetched it' })
  readOn: string | null;
}

@Resolver()
export class CalendarFeedResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CalendarFeeds) private readonly feeds: CalendarFeeds,
  ) {}

  @Query(() => CalendarFeedModel, {
    nullable: true,
    description: 'Whether one has a calendar address; the address itself is not kept',
  })
  @Allow('signed-in')
  myCalendarFeed(@CurrentViewer() viewer: Viewer): Promise<CalendarFeedModel | null> {
    return this.db.read((tx) => this.feeds.of(tx, viewer.personId));
  }

  @Mutation(() => String, { description: 'A new secret address for calendar programs; the older one stops working' })
  @Allow('signed-in')
  createCalendarFeed(@CurrentViewer() viewer: Viewer): Promise<string> {
    return this.feeds.create(viewer.personId);
  }

  @Mutation(() => Boolean)
  @Allow('signed-in')
  async revokeCalendarFeed(@CurrentViewer() viewer: Viewer): Promise<boolean> {
    await this.feeds.revoke(viewer.personId);
    return true;
  }
}
