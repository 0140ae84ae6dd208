import { Inject } from '@nestjs/common';
import { Args, ID, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { isUuid, NotFound } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { TranscriptModel } from './transcript.model.js';
import { Transcripts, type Transcript } from './transcript.service.js';

@Resolver(() => TranscriptModel)
export class TranscriptResolver {
  constructor(
    @Inject(Transcripts) private readonly transcripts: Transcripts,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => TranscriptModel, { description: 'Mine; or of somebody I manage or have the scope of L&D over' })
  @Allow('signed-in')
  transcript(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID, nullable: true }) personId?: string,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<TranscriptModel> {
    const whose = personId ?? viewer.personId;
    if (!isUuid(whose)) throw new NotFound('person-unknown');
    return this.transcripts.of(viewer, whose, { first: first ?? null, after: after ?? null });
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() transcript: Transcript, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    const card = await personCardLoader(ctx, this.cards).load(transcript.personId);
    if (!card) throw new NotFound('person-unknown');
    return card;
  }
}
