import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { pickText, type Locale } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Tx, type Viewer } from '@waymark/platform';
import { CareerLadder } from '../career/career-ladder.service.js';
import { Scope } from '../grant/scope.service.js';
import { jobRoleLoader, JobRoleModel } from '../job-role/job-role.model.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { Persons } from '../person/person.service.js';
import {
  CareerStepModel,
  CompetencyDimensionModel,
  CompetencyModelModel,
  CompetencyProfileModel,
} from './competency.model.js';
import { competencyGap, ratingSource } from './competency.policy.js';
import { Competencies, type CompetencyDimensionRecord } from './competency.service.js';

function toDimension(d: CompetencyDimensionRecord, locale: Locale): CompetencyDimensionModel {
  return {
    id: d.id,
    code: d.code,
    name: pickText(d.name, locale),
    description: pickText(d.description, locale) || null,
    levels: d.levels.map((l) => ({ level: l.level, description: pickText(l.description, locale) })),
  };
}

@Resolver(() => CompetencyProfileModel)
export class CompetencyResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(CareerLadder) private readonly ladder: CareerLadder,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Scope) private readonly scope: Scope,
  ) {}

  @Query(() => CompetencyModelModel)
  @Allow('signed-in')
  async competencyModel(@CurrentViewer() viewer: Viewer): Promise<CompetencyModelModel> {
    return this.db.read(async (tx) => ({
      levels: (await this.competencies.levels(tx)).map((l) => ({
        level: l.level,
        code: l.code,
        name: pickText(l.name, viewer.locale),
      })),
      dimensions: (await this.competencies.dimensions(tx)).map((d) => toDimension(d, viewer.locale)),
    }));
  }

  @Query(() => CompetencyProfileModel)
  @Allow('signed-in')
  async competencyProfile(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID, nullable: true }) personId: string | null,
  ): Promise<CompetencyProfileModel> {
    const id = personId ?? viewer.personId;
    return this.db.read(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, id, ['self', 'identity:see-competencies']);
      return this.profile(tx, viewer, id);
    });
  }

  @Query(() => [CareerStepModel])
  @Allow('signed-in')
  async careerLadder(@CurrentViewer() viewer: Viewer): Promise<CareerStepModel[]> {
    return this.db.read(async (tx) => {
      const levels = new Map(
        (await this.competencies.levels(tx)).map((l) => [l.level, pickText(l.name, viewer.locale)]),
      );
      return (await this.ladder.progressOf(tx, viewer.personId)).map((s) => ({
        id: s.id,
        code: s.code,
        name: pickText(s.name, viewer.locale),
        yearsFrom: s.yearsFrom,
        yearsTo: s.yearsTo,
        current: s.current,
        reached: s.reached,
        requirements: s.progress.map((p) => ({
          kind: p.kind,
          name: p.level === null ? '' : (levels.get(p.level) ?? ''),
          required: p.required,
          have: p.have,
          met: p.met,
        })),
      }));
    });
  }

  @Mutation(() => CompetencyProfileModel)
  @Allow('signed-in')
  async rateCompetency(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID, nullable: true }) personId: string | null,
    @Args('dimensionId', { type: () => ID }) dimensionId: string,
    @Args('level', { type: () => Int }) level: number,
  ): Promise<CompetencyProfileModel> {
    const id = personId ?? viewer.personId;
    return this.db.transaction(async (tx) => {
      const supervises = await this.scope.canSee(tx, viewer, id, ['identity:rate-competencies']);
      const source = ratingSource(viewer.personId, id, supervises);
      await this.competencies.rate(tx, { personId: id, dimensionId, level, source, ratedBy: viewer.personId });
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
    const dimensions = new Map(
      (await this.competencies.dimensions(tx)).map((d) => [d.id, toDimension(d, viewer.locale)]),
    );
    const facts = (await this.persons.facts(tx, [personId])).get(personId);
    return {
      personId,
      jobRoleId: facts?.jobRoleId ?? null,
      rows: (await this.competencies.profile(tx, personId)).map((r) => ({
        dimension: dimensions.get(r.dimensionId) as CompetencyDimensionModel,
        required: r.required,
        self: r.self,
        assessed: r.assessed,
        gap: competencyGap(r),
      })),
    };
  }
}
