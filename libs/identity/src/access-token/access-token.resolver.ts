import { Inject } from '@nestjs/common';
import { Args, Field, ID, Int, Mutation, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { Forbidden, InvalidInput } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, Db, Jobs, rows, type GqlContext, type Viewer } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Scope } from '../grant/scope.service.js';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { sendAccessLink } from './access-token.jobs.js';
import { AccessTokens } from './access-token.service.js';

const MAX_PRINTED = 200;
const MAX_INVITED = 1_000;

@ObjectType('ActivationCode', { description: 'Shown once, for print' })
export class ActivationCodeModel {
  @Field()
  employeeNumber: string;
  @Field()
  code: string;
  @Field()
  expiresAt: Date;
  personId: string;
}

@Resolver(() => ActivationCodeModel)
export class AccessTokenResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Mutation(() => Int)
  @Allow('identity:invite-people')
  async invitePersons(
    @CurrentViewer() viewer: Viewer,
    @Args('personIds', { type: () => [ID] }) personIds: string[],
  ): Promise<number> {
    if (personIds.length > MAX_INVITED) throw new InvalidInput('too-many', { max: MAX_INVITED });
    const reachable = await this.db.transaction(async (tx) => {
      if (!(await this.scope.canSeeAll(tx, viewer, personIds, 'identity:invite-people')))
        throw new Forbidden('person-outside-scope');
      const found = await rows<{ id: string }>(
        tx,
        `select p.id from person p join person_profile pr on pr.person_id = p.id
         where p.id = any ($1::uuid[]) and p.status = 'active' and pr.email is not null`,
        [personIds],
      );
      await this.audit.recordMany(
        tx,
        found.map((f) => ({
          actorId: viewer.personId,
          action: 'person.invited',
          subjectType: 'person',
          subjectId: f.id,
          personId: f.id,
        })),
      );
      return found;
    });
    for (const { id } of reachable) {
      await this.jobs.enqueue(
        sendAccessLink,
        { personId: id, kind: 'invitation', actorId: viewer.personId },
        { key: `invite-${id}` },
      );
    }
    return reachable.length;
  }

  @Mutation(() => [ActivationCodeModel])
  @Allow('identity:invite-people')
  async createActivationCodes(
    @CurrentViewer() viewer: Viewer,
    @Args('personIds', { type: () => [ID] }) personIds: string[],
  ): Promise<ActivationCodeModel[]> {
    if (personIds.length > MAX_PRINTED) throw new InvalidInput('too-many', { max: MAX_PRINTED });
    return this.db.transaction(async (tx) => {
      if (!(await this.scope.canSeeAll(tx, viewer, personIds, 'identity:invite-people')))
        throw new Forbidden('person-outside-scope');
      await this.scope.assertReachesGrants(tx, viewer, personIds, 'identity:invite-people');
      return this.tokens.printCodes(tx, personIds, viewer.personId);
    });
  }

  @ResolveField(() => PersonCardModel)
  async person(@Parent() code: ActivationCodeModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel> {
    return (await personCardLoader(ctx, this.cards).load(code.personId)) as PersonCardModel;
  }
}
