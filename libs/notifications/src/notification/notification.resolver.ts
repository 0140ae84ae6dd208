import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { personCardLoader, PersonCardModel, PersonCards, readerLocale, ViewerModel } from '@waymark/identity';
import { encodeCursor, InvalidInput, NotFound } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  Db,
  Loaders,
  Realtime,
  SubjectTitles,
  toConnection,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import {
  NotificationConnection,
  NotificationModel,
  NotificationPreferenceInputModel,
  NotificationSettingsModel,
  toNotificationModel,
} from './notification.model.js';
import { Notifications, topicOf } from './notifications.service.js';

@Resolver(() => NotificationModel)
export class NotificationResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Notifications) private readonly service: Notifications,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(Realtime) private readonly realtime: Realtime,
  ) {}

  @Query(() => NotificationConnection)
  @Allow('signed-in')
  async notifications(
    @CurrentViewer() viewer: Viewer,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
    @Args('unreadOnly', { type: () => Boolean, nullable: true }) unreadOnly: boolean | null,
  ): Promise<NotificationConnection> {
    const page = await this.service.list(viewer.personId, first, after, unreadOnly ?? false);
    return toConnection(
      page.rows,
      page.first,
      (r) => encodeCursor([r.createdAt.toISOString(), r.id]),
      toNotificationModel,
    );
  }

  @Query(() => Int)
  @Allow('signed-in')
  async unreadNotifications(@CurrentViewer() viewer: Viewer): Promise<number> {
    return this.service.unread(viewer.personId);
  }

  @Query(() => NotificationSettingsModel)
  @Allow('signed-in')
  async notificationSettings(@CurrentViewer() viewer: Viewer): Promise<NotificationSettingsModel> {
    return this.service.preferences(viewer);
  }

  @Mutation(() => Int)
  @Allow('signed-in')
  async markNotificationsRead(
    @CurrentViewer() viewer: Viewer,
    @Args('ids', { type: () => [ID], nullable: true }) ids: string[] | null,
  ): Promise<number> {
    return this.service.markRead(viewer.personId, ids ?? null);
  }

  @Mutation(() => NotificationSettingsModel)
  @Allow('signed-in')
  async saveNotificationPreferences(
    @CurrentViewer() viewer: Viewer,
    @Args('preferences', { type: () => [NotificationPreferenceInputModel] })
    preferences: NotificationPreferenceInputModel[],
  ): Promise<NotificationSettingsModel> {
    if (preferences.length > 20) throw new InvalidInput('too-many', { max: 20 });
    return this.service.savePreferences(viewer, preferences);
  }

  @Subscription(() => NotificationModel, {
    async resolve(
      this: NotificationResolver,
      event: { id: string },
      _args: unknown,
      ctx: GqlContext,
    ): Promise<NotificationModel> {
      // The context lives as long as the subscription; what was looked up for an earlier event may have changed.
      ctx.loaders = new Loaders();
      const found = ctx.viewer ? await this.service.find(event.id, ctx.viewer.personId) : null;
      if (!found) throw new NotFound('notification-unknown');
      return toNotificationModel(found);
    },
  })
  @Allow('signed-in')
  notificationAdded(@CurrentViewer() viewer: Viewer): AsyncIterableIterator<{ id: string }> {
    return this.realtime.subscribe<{ id: string }>(topicOf(viewer.personId));
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async person(@Parent() n: NotificationModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return n.aboutPersonId ? personCardLoader(ctx, this.cards).load(n.aboutPersonId) : null;
  }

  @ResolveField(() => String, { nullable: true })
  async subjectTitle(@Parent() n: NotificationModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return n.subjectType && n.subjectId ? this.title(ctx, n.subjectType, n.subjectId) : null;
  }

  @ResolveField(() => String, { nullable: true, description: 'The reason somebody gave for what they decided' })
  async note(@Parent() n: NotificationModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return n.decisionId ? this.title(ctx, 'node-decision', n.decisionId) : null;
  }

  private title(ctx: GqlContext, type: string, id: string): Promise<string | null> {
    return ctx.loaders
      .of<string, string>('notifications.subjectTitle', (keys) =>
        this.db.read((tx) =>
          this.titles.load(
            tx,
            keys.map((key) => ({ type: key.slice(0, key.indexOf(':')), id: key.slice(key.indexOf(':') + 1) })),
            readerLocale(ctx),
          ),
        ),
      )
      .load(`${type}:${id}`);
  }
}

@Resolver(() => ViewerModel)
export class UnreadResolver {
  constructor(@Inject(Notifications) private readonly service: Notifications) {}

  @ResolveField(() => Int)
  async unreadNotifications(@Parent() viewer: ViewerModel): Promise<number> {
    return this.service.unread(viewer.id);
  }
}
