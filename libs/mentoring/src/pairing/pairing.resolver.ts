import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { clampFirst, decodeCursor, encodeCursor } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  LocalDayScalar,
  toConnection,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { TraineeStatusModel } from '@waymark/learning';
import { MentorAbsences, type MentorAbsence } from '../mentor-profile/mentor-absences.service.js';
import { MentorAbsenceModel } from '../mentor-profile/mentor-profile.model.js';
import { MeetingBriefModel } from '../meeting/meeting.model.js';
import {
  PairingConnectionModel,
  PairingFilterModel,
  PairingInputModel,
  PairingModel,
  toPairingModel,
} from './pairing.model.js';
import type { PairingView } from './pairing.repository.js';
import { Pairings } from './pairings.service.js';

@Resolver(() => PairingModel)
export class PairingResolver {
  constructor(
    @Inject(Pairings) private readonly service: Pairings,
    @Inject(MentorAbsences) private readonly absences: MentorAbsences,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  private async model(viewer: Viewer, pairing: PairingView): Promise<PairingModel> {
    return toPairingModel(pairing, await this.service.today(), viewer.personId);
  }

  @Query(() => [PairingModel])
  @Allow('signed-in')
  async myPairings(@CurrentViewer() viewer: Viewer): Promise<PairingModel[]> {
    const today = await this.service.today();
    return (await this.service.mine(viewer.personId)).map((p) => toPairingModel(p, today, viewer.personId));
  }

  @Query(() => PairingModel)
  @Allow('signed-in')
  async pairing(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<PairingModel> {
    return this.model(viewer, await this.service.one(viewer, id));
  }

  @Query(() => PairingConnectionModel)
  @Allow('mentoring:pairings')
  async pairings(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => PairingFilterModel, nullable: true }) filter?: PairingFilterModel | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number | null,
    @Args('after', { type: () => String, nullable: true }) after?: string | null,
  ): Promise<PairingConnectionModel> {
    const size = clampFirst(first);
    const [startDay, id] = after ? decodeCursor(after) : [];
    const today = await this.service.today();
    const page = await this.service.page(
      viewer,
      filter ?? {},
      size,
      after ? { startDay: String(startDay), id: String(id) } : null,
    );
    return toConnection(
      page.found,
      size,
      (p) => encodeCursor([p.startDay, p.id]),
      (p) => toPairingModel(p, today, viewer.personId),
      page.total,
    );
  }

  @Mutation(() => PairingModel)
  @Allow('mentoring:pair')
  async startPairing(@CurrentViewer() viewer: Viewer, @Args('input') input: PairingInputModel): Promise<PairingModel> {
    return this.model(
      viewer,
      await this.service.start(viewer, { ...input, overCapacity: input.overCapacity ?? false }),
    );
  }

  @Mutation(() => PairingModel)
  @Allow('mentoring:pair')
  async endPairing(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('lastDay', { type: () => LocalDayScalar, nullable: true }) lastDay?: string | null,
  ): Promise<PairingModel> {
    return this.model(viewer, await this.service.end(viewer, id, lastDay ?? null));
  }

  @Mutation(() => PairingModel)
  @Allow('mentoring:pair')
  async handOverPairing(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
    @Args('mentorId', { type: () => ID }, ParseUUIDPipe) mentorId: string,
    @Args('fromDay', { type: () => LocalDayScalar, nullable: true }) fromDay?: string | null,
    @Args('overCapacity', { type: () => Boolean, nullable: true }) overCapacity?: boolean | null,
  ): Promise<PairingModel> {
    return this.model(
      viewer,
      await this.service.handOver(viewer, id, mentorId, fromDay ?? null, overCapacity ?? false),
    );
  }

  @Mutation(() => PairingModel)
  @Allow('mentoring:pair')
  async addCoMentor(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
    @Args('personId', { type: () => ID }, ParseUUIDPipe) personId: string,
  ): Promise<PairingModel> {
    return this.model(viewer, await this.service.addCoMentor(viewer, pairingId, personId));
  }

  @Mutation(() => PairingModel)
  @Allow('mentoring:pair')
  async removeCoMentor(
    @CurrentViewer() viewer: Viewer,
    @Args('pairingId', { type: () => ID }, ParseUUIDPipe) pairingId: string,
    @Args('personId', { type: () => ID }, ParseUUIDPipe) personId: string,
  ): Promise<PairingModel> {
    return this.model(viewer, await this.service.removeCoMentor(viewer, pairingId, personId));
  }

  @ResolveField(() => [PersonCardModel])
  async coMentors(@Parent() pairing: PairingModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel[]> {
    const found = await personCardLoader(ctx, this.cards).loadMany(pairing.coMentorIds);
    return found.filter((p): p is PersonCardModel => p !== null && !(p instanceof Error));
  }

  /** Of an open pairing only: who stands in is told to those who go on meeting. */
  @ResolveField(() => [MentorAbsenceModel])
  async mentorAbsences(@Parent() pairing: PairingModel, @Ctx() ctx: GqlContext): Promise<MentorAbsenceModel[]> {
    if (pairing.endedOn !== null) return [];
    const loader = ctx.loaders.of<string, MentorAbsence[]>('mentoring.absences', (ids) => this.absences.ahead(ids));
    return (await loader.load(pairing.mentorId)) ?? [];
  }

  @ResolveField(() => PersonCardModel)
  async mentor(@Parent() pairing: PairingModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(pairing.mentorId)) as PersonCardModel;
  }

  @ResolveField(() => PersonCardModel)
  async learner(@Parent() pairing: PairingModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(pairing.learnerId)) as PersonCardModel;
  }
}

/** How the pairing of a person on a map goes. */
@Resolver(() => TraineeStatusModel)
export class TraineePairingResolver {
  constructor(@Inject(Pairings) private readonly pairings: Pairings) {}

  private of(trainee: TraineeStatusModel, ctx: GqlContext): Promise<PairingView | null> {
    return ctx.loaders
      .of<string, PairingView>('mentoring.pairingOfLearner', (ids) => this.pairings.ofLearners(ids))
      .load(trainee.personId);
  }

  @ResolveField(() => ID, { nullable: true })
  async pairingId(@Parent() trainee: TraineeStatusModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return (await this.of(trainee, ctx))?.id ?? null;
  }

  @ResolveField(() => MeetingBriefModel, { nullable: true })
  async lastMeeting(@Parent() trainee: TraineeStatusModel, @Ctx() ctx: GqlContext): Promise<MeetingBriefModel | null> {
    return (await this.of(trainee, ctx))?.lastMeeting ?? null;
  }

  @ResolveField(() => MeetingBriefModel, { nullable: true })
  async nextMeeting(@Parent() trainee: TraineeStatusModel, @Ctx() ctx: GqlContext): Promise<MeetingBriefModel | null> {
    return (await this.of(trainee, ctx))?.nextMeeting ?? null;
  }

  @ResolveField(() => Int)
  async meetingsHeld(@Parent() trainee: TraineeStatusModel, @Ctx() ctx: GqlContext): Promise<number> {
    return (await this.of(trainee, ctx))?.held ?? 0;
  }

  @ResolveField(() => Int)
  async missedInARow(@Parent() trainee: TraineeStatusModel, @Ctx() ctx: GqlContext): Promise<number> {
    return (await this.of(trainee, ctx))?.missedInARow ?? 0;
  }
}
