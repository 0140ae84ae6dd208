import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { InvalidInput, isUuid, NotFound } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, toText, type GqlContext, type Tx, type Viewer } from '@waymark/platform';
import { JobRoleModel } from '../job-role/job-role.model.js';
import { JobFamilies } from './job-families.service.js';
import { JobFamilyInputModel, JobFamilyModel, toJobFamily } from './job-family.model.js';

const MAX_ROLES = 500;

@Resolver(() => JobRoleModel)
export class JobFamilyResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(JobFamilies) private readonly families: JobFamilies,
  ) {}

  @Query(() => [JobFamilyModel])
  @Allow('signed-in')
  jobFamilies(@CurrentViewer() viewer: Viewer): Promise<JobFamilyModel[]> {
    return this.db.read((tx) => this.list(tx, viewer));
  }

  @Mutation(() => [JobFamilyModel])
  @Allow('identity:edit-competencies')
  saveJobFamily(@CurrentViewer() viewer: Viewer, @Args('input') input: JobFamilyInputModel): Promise<JobFamilyModel[]> {
    return this.db.transaction(async (tx) => {
      await this.families.save(tx, { ...input, name: toText(input.name) }, viewer.personId);
      return this.list(tx, viewer);
    });
  }

  @Mutation(() => [JobFamilyModel], { description: 'The job roles of a family become exactly these' })
  @Allow('identity:edit-competencies')
  setJobFamilyRoles(
    @CurrentViewer() viewer: Viewer,
    @Args('familyId', { type: () => ID }) familyId: string,
    @Args('jobRoleIds', { type: () => [ID] }) jobRoleIds: string[],
  ): Promise<JobFamilyModel[]> {
    if (!isUuid(familyId)) throw new NotFound('job-family-unknown');
    if (jobRoleIds.length > MAX_ROLES) throw new InvalidInput('too-many', { max: MAX_ROLES });
    if (jobRoleIds.some((id) => !isUuid(id))) throw new NotFound('job-role-unknown');
    return this.db.transaction(async (tx) => {
      await this.families.setRoles(tx, familyId, jobRoleIds, viewer.personId);
      return this.list(tx, viewer);
    });
  }

  @ResolveField(() => JobFamilyModel, { nullable: true })
  async family(
    @Parent() role: JobRoleModel,
    @Ctx() ctx: GqlContext,
    @CurrentViewer() viewer: Viewer,
  ): Promise<JobFamilyModel | null> {
    return ctx.loaders
      .of<string, JobFamilyModel>('identity.jobFamilyOfRole', (ids) =>
        this.db.read(
          async (tx) =>
            new Map([...(await this.families.ofRoles(tx, ids))].map(([id, f]) => [id, toJobFamily(f, viewer.locale)])),
        ),
      )
      .load(role.id);
  }

  private async list(tx: Tx, viewer: Viewer): Promise<JobFamilyModel[]> {
    return (await this.families.list(tx)).map((f) => toJobFamily(f, viewer.locale));
  }
}
