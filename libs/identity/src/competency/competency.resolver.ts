import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { encodeCursor, InvalidInput, isUuid, NotFound, pickText, type Locale } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  Db,
  fromText,
  toConnection,
  type GqlContext,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Scope } from '../grant/scope.service.js';
import { jobRoleLoader, JobRoleModel } from '../job-role/job-role.model.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { Persons } from '../person/person.service.js';
import type { SupervisionKind } from '../supervision/supervision.service.js';
import { Supervisions } from '../supervision/supervision.service.js';
import { CompetencyRatings } from './competency-ratings.service.js';
import { RatingInputModel } from './competency.inputs.js';
import {
  CompetencyModelModel,
  CompetencyProfileModel,
  CompetencyRatingConnectionModel,
  CompetencyRatingModel,
  toDimension,
  toProfileRows,
  type CompetencyLevelModel,
} from './competency.model.js';
import { ratingSource, type RatingSource } from './competency.policy.js';
import { Competencies, type CompetencyLevelRecord } from './competency.service.js';

const KINDS: SupervisionKind[] = ['mentor', 'delegate', 'manager'];

export function toLevels(levels: readonly CompetencyLevelRecord[], locale: Locale): CompetencyLevelModel[] {
  return levels.map((l) => ({
    level: l.level,
    code: l.code,
    name: pickText(l.name, locale),
    names: fromText(l.name),
  }));
}

@Resolver(() => CompetencyProfileModel)
export class CompetencyResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(CompetencyRatings) private readonly ratings: CompetencyRatings,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Scope) private readonly scope: Scope,
  ) {}

  @Query(() => CompetencyModelModel)
  @Allow('signed-in')
  async competencyModel(@CurrentViewer() viewer: Viewer): Promise<CompetencyModelModel> {
    return this.db.read(async (tx) => ({
      levels: toLevels(await this.competencies.levels(tx), viewer.locale),
      dimensions: (await this.competencies.dimensions(tx)).map((d) => toDimension(d, viewer.locale)),
    }));
  }

  @Query(() => CompetencyProfileModel)
  @Allow('signed-in')
  async competencyProfile(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID, nullable: true }) personId: string | null,
  ): Promise<CompetencyProfileModel> {
    const id = personOf(viewer, personId);
    return this.db.read(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, id, ['self', 'identity:see-competencies']);
      return this.profile(tx, viewer, id);
    });
  }

  @Query(() => CompetencyRatingConnectionModel, { description: 'How a level came to be, newest first' })
  @Allow('signed-in')
  async competencyRatings(
    @CurrentViewer() viewer: Viewer,
    @Args('dimensionId', { type: () => ID }) dimensionId: string,
    @Args('personId', { type: () => ID, nullable: true }) personId?: string | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<CompetencyRatingConnectionModel> {
    const id = personOf(viewer, personId);
    if (!isUuid(dimensionId)) throw new NotFound('competency-unknown');
    return this.db.read(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, id, ['self', 'identity:see-competencies']);
      const page = await this.ratings.history(tx, id, dimensionId, { first: first ?? null, after: after ?? null });
      return toConnection(
        page.found,
        page.first,
        (r) => encodeCursor([r.atText, r.id]),
        (r) => ({
          id: r.id,
          source: r.source,
          level: r.level,
          at: r.ratedAt,
          note: r.note,
          meaning: pickText(r.words.levels.find((l) => l.level === r.level)?.description, viewer.locale),
          counts: r.counts,
          ratedBy: r.ratedBy,
        }),
      );
    });
  }

  @Mutation(() => CompetencyProfileModel)
  @Allow('signed-in')
  async rateCompetency(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: RatingInputModel,
  ): Promise<CompetencyProfileModel> {
    const id = personOf(viewer, input.personId);
    return this.db.transaction(async (tx) => {
      const source = ratingSource(viewer.personId, id, await this.kinds(tx, viewer, id));
      await this.ratings.rate(tx, {
        personId: id,
        dimensionId: input.dimensionId,
        level: input.level,
        source,
        ratedBy: viewer.personId,
        note: input.note ?? null,
        sense: input.sense ?? null,
      });
      return this.profile(tx, viewer, id);
    });
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() profile: CompetencyProfileModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(profile.personId)) as PersonCardModel;
  }

  @ResolveField(() => JobRoleModel, { nullable: true })
  async jobRole(@Parent() profile: CompetencyProfileModel, @Ctx() ctx: GqlContext): Promise<JobRoleModel | null> {
    return profile.jobRoleId
      ? jobRoleLoader(ctx, (ids) => this.db.read((tx) => this.jobRoles.load(tx, ids))).load(profile.jobRoleId)
      : null;
  }

  private async profile(tx: Tx, viewer: Viewer, personId: string): Promise<CompetencyProfileModel> {
    const facts = (await this.persons.facts(tx, [personId])).get(personId);
    return {
      personId,
      jobRoleId: facts?.jobRoleId ?? null,
      rateAs: await this.rateAs(tx, viewer, personId),
      rows: toProfileRows(
        personId,
        await this.competencies.profile(tx, personId),
        await this.competencies.dimensions(tx),
        viewer.locale,
      ),
    };
  }

  private async rateAs(tx: Tx, viewer: Viewer, personId: string): Promise<RatingSource | null> {
    if (viewer.viewAsBy) return null;
    const kinds = await this.kinds(tx, viewer, personId);
    return viewer.personId === personId || kinds.size > 0 ? ratingSource(viewer.personId, personId, kinds) : null;
  }

  private async kinds(tx: Tx, viewer: Viewer, personId: string): Promise<ReadonlySet<SupervisionKind>> {
    if (viewer.personId === personId) return new Set();
    const found = (await this.supervisions.supervisorsOf(tx, [personId], KINDS)).get(personId) ?? [];
    return new Set(found.filter((s) => s.supervisorId === viewer.personId).map((s) => s.kind));
  }
}

/** @throws InvalidInput */
export function personOf(viewer: Viewer, personId: string | null | undefined): string {
  if (personId && !isUuid(personId)) throw new InvalidInput('id-invalid');
  return personId ?? viewer.personId;
}

@Resolver(() => CompetencyRatingModel)
export class CompetencyRatingResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async by(@Parent() rating: CompetencyRatingModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(rating.ratedBy)) as PersonCardModel;
  }
}
