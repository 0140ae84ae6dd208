import { WorkCalendars } from '@waymark/identity';
import { RewardsLoader } from '@waymark/rewards';
import { parse } from 'yaml';
import type { SeedApp } from './app.js';
import { seedFolder, seedText } from './files.js';

interface CalendarFile {
  exceptions: { date: string; working: boolean; name?: { 'zh-CN'?: string } | string }[];
}

/** What every company starts with: point rules, badges, PersonLevels, the work calendar. Loading it again changes nothing. */
export async function loadReference(app: SeedApp): Promise<void> {
  const calendars = (await seedFolder('reference', '.yaml')).filter((f) => f.name.startsWith('work-calendar'));
  await app.db.transaction(async (tx) => {
    for (const file of calendars) {
      const { exceptions } = parse(file.text) as CalendarFile;
      const known = new Set((await app.get(WorkCalendars).list(tx, Number(exceptions[0]?.date.slice(0, 4)))).map((e) => e.day));
      // Days that a company has changed since are its own.
      const fresh = exceptions
        .filter((e) => !known.has(e.date))
        .map((e) => ({ day: e.date, working: e.working, name: typeof e.name === 'string' ? e.name : (e.name?.['zh-CN'] ?? null) }));
      if (fresh.length > 0) await app.get(WorkCalendars).save(tx, fresh, [], null);
    }
    await app.get(RewardsLoader).loadReference(tx, {
      pointRules: await seedText('reference/point-rules.yaml'),
      badges: await seedText('reference/badges.yaml'),
      personLevels: await seedText('reference/person-levels.yaml'),
    });
  });
}
