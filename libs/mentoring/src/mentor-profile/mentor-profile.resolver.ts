import { Inject } from '@nestjs/common';
import { Args, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { MentorProfileInputModel, MentorProfileModel } from './mentor-profile.model.js';
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

  @ResolveField(() => PersonCardModel)
  async person(@Parent() profile: MentorProfileModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(profile.id)) as PersonCardModel;
  }
}
