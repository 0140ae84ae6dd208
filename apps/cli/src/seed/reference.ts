import { IdentityReference } from '@waymark/identity';
import { RewardsLoader } from '@waymark/rewards';
import type { SeedApp } from './app.js';
import { seedFolder, seedText } from './files.js';

/** What every company starts with: the competency model, the work calendar, point rules, badges, PersonLevels. Loading it again changes nothing. */
export async function loadReference(app: SeedApp): Promise<void> {
  const calendars = (await seedFolder('reference', '.yaml')).filter((f) => f.name.startsWith('work-calendar'));
  await app.db.transaction(async (tx) => {
    await app.get(IdentityReference).loadIdentityReference(tx, {
      competencyModel: await seedText('reference/competency-model.yaml'),
      workCalendars: calendars.map((f) => f.text),
    });
    await app.get(RewardsLoader).loadReference(tx, {
      pointRules: await seedText('reference/point-rules.yaml'),
      badges: await seedText('reference/badges.yaml'),
      personLevels: await seedText('reference/person-levels.yaml'),
    });
  });
}
