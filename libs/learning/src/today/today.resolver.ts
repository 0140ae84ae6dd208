import { Inject } from '@nestjs/common';
import { Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { PersonCardModel, personCardLoader, PersonCards } from '@waymark/identity';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Viewer } from '@waymark/platform';
import { TodayModel } from './today.model.js';
import { TodayPage } from './today.service.js';

@Resolver(() => TodayModel)
export class TodayResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(TodayPage) private readonly page: TodayPage,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => TodayModel)
  @Allow('signed-in')
  today(@CurrentViewer() viewer: Viewer): Promise<TodayModel> {
    return this.db.read((tx) => this.page.of(tx, viewer));
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  mentor(@Parent() today: TodayModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> | null {
    return today.mentorId ? personCardLoader(ctx, this.cards).load(today.mentorId) : null;
  }
}
