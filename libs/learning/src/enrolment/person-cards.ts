import { PersonCardModel, personCardLoader, type PersonCards } from '@waymark/identity';
import type { GqlContext } from '@waymark/platform';

/** Cards of these people, in the same order; whoever can't be shown is left out. */
export async function personCards(
  ctx: GqlContext,
  cards: PersonCards,
  ids: readonly string[],
): Promise<PersonCardModel[]> {
  const found = await personCardLoader(ctx, cards).loadMany([...ids]);
  return found.filter((c): c is PersonCardModel => c !== null && !(c instanceof Error));
}
