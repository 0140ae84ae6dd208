import { Inject } from '@nestjs/common';
import { Args, Int, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { encodeCursor, isUuid } from '@waymark/kernel';
import { Allow, Ctx, Db, SubjectTitles, toConnection, type GqlContext } from '@waymark/platform';
import type DataLoader from 'dataloader';
import { personCardLoader } from '../person/person-card.loaders.js';
import { PersonCardModel } from '../person/person-card.model.js';
import { PersonCards } from '../person/person-card.service.js';
import { readerLocale } from '../reader-locale.js';
import { AuditLog } from './audit-log.service.js';
import { AuditChangeModel, AuditEntryConnectionModel, AuditEntryModel, AuditFilterModel } from './audit.model.js';

/** What the id in a change of that field is the id of. */
const NAMED_FIELDS: Readonly<Record<string, string>> = {
  orgUnitId: 'org-unit',
  jobRoleId: 'job-role',
  audience: 'audience',
  audienceId: 'audience',
  tag: 'tag',
  managerId: 'person',
  supervisorId: 'person',
  coMentor: 'person',
};

/** Keyed by `type:id`; one statement for all subjects of a type on a page. */
function titleLoader(ctx: GqlContext, db: Db, titles: SubjectTitles): DataLoader<string, string | null> {
  return ctx.loaders.of<string, string>('identity.subjectTitle', (keys) =>
    db.read((tx) =>
      titles.load(
        tx,
        keys.map((key) => ({ type: key.slice(0, key.indexOf(':')), id: key.slice(key.indexOf(':') + 1) })),
        readerLocale(ctx),
      ),
    ),
  );
}

@Resolver(() => AuditChangeModel)
export class AuditChangeResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @ResolveField(() => String, { nullable: true })
  fromName(@Parent() change: AuditChangeModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return this.nameOf(change.field, change.from, ctx);
  }

  @ResolveField(() => String, { nullable: true })
  toName(@Parent() change: AuditChangeModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return this.nameOf(change.field, change.to, ctx);
  }

  private async nameOf(field: string, value: string | null, ctx: GqlContext): Promise<string | null> {
    const type = NAMED_FIELDS[field];
    // Some values were written as JSON.
    const id = value?.replace(/^"|"$/g, '');
    if (!type || !id || !isUuid(id)) return null;
    if (type === 'person') return (await personCardLoader(ctx, this.cards).load(id))?.name ?? null;
    return titleLoader(ctx, this.db, this.titles).load(`${type}:${id}`);
  }
}

@Resolver(() => AuditEntryModel)
export class AuditResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AuditLog) private readonly log: AuditLog,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
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

  @ResolveField(() => String, { nullable: true, description: 'What the subject is called, when it is called anything' })
  subjectTitle(@Parent() entry: AuditEntryModel, @Ctx() ctx: GqlContext): Promise<string | null> {
    return titleLoader(ctx, this.db, this.titles).load(`${entry.subjectType}:${entry.subjectId}`);
  }
}
