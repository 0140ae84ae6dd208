import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Tx, type Viewer } from '@waymark/platform';
import { toProfileRows } from '../competency/competency.model.js';
import { personOf } from '../competency/competency.resolver.js';
import { Competencies } from '../competency/competency.service.js';
import { jobRoleLoader, JobRoleModel } from '../job-role/job-role.model.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { TalentFileModel, TalentPairingModel } from './talent-file.model.js';
import { TalentFiles, type TalentFile } from './talent-files.service.js';

@Resolver(() => TalentFileModel)
export class TalentFileResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(TalentFiles) private readonly files: TalentFiles,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => TalentFileModel, { description: 'Mine, or of somebody I may see: each only their parts' })
  @Allow('signed-in')
  talentFile(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID, nullable: true }) personId?: string | null,
  ): Promise<TalentFileModel> {
    const id = personOf(viewer, personId);
    return this.db.read(async (tx) => this.model(tx, viewer, await this.files.open(tx, viewer, id)));
  }

  @Mutation(() => TalentFileModel, { description: 'Before it is printed: the same file, and the print is on record' })
  @Allow('signed-in')
  printTalentFile(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID, nullable: true }) personId?: string | null,
  ): Promise<TalentFileModel> {
    const id = personOf(viewer, personId);
    return this.db.transaction(async (tx) => this.model(tx, viewer, await this.files.export(tx, viewer, id, 'print')));
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() file: TalentFileModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(file.id)) as PersonCardModel;
  }

  @ResolveField(() => JobRoleModel, { nullable: true })
  async jobRole(@Parent() file: TalentFileModel, @Ctx() ctx: GqlContext): Promise<JobRoleModel | null> {
    return file.jobRoleId
      ? jobRoleLoader(ctx, (ids) => this.db.read((tx) => this.jobRoles.load(tx, ids))).load(file.jobRoleId)
      : null;
  }

  private async model(tx: Tx, viewer: Viewer, file: TalentFile): Promise<TalentFileModel> {
    return {
      id: file.personId,
      parts: file.parts,
      hireDate: file.hireDate,
      jobRoleId: file.jobRoleId,
      skills: file.skills
        ? toProfileRows(file.personId, file.skills, await this.competencies.dimensions(tx), viewer.locale)
        : null,
      maps: file.maps ?? null,
      milestones: file.milestones ?? null,
      courses: file.courses ?? null,
      results: file.results ?? null,
      certificates: file.certificates ?? null,
      pairings: file.pairings ?? null,
    };
  }
}

@Resolver(() => TalentPairingModel)
export class TalentPairingResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async partner(@Parent() pairing: TalentPairingModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(pairing.partnerId)) as PersonCardModel;
  }
}
