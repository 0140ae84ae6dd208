import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { clampFirst } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, IdPipe, toText, type GqlContext, type Viewer } from '@waymark/platform';
import {
  AnnouncementInputModel,
  AnnouncementModel,
  StaffAnnouncementModel,
  toAnnouncementModel,
  toStaffAnnouncementModel,
} from './announcement.model.js';
import { Announcements } from './announcements.service.js';

@Resolver(() => AnnouncementModel)
export class AnnouncementResolver {
  constructor(
    @Inject(Announcements) private readonly service: Announcements,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [AnnouncementModel])
  @Allow('signed-in')
  async announcements(@CurrentViewer() viewer: Viewer): Promise<AnnouncementModel[]> {
    return (await this.service.current(viewer)).map(toAnnouncementModel);
  }

  @Query(() => AnnouncementModel)
  @Allow('signed-in')
  async announcement(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
  ): Promise<AnnouncementModel> {
    return toAnnouncementModel(await this.service.read(viewer, id));
  }

  @Mutation(() => Boolean)
  @Allow('signed-in')
  async markAnnouncementRead(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
  ): Promise<boolean> {
    await this.service.markRead(viewer, id);
    return true;
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async by(@Parent() a: AnnouncementModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return personCardLoader(ctx, this.cards).load(a.authorId);
  }
}

@Resolver(() => StaffAnnouncementModel)
export class StaffAnnouncementResolver {
  constructor(
    @Inject(Announcements) private readonly service: Announcements,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => [StaffAnnouncementModel])
  @Allow('notifications:announce')
  async staffAnnouncements(
    @CurrentViewer() viewer: Viewer,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
  ): Promise<StaffAnnouncementModel[]> {
    return (await this.service.forStaff(viewer.locale, clampFirst(first ?? 50))).map(toStaffAnnouncementModel);
  }

  @Mutation(() => StaffAnnouncementModel)
  @Allow('notifications:announce')
  async saveAnnouncement(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: AnnouncementInputModel,
  ): Promise<StaffAnnouncementModel> {
    return toStaffAnnouncementModel(
      await this.service.save(viewer, { ...input, title: toText(input.title), body: toText(input.body) }),
    );
  }

  @Mutation(() => StaffAnnouncementModel)
  @Allow('notifications:announce')
  async withdrawAnnouncement(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
  ): Promise<StaffAnnouncementModel> {
    return toStaffAnnouncementModel(await this.service.withdraw(viewer, id));
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async by(@Parent() a: StaffAnnouncementModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return personCardLoader(ctx, this.cards).load(a.authorId);
  }
}
