import { Inject, Injectable } from '@nestjs/common';
import type { Tx } from '@waymark/platform';
import { Settings } from './company/company-settings.service.js';
import { Competencies } from './competency/competency.service.js';
import { readCompetencyModel, readWorkCalendar } from './reference-data.js';
import { WorkCalendars } from './work-calendar/work-calendar.service.js';

export interface IdentityReferenceFiles {
  /** Text of seeds/reference/competency-model.yaml. */
  competencyModel?: string;
  /** Texts of seeds/reference/work-calendar-*.yaml. */
  workCalendars?: readonly string[];
}

/** What every company starts with. Loading it again changes nothing. */
@Injectable()
export class IdentityReference {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(WorkCalendars) private readonly calendars: WorkCalendars,
  ) {}

  async loadIdentityReference(tx: Tx, files: IdentityReferenceFiles): Promise<void> {
    if (files.competencyModel !== undefined)
      await this.competencies.saveModel(tx, readCompetencyModel(files.competencyModel));
    const { defaultLocale } = await this.settings.get(tx);
    for (const yaml of files.workCalendars ?? [])
      await this.calendars.addMissing(tx, readWorkCalendar(yaml, defaultLocale));
  }
}
