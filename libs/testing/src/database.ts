import { createHash } from 'node:crypto';
import { migrate } from '@waymark/platform';
import { createDatabaseFromTemplate, ensureTemplate, startTestPostgres } from '@waymark/platform/postgres';
import { migrations } from '../../../migrations/index.js';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of its own with the current schema, cloned from one migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await startTestPostgres();
  const source = migrations.map((m) => m.toString() + new m().up.toString()).join('\n');
  const name = `waymark_tpl_${createHash('sha256').update(source).digest('hex').slice(0, 16)}`;
  await ensureTemplate(server.url, name, async (url) => void (await migrate(url, migrations)));
  return createDatabaseFromTemplate(server.url, name);
}
