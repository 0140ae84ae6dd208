import { Inject } from '@nestjs/common';
import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { encodeCursor } from '@waymark/kernel';
import { Allow, Ctx, Db, toConnection, type GqlContext } from '@waymark/platform';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { AuditLog } from './audit-log.service.js';
import { AuditEntryConnectionModel, AuditEntryModel, AuditFilterModel } from './audit.model.js';

@Resolver(() => AuditEntryModel)
export class AuditResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AuditLog) private readonly log: AuditLog,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => AuditEntryConnectionModel)
  @Allow('identity:see-audit')
  async auditEntries(
    @Args('filter', { type: () => AuditFilterModel, nullable: true }) filter: AuditFilterModel | null,
    @Args('first', { type: () => Int, nullable: true }) first: number | null,
    @Args('after', { type: () => String, nullable: true }) after: string | null,
  ): Promise<AuditEntryConnectionModel> {
    const page = await this.db.read((tx) => this.log.page(tx, filter ?? {}, { first, after }));
    return toConnection(
      page.found,
      page.first,
      (e) => encodeCursor([e.at.toISOString(), e.id]),
      (e) => e,
    );
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async actor(@Parent() entry: AuditEntryModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return entry.actorId ? personCardLoader(ctx, this.cards).load(entry.actorId) : null;
  }

  @ResolveField(() => PersonCardModel, { nullable: true })
  async person(@Parent() entry: AuditEntryModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel | null> {
    return entry.personId ? personCardLoader(ctx, this.cards).load(entry.personId) : null;
  }
}
