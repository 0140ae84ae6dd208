import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { clampFirst, encodeCursor, Forbidden, InvalidInput, type Locale } from '@waymark/kernel';
import {
  Allow,
  IdPipe,
  Ctx,
  CurrentViewer,
  Db,
  LocalDayScalar,
  toConnection,
  type GqlContext,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { CohortModel, toCohortModel } from '../cohort/cohort.model.js';
import { Cohorts } from '../cohort/cohort.service.js';
import { GrantModel, toGrantModel } from '../grant/grant.model.js';
import { Grants } from '../grant/grant.service.js';
import { Scope } from '../grant/scope.service.js';
import { jobRoleLoader, JobRoleModel } from '../job-role/job-role.model.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { orgUnitLoader, OrgUnitModel } from '../org-unit/org-unit.model.js';
import { OrgUnits } from '../org-unit/org-unit.service.js';
import { readerLocale } from '../reader-locale.js';
import { SupervisionKindModel, SupervisionModel } from '../supervision/supervision.model.js';
import { Supervisions, type SupervisionRecord } from '../supervision/supervision.service.js';
import { TagModel, toTagModel } from '../tag/tag.model.js';
import { Tags } from '../tag/tag.service.js';
import { DottedLines } from './dotted-lines.service.js';
import { Employments } from './employment.service.js';
import { personCardLoader } from './person-card.loaders.js';
import { PersonCardModel } from './person-card.model.js';
import { PersonCards } from './person-card.service.js';
import { PersonDirectory, type PersonRecord } from './person-directory.service.js';
import { displayName } from './person-name.js';
import {
  DottedLineInputModel,
  EmploymentModel,
  PersonConnectionModel,
  PersonFilterModel,
  PersonInputModel,
  PersonModel,
  PersonProfileInputModel,
  PersonStatusModel,
  PositionModel,
  TransferInputModel,
} from './person.model.js';
import { Persons, type ProfilePatch } from './person.service.js';

const emptyToNull = (text: string | null | undefined): string | null => text?.trim() || null;

export function toPersonModel(person: PersonRecord, locale: Locale): PersonModel {
  return { ...person, status: PersonStatusModel[person.status], name: person.name ?? displayName(null, null, locale) };
}

function toSupervisionModel(s: SupervisionRecord): SupervisionModel {
  return { ...s, kind: SupervisionKindModel[s.kind] };
}

@Resolver(() => PersonModel)
export class PersonResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(PersonDirectory) private readonly directory: PersonDirectory,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(DottedLines) private readonly dottedLines: DottedLines,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Tags) private readonly tags: Tags,
  ) {}

  @Query(() => PersonConnectionModel, { name: 'persons' })
  @Allow('identity:see-people')
  async list(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { type: () => PersonFilterModel, nullable: true }) filter: PersonFilterModel | null,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<PersonConnectionModel> {
    const page = await this.db.read((tx) => this.directory.page(tx, viewer, filter ?? {}, { first, after }));
    return toConnection(
      page.found,
      page.first,
      (p) => encodeCursor([p.sortKey ?? '', p.id]),
      (p) => toPersonModel(p, viewer.locale),
      page.total,
    );
  }

  @Query(() => PersonModel)
  @Allow('identity:see-people')
  async person(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string): Promise<PersonModel> {
    return this.show(viewer, id);
  }

  @Query(() => [PersonCardModel])
  @Allow('identity:find-people')
  async searchPersons(
    @Args('text') text: string,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Ctx() ctx: GqlContext,
  ): Promise<PersonCardModel[]> {
    if (text.length > 100) throw new InvalidInput('input-invalid', { fields: ['text'] });
    const ids = await this.db.read((tx) => this.directory.search(tx, text, clampFirst(first, 20)));
    const cards = await personCardLoader(ctx, this.cards).loadMany(ids);
    return cards.filter((c): c is PersonCardModel => c !== null && !(c instanceof Error));
  }

  @Mutation(() => PersonModel)
  @Allow('identity:edit-people')
  async createPerson(@CurrentViewer() viewer: Viewer, @Args('input') input: PersonInputModel): Promise<PersonModel> {
    const id = await this.db.transaction(async (tx) => {
      await this.assertUnit(viewer, input.orgUnitId, tx);
      return this.persons.hire(
        tx,
        {
          employeeNumber: input.employeeNumber.trim(),
          name: input.name.trim(),
          nameEn: emptyToNull(input.nameEn),
          email: emptyToNull(input.email),
          mobile: emptyToNull(input.mobile),
          ...(input.locale ? { locale: input.locale as Locale } : {}),
          ...(input.zone ? { zone: input.zone } : {}),
          hireDate: input.hireDate,
          orgUnitId: input.orgUnitId,
          jobRoleId: input.jobRoleId ?? null,
          managerId: input.managerId ?? null,
        },
        viewer.personId,
      );
    });
    return this.show(viewer, id);
  }

  @Mutation(() => PersonModel)
  @Allow('identity:edit-people')
  async updatePerson(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('input') input: PersonProfileInputModel,
  ): Promise<PersonModel> {
    const patch: ProfilePatch = {};
    if (input.employeeNumber) patch.employeeNumber = input.employeeNumber.trim();
    if (input.name) patch.name = input.name.trim();
    if (input.nameEn !== undefined) patch.nameEn = emptyToNull(input.nameEn);
    if (input.email !== undefined) patch.email = emptyToNull(input.email);
    if (input.mobile !== undefined) patch.mobile = emptyToNull(input.mobile);
    if (input.locale) patch.locale = input.locale as Locale;
    if (input.zone) patch.zone = input.zone;
    await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, id, ['identity:edit-people']);
      if (patch.email !== undefined || patch.mobile !== undefined || patch.employeeNumber !== undefined)
        await this.scope.assertReachesGrants(tx, viewer, [id], 'identity:edit-people');
      await this.persons.updateProfile(tx, id, input.revision, patch, viewer.personId);
    });
    return this.show(viewer, id);
  }

  @Mutation(() => PersonModel)
  @Allow('identity:edit-people')
  async transferPerson(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: TransferInputModel,
  ): Promise<PersonModel> {
    await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, input.personId, ['identity:edit-people']);
      await this.assertUnit(viewer, input.orgUnitId, tx);
      await this.persons.transfer(
        tx,
        { ...input, jobRoleId: input.jobRoleId ?? null, managerId: input.managerId ?? null },
        viewer.personId,
      );
    });
    return this.show(viewer, input.personId);
  }

  @Mutation(() => PersonModel)
  @Allow('identity:edit-people')
  async startDottedLine(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: DottedLineInputModel,
  ): Promise<PersonModel> {
    await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, input.personId, ['identity:edit-people']);
      await this.dottedLines.start(tx, { ...input, toDay: input.toDay ?? null }, viewer.personId);
    });
    return this.show(viewer, input.personId);
  }

  @Mutation(() => PersonModel)
  @Allow('identity:edit-people')
  async endDottedLine(
    @CurrentViewer() viewer: Viewer,
    @Args('positionId', { type: () => ID }, IdPipe) positionId: string,
    @Args('lastDay', { type: () => LocalDayScalar }) lastDay: string,
  ): Promise<PersonModel> {
    const personId = await this.db.transaction(async (tx) => {
      const person = await this.dottedLines.personOf(tx, positionId);
      await this.scope.assertCanSee(tx, viewer, person, ['identity:edit-people']);
      await this.dottedLines.end(tx, positionId, lastDay, viewer.personId);
      return person;
    });
    return this.show(viewer, personId);
  }

  @Mutation(() => PersonModel)
  @Allow('identity:edit-people')
  async leavePerson(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }) personId: string,
    @Args('lastDay', { type: () => LocalDayScalar }) lastDay: string,
  ): Promise<PersonModel> {
    await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, personId, ['identity:edit-people']);
      await this.persons.leave(tx, personId, lastDay, viewer.personId);
    });
    return this.show(viewer, personId);
  }

  @Mutation(() => PersonModel)
  @Allow('identity:edit-people')
  async rehirePerson(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }) personId: string,
    @Args('hireDate', { type: () => LocalDayScalar }) hireDate: string,
    @Args('orgUnitId', { type: () => ID }) orgUnitId: string,
    @Args('jobRoleId', { type: () => ID, nullable: true }) jobRoleId: string | null,
    @Args('managerId', { type: () => ID, nullable: true }) managerId: string | null,
  ): Promise<PersonModel> {
    await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, personId, ['identity:edit-people']);
      await this.assertUnit(viewer, orgUnitId, tx);
      await this.persons.rehire(
        tx,
        { personId, hireDate, orgUnitId, jobRoleId: jobRoleId ?? null, managerId: managerId ?? null },
        viewer.personId,
      );
    });
    return this.show(viewer, personId);
  }

  @Mutation(() => Boolean)
  @Allow('identity:erase-people')
  async erasePerson(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }) personId: string,
    @Args('confirmEmployeeNumber') confirmEmployeeNumber: string,
  ): Promise<boolean> {
    await this.db.transaction((tx) => this.persons.erase(tx, personId, confirmEmployeeNumber, viewer.personId));
    return true;
  }

  @Mutation(() => PersonModel)
  @Allow('identity:edit-people')
  async setPersonTags(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }) personId: string,
    @Args('tagIds', { type: () => [ID] }) tagIds: string[],
  ): Promise<PersonModel> {
    if (tagIds.length > 100) throw new InvalidInput('too-many', { max: 100 });
    await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, personId, ['identity:edit-people']);
      await this.tags.setOf(tx, personId, tagIds, viewer.personId);
    });
    return this.show(viewer, personId);
  }

  private async show(viewer: Viewer, id: string): Promise<PersonModel> {
    return toPersonModel(await this.db.read((tx) => this.directory.find(tx, viewer, id)), viewer.locale);
  }

  private async assertUnit(viewer: Viewer, orgUnitId: string, tx: Tx): Promise<void> {
    if (!(await this.scope.coversUnit(tx, viewer, 'identity:edit-people', orgUnitId)))
      throw new Forbidden('org-unit-outside-scope');
  }
}

/** What staff see of one person beyond the row itself. */
@Resolver(() => PersonModel)
export class PersonFieldsResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(OrgUnits) private readonly orgUnits: OrgUnits,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
    @Inject(Employments) private readonly employments: Employments,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Grants) private readonly grants: Grants,
    @Inject(Cohorts) private readonly cohorts: Cohorts,
    @Inject(Tags) private readonly tags: Tags,
  ) {}

  @ResolveField(() => PersonCardModel)
  async card(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(person.id)) as PersonCardModel;
  }

  @ResolveField(() => OrgUnitModel, { nullable: true })
  async orgUnit(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<OrgUnitModel | null> {
    return person.orgUnitId
      ? orgUnitLoader(ctx, (ids) => this.db.read((tx) => this.orgUnits.load(tx, ids))).load(person.orgUnitId)
      : null;
  }

  @ResolveField(() => JobRoleModel, { nullable: true })
  async jobRole(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<JobRoleModel | null> {
    return person.jobRoleId
      ? jobRoleLoader(ctx, (ids) => this.db.read((tx) => this.jobRoles.load(tx, ids))).load(person.jobRoleId)
      : null;
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async manager(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return person.managerId ? personCardLoader(ctx, this.cards).load(person.managerId) : null;
  }

  @ResolveField(() => [PositionModel])
  async positions(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<PositionModel[]> {
    const found = await ctx.loaders
      .of<string, PositionModel[]>('identity.positions', (ids) =>
        this.db.read((tx) => this.employments.positionsOf(tx, ids)),
      )
      .load(person.id);
    return found ?? [];
  }

  @ResolveField('employments', () => [EmploymentModel])
  async employmentsOf(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<EmploymentModel[]> {
    const found = await ctx.loaders
      .of<string, EmploymentModel[]>('identity.employments', (ids) =>
        this.db.read((tx) => this.employments.employmentsOf(tx, ids)),
      )
      .load(person.id);
    return found ?? [];
  }

  @ResolveField(() => [SupervisionModel])
  async supervisors(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<SupervisionModel[]> {
    return (await this.supervisionOf(person, ctx)).filter((s) => s.personId === person.id);
  }

  @ResolveField(() => [SupervisionModel])
  async supervisees(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<SupervisionModel[]> {
    return (await this.supervisionOf(person, ctx)).filter((s) => s.supervisorId === person.id);
  }

  @ResolveField('grants', () => [GrantModel])
  async grantsOf(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<GrantModel[]> {
    const found = await ctx.loaders
      .of<string, GrantModel[]>('identity.grants', async (ids) => {
        const list = await this.db.read((tx) => this.grants.of(tx, ids));
        return new Map(ids.map((id) => [id, list.filter((g) => g.personId === id).map(toGrantModel)]));
      })
      .load(person.id);
    return found ?? [];
  }

  @ResolveField('cohorts', () => [CohortModel])
  async cohortsOf(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<CohortModel[]> {
    const found = await ctx.loaders
      .of<string, CohortModel[]>('identity.cohortsOf', async (ids) => {
        const byPerson = await this.db.read((tx) => this.cohorts.ofMany(tx, ids));
        return new Map([...byPerson].map(([id, list]) => [id, list.map((c) => toCohortModel(c, readerLocale(ctx)))]));
      })
      .load(person.id);
    return found ?? [];
  }

  @ResolveField('tags', () => [TagModel])
  async tagsOf(@Parent() person: PersonModel, @Ctx() ctx: GqlContext): Promise<TagModel[]> {
    const found = await ctx.loaders
      .of<string, TagModel[]>('identity.tagsOf', async (ids) => {
        const byPerson = await this.db.read((tx) => this.tags.ofMany(tx, ids));
        return new Map([...byPerson].map(([id, list]) => [id, list.map((t) => toTagModel(t, readerLocale(ctx)))]));
      })
      .load(person.id);
    return found ?? [];
  }

  private async supervisionOf(person: PersonModel, ctx: GqlContext): Promise<SupervisionModel[]> {
    const found = await ctx.loaders
      .of<string, SupervisionModel[]>('identity.supervision', async (ids) => {
        const list = (await this.db.read((tx) => this.supervisions.historyOf(tx, ids))).map(toSupervisionModel);
        return new Map(ids.map((id) => [id, list.filter((s) => s.personId === id || s.supervisorId === id)]));
      })
      .load(person.id);
    return found ?? [];
  }
}

@Resolver(() => PositionModel)
export class PositionFieldsResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(OrgUnits) private readonly orgUnits: OrgUnits,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
  ) {}

  @ResolveField(() => OrgUnitModel)
  async orgUnit(@Parent() position: PositionModel, @Ctx() ctx: GqlContext): Promise<OrgUnitModel> {
    const loader = orgUnitLoader(ctx, (ids) => this.db.read((tx) => this.orgUnits.load(tx, ids)));
    return (await loader.load(position.orgUnitId)) as OrgUnitModel;
  }

  @ResolveField(() => JobRoleModel, { nullable: true })
  async jobRole(@Parent() position: PositionModel, @Ctx() ctx: GqlContext): Promise<JobRoleModel | null> {
    return position.jobRoleId
      ? jobRoleLoader(ctx, (ids) => this.db.read((tx) => this.jobRoles.load(tx, ids))).load(position.jobRoleId)
      : null;
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async manager(@Parent() position: PositionModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return position.managerId ? personCardLoader(ctx, this.cards).load(position.managerId) : null;
  }
}
