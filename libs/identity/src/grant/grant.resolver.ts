import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { Allow, Ctx, CurrentViewer, Db, type GqlContext, type Viewer } from '@waymark/platform';
import { orgUnitLoader, OrgUnitModel } from '../org-unit/org-unit.model.js';
import { OrgUnits } from '../org-unit/org-unit.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { GrantInputModel, GrantModel, GrantRoleModel, toGrantableRole, toGrantModel } from './grant.model.js';
import { checkGrantOfOthers } from './grant.policy.js';
import { Grants } from './grant.service.js';

@Resolver(() => GrantModel)
export class GrantResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Grants) private readonly service: Grants,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(OrgUnits) private readonly orgUnits: OrgUnits,
  ) {}

  @Query(() => [GrantModel])
  @Allow('identity:see-grants')
  async grants(
    @Args('role', { type: () => GrantRoleModel, nullable: true }) role: GrantRoleModel | null,
    @Args('orgUnitId', { type: () => ID, nullable: true }) orgUnitId: string | null,
  ): Promise<GrantModel[]> {
    const list = await this.db.read((tx) =>
      this.service.list(tx, { role: role ? toGrantableRole(role) : null, orgUnitId }),
    );
    return list.map(toGrantModel);
  }

  @Mutation(() => GrantModel)
  @Allow('identity:edit-grants')
  async grantRole(@CurrentViewer() viewer: Viewer, @Args('input') input: GrantInputModel): Promise<GrantModel> {
    checkGrantOfOthers(viewer.personId, input.personId);
    return toGrantModel(
      await this.db.transaction((tx) =>
        this.service.grant(tx, { ...input, role: toGrantableRole(input.role) }, viewer.personId),
      ),
    );
  }

  @Mutation(() => Boolean)
  @Allow('identity:edit-grants')
  async revokeGrant(@CurrentViewer() viewer: Viewer, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    await this.db.transaction((tx) => this.service.revoke(tx, id, viewer.personId));
    return true;
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() grant: GrantModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(grant.personId)) as PersonCardModel;
  }

  @ResolveField(() => OrgUnitModel, { nullable: true })
  async orgUnit(@Parent() grant: GrantModel, @Ctx() ctx: GqlContext): Promise<OrgUnitModel | null> {
    return grant.orgUnitId
      ? orgUnitLoader(ctx, (ids) => this.db.read((tx) => this.orgUnits.load(tx, ids))).load(grant.orgUnitId)
      : null;
  }
}
