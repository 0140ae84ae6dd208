import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Settings } from '@waymark/identity';
import { localDayOf, localHour, type Clock } from '@waymark/kernel';
import { CLOCK, Db, defineJob, HandlesJob, noteBackup } from '@waymark/platform';
import { backupDatabase } from '@waymark/platform/postgres';
import { backupPlan } from './backup.config.js';

/** Hourly, because the company's night is in its own zone, and a machine that was off at night makes up for it. */
export const nightlyBackup = defineJob<Record<string, never>>({ name: 'backup.nightly', cron: '13 * * * *' });

const FROM_HOUR = 2;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** One backup a day into a folder named after the day; the oldest beyond the number to keep go. */
@Injectable()
export class NightlyBackup {
  private readonly logger = new Logger(NightlyBackup.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @HandlesJob(nightlyBackup)
  async run(): Promise<void> {
    const plan = backupPlan();
    if (plan.keep === 0) return;
    const { zone } = await this.db.read((tx) => this.settings.get(tx));
    const now = this.clock.now();
    const day = localDayOf(now, zone);
    if (localHour(now, zone) < FROM_HOUR) return;
    try {
      const made = await this.days(plan.folder);
      if (made.includes(day)) return;
      await mkdir(plan.folder, { recursive: true, mode: 0o700 });
      const { tables, files } = await backupDatabase(plan.databaseUrl, join(plan.folder, day), {
        filesDir: plan.filesDir,
      });
      const old = [...made, day].sort().slice(0, -plan.keep);
      for (const gone of old) await rm(join(plan.folder, gone), { recursive: true, force: true });
      await noteBackup(this.db, { at: now, ok: true });
      this.logger.log(
        `Backup ${day}: ${tables.length} tables and ${files.length} files in ${plan.folder}; ${old.length} older ones removed`,
      );
    } catch (error) {
      await noteBackup(this.db, { at: now, ok: false });
      throw error;
    }
  }

  private async days(folder: string): Promise<string[]> {
    const entries = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return entries.filter((name) => DAY.test(name));
  }
}
