import { Inject } from '@nestjs/common';
import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { encodeCursor } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, toConnection, type GqlContext, type Viewer } from '@waymark/platform';
import { jobRoleLoader, JobRoleModel } from '../job-role/job-role.model.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import {
  SkillFilterInputModel,
  SkillRowConnectionModel,
  SkillRowModel,
  SkillSummaryModel,
} from './skill-table.model.js';
import { SkillTables } from './skill-table.service.js';

@Resolver(() => SkillRowModel)
export class SkillTableResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(SkillTables) private readonly tables: SkillTables,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => SkillRowConnectionModel, { description: 'People in scope and what they lack, by pinyin' })
  @Allow('identity:see-skills')
  async skillTable(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => SkillFilterInputModel, nullable: true }) filter?: SkillFilterInputModel | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<SkillRowConnectionModel> {
    const page = await this.db.read((tx) =>
      this.tables.page(tx, viewer, filter ?? {}, { first: first ?? null, after: after ?? null }),
    );
    return toConnection(
      page.found,
      page.first,
      (r) => encodeCursor([r.sortKey, r.personId]),
      ({ personId, sortKey: _sortKey, ...r }) => ({ id: personId, ...r }),
      page.total,
    );
  }

  @Query(() => [SkillSummaryModel], { description: 'Per dimension, over everybody the filter finds' })
  @Allow('identity:see-skills')
  skillSummary(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => SkillFilterInputModel, nullable: true }) filter?: SkillFilterInputModel | null,
  ): Promise<SkillSummaryModel[]> {
    return this.db.read((tx) => this.tables.summary(tx, viewer, filter ?? {}));
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() row: SkillRowModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(row.id)) as PersonCardModel;
  }

  @ResolveField(() => JobRoleModel, { nullable: true })
  async jobRole(@Parent() row: SkillRowModel, @Ctx() ctx: GqlContext): Promise<JobRoleModel | null> {
    return row.jobRoleId
      ? jobRoleLoader(ctx, (ids) => this.db.read((tx) => this.jobRoles.load(tx, ids))).load(row.jobRoleId)
      : null;
  }
}
