import { Inject } from '@nestjs/common';
import { Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, type Viewer } from '@waymark/platform';
import { MentorThanksModel } from '../closing/closing.model.js';
import { Closings } from '../closing/closings.service.js';
import { MentorImpactModel } from './impact.model.js';
import { Impacts } from './impacts.service.js';

@Resolver(() => MentorImpactModel)
export class ImpactResolver {
  constructor(
    @Inject(Impacts) private readonly impacts: Impacts,
    @Inject(Closings) private readonly closings: Closings,
  ) {}

  @Query(() => MentorImpactModel)
  @Allow('signed-in')
  myMentorImpact(@CurrentViewer() viewer: Viewer): Promise<MentorImpactModel> {
    return this.impacts.of(viewer.personId);
  }

  @ResolveField(() => [MentorThanksModel])
  latestThanks(@CurrentViewer() viewer: Viewer): Promise<MentorThanksModel[]> {
    return viewer.viewAsBy === null ? this.closings.thanksTo(viewer.personId) : Promise.resolve([]);
  }
}
