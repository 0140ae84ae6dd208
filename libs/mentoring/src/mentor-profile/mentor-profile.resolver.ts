import { Inject, ParseUUIDPipe } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, LocalDayScalar, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { MentorAbsences, type MentorAbsence } from './mentor-absences.service.js';
import {
  MentorAbsenceModel,
  MentorProfileInputModel,
  MentorProfileModel,
  MentorSiteModel,
} from './mentor-profile.model.js';
import { MentorProfiles, type MentorProfile, type MentorProfileChange } from './mentor-profiles.service.js';

const toModel = ({ personId, ...rest }: MentorProfile): MentorProfileModel => ({ id: personId, ...rest });

function changeOf(input: MentorProfileInputModel): MentorProfileChange {
  const { personId: _person, revision: _revision, ...fields } = input;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

@Resolver(() => MentorProfileModel)
export class MentorProfileResolver {
  constructor(
    @Inject(MentorProfiles) private readonly profiles: MentorProfiles,
    @Inject(MentorAbsences) private readonly absences: MentorAbsences,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => MentorProfileModel, { nullable: true })
  @Allow('signed-in')
  async myMentorProfile(@CurrentViewer() viewer: Viewer): Promise<MentorProfileModel | null> {
    const found = await this.profiles.read(viewer.personId);
    return found && toModel(found);
  }

  @Query(() => [MentorProfileModel])
  @Allow('mentoring:pairings')
  async mentorProfiles(
    @CurrentViewer() viewer: Viewer,
    @Args('active', { type: () => Boolean, nullable: true }) active?: boolean | null,
  ): Promise<MentorProfileModel[]> {
    return (await this.profiles.list(viewer, active ?? null)).map(toModel);
  }

  @Mutation(() => MentorProfileModel)
  @Allow('signed-in')
  async saveMentorProfile(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: MentorProfileInputModel,
  ): Promise<MentorProfileModel> {
    return toModel(await this.profiles.save(viewer, input.personId, input.revision ?? null, changeOf(input)));
  }

  @Query(() => [MentorSiteModel], { description: 'what a mentor can name as the place of work' })
  @Allow('signed-in')
  mentorSites(@CurrentViewer() viewer: Viewer): Promise<MentorSiteModel[]> {
    return this.profiles.sites(viewer.locale);
  }

  @Mutation(() => MentorAbsenceModel)
  @Allow('signed-in')
  addMentorAbsence(
    @CurrentViewer() viewer: Viewer,
    @Args('mentorId', { type: () => ID }, ParseUUIDPipe) mentorId: string,
    @Args('fromDay', { type: () => LocalDayScalar }) fromDay: string,
    @Args('toDay', { type: () => LocalDayScalar }) toDay: string,
    @Args('substituteId', { type: () => ID, nullable: true }, new ParseUUIDPipe({ optional: true }))
    substituteId?: string | null,
  ): Promise<MentorAbsenceModel> {
    return this.absences.add(viewer, { mentorId, fromDay, toDay, substituteId: substituteId ?? null });
  }

  @Mutation(() => Boolean)
  @Allow('signed-in')
  async removeMentorAbsence(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, ParseUUIDPipe) id: string,
  ): Promise<boolean> {
    await this.absences.remove(viewer, id);
    return true;
  }

  @ResolveField(() => [MentorAbsenceModel], { description: 'today and later' })
  async absencesAhead(@Parent() profile: MentorProfileModel, @Ctx() ctx: GqlContext): Promise<MentorAbsenceModel[]> {
    const loader = ctx.loaders.of<string, MentorAbsence[]>('mentoring.absences', (ids) => this.absences.ahead(ids));
    return (await loader.load(profile.id)) ?? [];
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() profile: MentorProfileModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(profile.id)) as PersonCardModel;
  }
}

@Resolver(() => MentorAbsenceModel)
export class MentorAbsenceResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel, { nullable: true })
  substitute(@Parent() absence: MentorAbsenceModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return absence.substituteId === null
      ? Promise.resolve(null)
      : personCardLoader(ctx, this.cards).load(absence.substituteId);
  }
}
