import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { clampFirst, decodeCursor, encodeCursor, InvalidInput, isUuid, localDayOf, type Clock } from '@waymark/kernel';
import {
  Allow,
  CLOCK,
  Ctx,
  CurrentViewer,
  DateTimeScalar,
  toConnection,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { TodayModel } from '@waymark/learning';
import { PairingModel, toPairingModel } from '../pairing/pairing.model.js';
import { Pairings } from '../pairing/pairings.service.js';
import { ActionItemInputModel, LogMeetingInputModel } from './meeting.inputs.js';
import { ActionItemModel, MentorHourModel, MentorMeetingConnectionModel, MentorMeetingModel } from './meeting.model.js';
import { MEETING_MINUTES } from './meeting.js';
import type { NewAction } from './meeting.repository.js';
import { Meetings } from './meetings.service.js';

const toAction = (a: ActionItemInputModel): NewAction => {
  const text = a.text.trim();
  if (!text) throw new InvalidInput('action-item-empty');
  return { text, owner: a.owner, dueOn: a.dueOn ?? null };
};

@Resolver(() => MentorMeetingModel)
export class MeetingResolver {
  constructor(
    @Inject(Meetings) private readonly service: Meetings,
    @Inject(Pairings) private readonly pairings: Pairings,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  loggedBy(@Parent() meeting: MentorMeetingModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return meeting.loggedById ? personCardLoader(ctx, this.cards).load(meeting.loggedById) : null;
  }

  @ResolveField(() => PersonCardModel, {
    nullable: true,
    description: 'The absent mentor, when a substitute logged it',
  })
  inPlaceOf(@Parent() meeting: MentorMeetingModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return meeting.inPlaceOfId ? personCardLoader(ctx, this.cards).load(meeting.inPlaceOfId) : null;
  }

  @Query(() => MentorMeetingConnectionModel)
  @Allow('signed-in')
  async meetings(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<MentorMeetingConnectionModel> {
    const size = clampFirst(first);
    const [planned, day, id] = after ? decodeCursor(after) : [];
    const page = await this.service.page(
      viewer,
      pairingId,
      size,
      after ? { planned: Number(planned), day: String(day), id: String(id) } : null,
    );
    return toConnection(
      page.found,
      size,
      (m) => encodeCursor([m.state === 'planned' ? 1 : 0, m.day, m.id]),
      (m) => m,
      page.total,
    );
  }

  @Query(() => MentorMeetingModel)
  @Allow('signed-in')
  meeting(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<MentorMeetingModel> {
    return this.service.one(viewer, id);
  }

  @Query(() => [ActionItemModel])
  @Allow('signed-in')
  myActionItems(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID, nullable: true }, new ParseUUIDPipe({ optional: true }))
    pairingId?: string | null,
  ): Promise<ActionItemModel[]> {
    return this.service.openActions(viewer, pairingId ?? null);
  }

  @Mutation(() => MentorMeetingModel)
  @Allow('signed-in')
  logMeeting(@CurrentViewer() viewer: Viewer, @Args('input') input: LogMeetingInputModel): Promise<MentorMeetingModel> {
    return this.service.log(viewer, {
      id: input.id.toLowerCase(),
      pairingId: input.pairingId,
      day: input.day,
      state: input.state,
      minutes: input.minutes ?? MEETING_MINUTES,
      notes: input.notes?.trim() ?? '',
      privateNote: input.privateNote?.trim() ?? '',
      actions: (input.actions ?? []).map(toAction),
      agenda: input.agenda ?? [],
      nextAt: input.nextAt ?? null,
    });
  }

  @Mutation(() => PairingModel)
  @Allow('signed-in')
  async planMeeting(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
    @Args('startsAt', { type: () => DateTimeScalar }) startsAt: Date,
    @Args('minutes', { type: () => Int, nullable: true }) minutes?: number | null,
  ): Promise<PairingModel> {
    const length = minutes ?? MEETING_MINUTES;
    if (length < 5 || length > 480) throw new InvalidInput('minutes-invalid');
    return toPairingModel(
      await this.service.plan(viewer, pairingId, startsAt, length),
      await this.pairings.today(),
      viewer.personId,
    );
  }

  @Mutation(() => MentorMeetingModel)
  @Allow('signed-in')
  editMeetingNotes(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('notes') notes: string,
  ): Promise<MentorMeetingModel> {
    return this.service.editNotes(viewer, id, revision, upTo(notes, 10_000));
  }

  @Mutation(() => MentorMeetingModel)
  @Allow('signed-in')
  savePrivateNote(
    @CurrentViewer() viewer: Viewer,
    @Args('meetingId', { type: () => ID }, ParseUUIDPipe) meetingId: string,
    @Args('text') text: string,
  ): Promise<MentorMeetingModel> {
    return this.service.savePrivateNote(viewer, meetingId, upTo(text, 10_000));
  }

  @Mutation(() => MentorMeetingModel)
  @Allow('signed-in')
  addActionItem(
    @CurrentViewer() viewer: Viewer,
    @Args('meetingId', { type: () => ID }, ParseUUIDPipe) meetingId: string,
    @Args('input') input: ActionItemInputModel,
  ): Promise<MentorMeetingModel> {
    return this.service.addAction(viewer, meetingId, toAction(input));
  }

  @Mutation(() => MentorMeetingModel)
  @Allow('signed-in')
  tickAgenda(
    @CurrentViewer() viewer: Viewer,
    @Args('meetingId', { type: () => ID }, ParseUUIDPipe) meetingId: string,
    @Args('items', { type: () => [ID] }) items: string[],
  ): Promise<MentorMeetingModel> {
    if (items.length > 30 || !items.every(isUuid)) throw new InvalidInput('id-invalid');
    return this.service.tickAgenda(viewer, meetingId, items);
  }

  @Mutation(() => ActionItemModel)
  @Allow('signed-in')
  setActionItemDone(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('done') done: boolean,
  ): Promise<ActionItemModel> {
    return this.service.setDone(viewer, id, done);
  }

  @Mutation(() => MentorMeetingModel)
  @Allow('signed-in')
  removeActionItem(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<MentorMeetingModel> {
    return this.service.removeAction(viewer, id);
  }
}

function upTo(text: string, most: number): string {
  const trimmed = text.trim();
  if (trimmed.length > most) throw new InvalidInput('text-too-long', { most });
  return trimmed;
}

@Resolver(() => ActionItemModel)
export class ActionItemResolver {
  constructor(
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @ResolveField(() => PersonCardModel)
  async ownerPerson(@Parent() item: ActionItemModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(item.ownerId)) as PersonCardModel;
  }

  @ResolveField(() => Boolean)
  overdue(@Parent() item: ActionItemModel, @CurrentViewer() viewer: Viewer): boolean {
    return item.doneAt === null && item.dueOn !== null && item.dueOn < localDayOf(this.clock.now(), viewer.zone);
  }
}

@Resolver(() => MentorHourModel)
export class MentorHourResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async with(@Parent() hour: MentorHourModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(hour.withId)) as PersonCardModel;
  }
}

@Resolver(() => TodayModel)
export class MentorHourOfTodayResolver {
  constructor(@Inject(Meetings) private readonly meetings: Meetings) {}

  @ResolveField(() => MentorHourModel, { nullable: true })
  mentorHour(@CurrentViewer() viewer: Viewer): Promise<MentorHourModel | null> {
    return this.meetings.nextHour(viewer.personId);
  }
}
