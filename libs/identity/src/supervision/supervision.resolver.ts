import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { pickText } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  Db,
  LocalDayScalar,
  type GqlContext,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Scope } from '../grant/scope.service.js';
import { JobRoles } from '../job-role/job-role.service.js';
import { OrgUnits } from '../org-unit/org-unit.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { Persons } from '../person/person.service.js';
import { SupervisionInputModel, SupervisionKindModel, SupervisionModel, TeamMemberModel } from './supervision.model.js';
import { checkSupervisionScope } from './supervision.policy.js';
import { SUPERVISION_KINDS, Supervisions } from './supervision.service.js';

@Resolver(() => SupervisionModel)
export class SupervisionResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(JobRoles) private readonly jobRoles: JobRoles,
    @Inject(OrgUnits) private readonly orgUnits: OrgUnits,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  @Query(() => [TeamMemberModel])
  @Allow('identity:see-team')
  async myTeam(@CurrentViewer() viewer: Viewer): Promise<TeamMemberModel[]> {
    return this.db.read(async (tx) => {
      const team = await this.supervisions.superviseesOf(tx, viewer.personId, SUPERVISION_KINDS);
      const facts = await this.persons.facts(
        tx,
        team.map((t) => t.personId),
      );
      const known = [...facts.values()];
      const roles = await this.jobRoles.load(
        tx,
        known.flatMap((f) => f.jobRoleId ?? []),
      );
      const units = await this.orgUnits.load(
        tx,
        known.flatMap((f) => f.orgUnitId ?? []),
      );
      return team.map((t) => {
        const f = facts.get(t.personId);
        const role = roles.get(f?.jobRoleId ?? '');
        const unit = units.get(f?.orgUnitId ?? '');
        return {
          id: t.personId,
          kind: SupervisionKindModel[t.kind],
          hireDate: f?.hireDate ?? null,
          jobRole: role ? pickText(role.name, viewer.locale) : null,
          orgUnit: unit ? pickText(unit.name, viewer.locale) : null,
        };
      });
    });
  }

  @Mutation(() => SupervisionModel)
  @Allow('identity:edit-supervision')
  async startSupervision(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: SupervisionInputModel,
  ): Promise<SupervisionModel> {
    return this.db.transaction(async (tx) => {
      await this.assertScope(tx, viewer, input.supervisorId, input.personId);
      const id = await this.supervisions.start(tx, input);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'supervision.started',
        subjectType: 'supervision',
        subjectId: id,
        personId: input.personId,
        changes: [
          { field: 'supervisorId', from: null, to: input.supervisorId },
          { field: 'kind', from: null, to: input.kind },
        ],
      });
      const s = await this.supervisions.find(tx, id);
      return { ...s, kind: SupervisionKindModel[s.kind] };
    });
  }

  @Mutation(() => Boolean)
  @Allow('identity:edit-supervision')
  async endSupervision(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }) id: string,
    @Args('lastDay', { type: () => LocalDayScalar, nullable: true }) lastDay: string | null,
  ): Promise<boolean> {
    return this.db.transaction(async (tx) => {
      const s = await this.supervisions.find(tx, id);
      await this.assertScope(tx, viewer, s.supervisorId, s.personId);
      const ended = await this.supervisions.end(tx, { id, lastDay });
      if (ended > 0) {
        await this.audit.record(tx, {
          actorId: viewer.personId,
          action: 'supervision.ended',
          subjectType: 'supervision',
          subjectId: id,
          personId: s.personId,
        });
      }
      return ended > 0;
    });
  }

  @ResolveField(() => PersonCardModel)
  async supervisor(@Parent() s: SupervisionModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(s.supervisorId)) as PersonCardModel;
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() s: SupervisionModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(s.personId)) as PersonCardModel;
  }

  private async assertScope(tx: Tx, viewer: Viewer, supervisorId: string, personId: string): Promise<void> {
    checkSupervisionScope({
      supervisor: await this.scope.canSee(tx, viewer, supervisorId, ['identity:edit-supervision']),
      person: await this.scope.canSee(tx, viewer, personId, ['identity:edit-supervision']),
    });
  }
}

@Resolver(() => TeamMemberModel)
export class TeamMemberResolver {
  constructor(@Inject(PersonCards) private readonly cards: PersonCards) {}

  @ResolveField(() => PersonCardModel)
  async person(@Parent() member: TeamMemberModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(member.id)) as PersonCardModel;
  }
}
