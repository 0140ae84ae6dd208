import { IdentityReference } from '@waymark/identity';
import type { Text } from '@waymark/kernel';
import { Agendas } from '@waymark/mentoring';
import { RewardsLoader } from '@waymark/rewards';
import type { SeedApp } from './app.js';
import { seedFolder, seedText, seedYaml } from './files.js';

/** What every company starts with: the competency model, the work calendar, point rules, badges, PersonLevels, the mentors' agenda. Loading it again changes nothing. */
export async function loadReference(app: SeedApp): Promise<void> {
  const calendars = (await seedFolder('reference', '.yaml')).filter((f) => f.name.startsWith('work-calendar'));
  await app.db.transaction(async (tx) => {
    await app.get(IdentityReference).loadIdentityReference(tx, {
      competencyModel: await seedText('reference/competency-model.yaml'),
      workCalendars: calendars.map((f) => f.text),
    });
    const agenda = await seedYaml<{ weeks: { week: number; items: Text[] }[] }>('reference/mentoring-agenda.yaml');
    await app.get(Agendas).loadReference(tx, agenda.weeks);
    await app.get(RewardsLoader).loadReference(tx, {
      pointRules: await seedText('reference/point-rules.yaml'),
      badges: await seedText('reference/badges.yaml'),
      personLevels: await seedText('reference/person-levels.yaml'),
    });
  });
}
