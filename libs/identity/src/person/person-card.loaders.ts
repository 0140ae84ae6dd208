import type { GqlContext } from '@waymark/platform';
import type DataLoader from 'dataloader';
import { readerLocale } from '../reader-locale.js';
import type { PersonCard, PersonCards } from './person-card.service.js';

/** Cards in the reader's language; one statement per request and tick. */
export function personCardLoader(ctx: GqlContext, cards: PersonCards): DataLoader<string, PersonCard | null> {
  return ctx.loaders.of<string, PersonCard>('identity.personCard', (ids) => cards.loadNow(ids, readerLocale(ctx)));
}
