import type { Db, GqlContext } from '@waymark/platform';
import type DataLoader from 'dataloader';
import type { PersonDirectory, PersonRecord } from './person-directory.service.js';

export function personLoader(
  ctx: GqlContext,
  db: Db,
  directory: PersonDirectory,
): DataLoader<string, PersonRecord | null> {
  return ctx.loaders.of<string, PersonRecord>('identity.person', (ids) => db.read((tx) => directory.load(tx, ids)));
}
