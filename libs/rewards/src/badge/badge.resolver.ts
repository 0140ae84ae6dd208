import { Inject, type OnModuleInit } from '@nestjs/common';
import { Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { ViewerModel } from '@waymark/identity';
import { pickText, type Locale, type Text } from '@waymark/kernel';
import { Allow, CurrentViewer, Db, rows, SubjectTitles, type Viewer } from '@waymark/platform';
import { MyBadgeModel } from './badge.model.js';
import { Badges } from './badges.service.js';

@Resolver(() => ViewerModel)
export class BadgeResolver implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Badges) private readonly service: Badges,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
  ) {}

  onModuleInit(): void {
    this.titles.register('badge', async (tx, ids, locale) => {
      const found = await rows<{ id: string; title: Text }>(
        tx,
        `select id::text, title from badge where id::text = any ($1)`,
        [ids],
      );
      return new Map(found.map((f) => [f.id, pickText(f.title, locale)]));
    });
  }

  @ResolveField(() => [MyBadgeModel])
  async badges(@Parent() viewer: ViewerModel): Promise<MyBadgeModel[]> {
    return this.db.read((tx) => this.service.awarded(tx, viewer.id, viewer.locale as Locale));
  }

  @Query(() => [MyBadgeModel], { name: 'badges' })
  @Allow('signed-in')
  async allBadges(@CurrentViewer() viewer: Viewer): Promise<MyBadgeModel[]> {
    return this.db.read((tx) => this.service.all(tx, viewer.personId, viewer.locale));
  }
}
