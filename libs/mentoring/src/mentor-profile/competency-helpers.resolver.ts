import { Inject } from '@nestjs/common';
import { Parent, ResolveField, Resolver } from '@nestjs/graphql';
import { CompetencyProfileRowModel, personCardLoader, PersonCardModel, PersonCards } from '@waymark/identity';
import { Ctx, type GqlContext } from '@waymark/platform';
import { CompetencyHelpers, type HelpAsked } from './competency-helpers.service.js';

const keyOf = (a: HelpAsked): string => `${a.personId} ${a.dimensionId} ${a.level}`;

@Resolver(() => CompetencyProfileRowModel)
export class CompetencyHelpersResolver {
  constructor(
    @Inject(CompetencyHelpers) private readonly able: CompetencyHelpers,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @ResolveField(() => [PersonCardModel], { description: 'Where there is a gap: mentors with room who have the level' })
  async helpers(@Parent() row: CompetencyProfileRowModel, @Ctx() ctx: GqlContext): Promise<PersonCardModel[]> {
    if (row.gap === 0 || row.required === null) return [];
    const ids = await ctx.loaders
      .of<string, string[]>('mentoring.competencyHelpers', async (keys) => {
        const asked = keys.map((k): HelpAsked => {
          const [personId, dimensionId, level] = k.split(' ');
          return { personId: personId as string, dimensionId: dimensionId as string, level: Number(level) };
        });
        return new Map((await this.able.find(asked)).map((f) => [keyOf(f), f.helperIds]));
      })
      .load(keyOf({ personId: row.personId, dimensionId: row.dimension.id, level: row.required }));
    const found = await personCardLoader(ctx, this.cards).loadMany(ids ?? []);
    return found.filter((c): c is PersonCardModel => c !== null && !(c instanceof Error));
  }
}
