import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, Db, toText, type GqlContext, type Viewer } from '@waymark/platform';
import { CohortModel, toCohortModel } from '../cohort/cohort.model.js';
import { Cohorts } from '../cohort/cohort.service.js';
import { jobRoleLoader, JobRoleModel } from '../job-role/job-role.model.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { orgUnitLoader, OrgUnitModel } from '../org-unit/org-unit.model.js';
import { OrgUnits } from '../org-unit/org-unit.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { readerLocale } from '../reader-locale.js';
import { TagModel, toTagModel } from '../tag/tag.model.js';
import { Tags } from '../tag/tag.service.js';
import {
  AudienceInputModel,
  AudienceModel,
  AudiencePreviewModel,
  AudienceRuleInputModel,
  AudienceRuleModel,
  toAudienceModel,
  toAudienceRule,
} from './audience.model.js';
import { boundedBy } from './audience-rule.js';
import { Audiences } from './audience.service.js';

const present = <T>(list: readonly (T | null | Error)[]): T[] =>
  list.filter((x): x is T => x !== null && !(x instanceof Error));

@Resolver(() => AudienceModel)
export class AudienceResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Audiences) private readonly service: Audiences,
  ) {}

  @Query(() => [AudienceModel])
  @Allow('identity:see-audiences')
  async audiences(@CurrentViewer() viewer: Viewer): Promise<AudienceModel[]> {
    return (await this.db.read((tx) => this.service.list(tx))).map((a) => toAudienceModel(a, viewer.locale));
  }

  @Query(() => AudienceModel)
  @Allow('identity:see-audiences')
  async audience(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string): Promise<AudienceModel> {
    return toAudienceModel(await this.db.read((tx) => this.service.find(tx, id)), viewer.locale);
  }

  @Query(() => AudiencePreviewModel)
  @Allow('identity:see-audiences')
  async audiencePreview(@Args('rule') rule: AudienceRuleInputModel): Promise<AudiencePreviewModel> {
    return this.db.read((tx) => this.service.preview(tx, toAudienceRule(rule)));
  }

  @Mutation(() => AudienceModel)
  @Allow('identity:edit-audiences')
  async saveAudience(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: AudienceInputModel,
  ): Promise<AudienceModel> {
    const saved = await this.db.transaction(async (tx) => {
      const drawn = toAudienceRule(input.rule);
      const units = await this.service.assertReached(tx, viewer, 'identity:edit-audiences', drawn);
      // Also as it was: others assign to it and are seen by it.
      if (input.id) await this.service.assertReached(tx, viewer, 'identity:edit-audiences', input.id);
      return this.service.save(
        tx,
        {
          id: input.id ?? null,
          revision: input.revision ?? null,
          code: input.code ?? null,
          name: toText(input.name),
          rule: boundedBy(drawn, units),
          archived: input.archived ?? null,
        },
        viewer.personId,
      );
    });
    return toAudienceModel(saved, viewer.locale);
  }

  @ResolveField(() => Int)
  async memberCount(@Parent() audience: AudienceModel, @Ctx() ctx: GqlContext): Promise<number> {
    const counts = ctx.loaders.of<string, number>('identity.audienceCount', (ids) =>
      this.db.read((tx) => this.service.counts(tx, ids)),
    );
    return (await counts.load(audience.id)) ?? 0;
  }
}

@Resolver(() => AudiencePreviewModel)
export class AudiencePreviewResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => [PersonCardModel])
  async sample(@Parent() preview: AudiencePreviewModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel[]> {
    return present(await personCardLoader(ctx, this.cards).loadMany(preview.sampleIds));
  }
}

@Resolver(() => AudienceRuleModel)
export class AudienceRuleResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(OrgUnits) private readonly units: OrgUnits,
    @Inject(JobRoles) private readonly roles: JobRoles,
    @Inject(Cohorts) private readonly intakes: Cohorts,
    @Inject(Tags) private readonly labels: Tags,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @ResolveField(() => [OrgUnitModel])
  async orgUnits(@Parent() { rule }: AudienceRuleModel, @Ctx() ctx: GqlContext): Promise<OrgUnitModel[]> {
    const loader = orgUnitLoader(ctx, (ids) => this.db.read((tx) => this.units.load(tx, ids)));
    return present(await loader.loadMany(rule.orgUnitIds ?? []));
  }

  @ResolveField(() => [OrgUnitModel], {
    description: 'The region of who drew it: nobody outside belongs. Empty = company',
  })
  async within(@Parent() { rule }: AudienceRuleModel, @Ctx() ctx: GqlContext): Promise<OrgUnitModel[]> {
    const loader = orgUnitLoader(ctx, (ids) => this.db.read((tx) => this.units.load(tx, ids)));
    return present(await loader.loadMany([...new Set(rule.within?.flat() ?? [])]));
  }

  @ResolveField(() => [JobRoleModel])
  async jobRoles(@Parent() { rule }: AudienceRuleModel, @Ctx() ctx: GqlContext): Promise<JobRoleModel[]> {
    const loader = jobRoleLoader(ctx, (ids) => this.db.read((tx) => this.roles.load(tx, ids)));
    return present(await loader.loadMany(rule.jobRoleIds ?? []));
  }

  @ResolveField(() => [TagModel])
  async tags(@Parent() { rule }: AudienceRuleModel, @Ctx() ctx: GqlContext): Promise<TagModel[]> {
    const loader = ctx.loaders.of<string, TagModel>('identity.tag', async () => {
      const all = await this.db.read((tx) => this.labels.list(tx));
      return new Map(all.map((t) => [t.id, toTagModel(t, readerLocale(ctx))]));
    });
    return present(await loader.loadMany(rule.tagIds ?? []));
  }

  @ResolveField(() => [CohortModel])
  async cohorts(@Parent() { rule }: AudienceRuleModel, @Ctx() ctx: GqlContext): Promise<CohortModel[]> {
    const loader = ctx.loaders.of<string, CohortModel>('identity.cohort', async () => {
      const all = await this.db.read((tx) => this.intakes.list(tx));
      return new Map(all.map((c) => [c.id, toCohortModel(c, readerLocale(ctx))]));
    });
    return present(await loader.loadMany(rule.cohortIds ?? []));
  }

  @ResolveField(() => [PersonCardModel])
  async persons(@Parent() { rule }: AudienceRuleModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel[]> {
    return present(await personCardLoader(ctx, this.cards).loadMany(rule.personIds ?? []));
  }

  @ResolveField(() => [PersonCardModel])
  async excludedPersons(@Parent() { rule }: AudienceRuleModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel[]> {
    return present(await personCardLoader(ctx, this.cards).loadMany(rule.excludedPersonIds ?? []));
  }
}
