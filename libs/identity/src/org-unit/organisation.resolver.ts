import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Forbidden, InvalidInput } from '@waymark/kernel';
import { Allow, CurrentViewer, Db, toText, type Tx, type Viewer } from '@waymark/platform';
import { CohortInputModel, CohortModel, toCohortModel } from '../cohort/cohort.model.js';
import { Cohorts } from '../cohort/cohort.service.js';
import { Scope } from '../grant/scope.service.js';
import { JobRoleInputModel, JobRoleModel, toJobRoleModel } from '../job-role/job-role.model.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { TagInputModel, TagModel, toTagModel } from '../tag/tag.model.js';
import { Tags } from '../tag/tag.service.js';
import { OrgUnitInputModel, OrgUnitModel, toOrgUnitModel } from './org-unit.model.js';
import { OrgUnits } from './org-unit.service.js';

const MAX_MEMBERS = 2_000;

/** The words a company sorts its people by: units, job roles, cohorts, tags. */
@Resolver()
export class OrganisationResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(OrgUnits) private readonly units: OrgUnits,
    @Inject(JobRoles) private readonly roles: JobRoles,
    @Inject(Cohorts) private readonly intakes: Cohorts,
    @Inject(Tags) private readonly labels: Tags,
    @Inject(Scope) private readonly scope: Scope,
  ) {}

  @Query(() => [OrgUnitModel])
  @Allow('signed-in')
  async orgUnits(@CurrentViewer() viewer: Viewer): Promise<OrgUnitModel[]> {
    return (await this.db.read((tx) => this.units.list(tx))).map((u) => toOrgUnitModel(u, viewer.locale));
  }

  @Query(() => [JobRoleModel])
  @Allow('signed-in')
  async jobRoles(@CurrentViewer() viewer: Viewer): Promise<JobRoleModel[]> {
    return (await this.db.read((tx) => this.roles.list(tx))).map((r) => toJobRoleModel(r, viewer.locale));
  }

  @Query(() => [CohortModel])
  @Allow('identity:find-people')
  async cohorts(@CurrentViewer() viewer: Viewer): Promise<CohortModel[]> {
    return (await this.db.read((tx) => this.intakes.list(tx))).map((c) => toCohortModel(c, viewer.locale));
  }

  @Query(() => [TagModel])
  @Allow('identity:find-people')
  async tags(@CurrentViewer() viewer: Viewer): Promise<TagModel[]> {
    return (await this.db.read((tx) => this.labels.list(tx))).map((t) => toTagModel(t, viewer.locale));
  }

  @Mutation(() => OrgUnitModel)
  @Allow('identity:edit-org')
  async saveOrgUnit(@CurrentViewer() viewer: Viewer, @Args('input') input: OrgUnitInputModel): Promise<OrgUnitModel> {
    const saved = await this.db.transaction(async (tx) => {
      await this.assertUnits(tx, viewer, [input.parentId ?? null, ...(input.id ? [input.id] : [])]);
      return this.units.save(tx, { ...input, name: toText(input.name) }, viewer.personId);
    });
    return toOrgUnitModel(saved, viewer.locale);
  }

  @Mutation(() => JobRoleModel)
  @Allow('identity:edit-job-roles')
  async saveJobRole(@CurrentViewer() viewer: Viewer, @Args('input') input: JobRoleInputModel): Promise<JobRoleModel> {
    const saved = await this.db.transaction((tx) =>
      this.roles.save(tx, { ...input, name: toText(input.name) }, viewer.personId),
    );
    return toJobRoleModel(saved, viewer.locale);
  }

  @Mutation(() => CohortModel)
  @Allow('identity:edit-org')
  async saveCohort(@CurrentViewer() viewer: Viewer, @Args('input') input: CohortInputModel): Promise<CohortModel> {
    const saved = await this.db.transaction((tx) =>
      this.intakes.save(tx, { ...input, name: toText(input.name) }, viewer.personId),
    );
    return toCohortModel(saved, viewer.locale);
  }

  @Mutation(() => TagModel)
  @Allow('identity:edit-job-roles')
  async saveTag(@CurrentViewer() viewer: Viewer, @Args('input') input: TagInputModel): Promise<TagModel> {
    const saved = await this.db.transaction((tx) =>
      this.labels.save(tx, { ...input, name: toText(input.name) }, viewer.personId),
    );
    return toTagModel(saved, viewer.locale);
  }

  @Mutation(() => CohortModel)
  @Allow('identity:edit-people')
  async setCohortMembers(
    @CurrentViewer() viewer: Viewer,
    @Args('cohortId', { type: () => ID }) cohortId: string,
    @Args('add', { type: () => [ID] }) add: string[],
    @Args('remove', { type: () => [ID] }) remove: string[],
  ): Promise<CohortModel> {
    if (add.length + remove.length > MAX_MEMBERS) throw new InvalidInput('too-many', { max: MAX_MEMBERS });
    const saved = await this.db.transaction(async (tx) => {
      if (!(await this.scope.canSeeAll(tx, viewer, [...add, ...remove], 'identity:edit-people')))
        throw new Forbidden('person-outside-scope');
      return this.intakes.setMembers(tx, cohortId, add, remove, viewer.personId);
    });
    return toCohortModel(saved, viewer.locale);
  }

  private async assertUnits(tx: Tx, viewer: Viewer, unitIds: readonly (string | null)[]): Promise<void> {
    for (const id of unitIds) {
      if (!(await this.scope.coversUnit(tx, viewer, 'identity:edit-org', id)))
        throw new Forbidden('org-unit-outside-scope');
    }
  }
}
