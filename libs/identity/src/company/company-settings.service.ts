import { Inject, Injectable } from '@nestjs/common';
import {
  InvalidInput,
  isValidZone,
  localDayOf,
  type Clock,
  type LocalDay,
  type Locale,
  type Text,
} from '@waymark/kernel';
import { CLOCK, maybeOne, one, type Tx } from '@waymark/platform';
import { Audit, type AuditChangeInput } from '../audit/audit.service.js';

export interface CompanySettings {
  name: string;
  logoFileId: string | null;
  colour: string;
  languages: Locale[];
  defaultLocale: Locale;
  zone: string;
  pointName: Text;
  /** Local hours 0–23; nothing is sent from `from` until `to`. */
  quietHours: { from: number; to: number };
  /** ISO weekdays that are free. */
  weekend: number[];
  revision: number;
}

export type CompanySettingsPatch = Partial<Omit<CompanySettings, 'revision'>>;

interface SettingRow {
  name: string;
  logo_file_id: string | null;
  colour: string;
  languages: Locale[];
  default_locale: Locale;
  zone: string;
  point_name: Text;
  quiet_from: number;
  quiet_to: number;
  weekend: number[];
  revision: number;
}

const COLUMNS = `name, logo_file_id, colour, languages, default_locale, zone, point_name, quiet_from, quiet_to, weekend, revision`;

function fromRow(r: SettingRow): CompanySettings {
  return {
    name: r.name,
    logoFileId: r.logo_file_id,
    colour: r.colour,
    languages: r.languages,
    defaultLocale: r.default_locale,
    zone: r.zone,
    pointName: r.point_name,
    quietHours: { from: r.quiet_from, to: r.quiet_to },
    weekend: r.weekend,
    revision: r.revision,
  };
}

@Injectable()
export class Settings {
  constructor(
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async get(tx: Tx): Promise<CompanySettings> {
    return fromRow(await one<SettingRow>(tx, `select ${COLUMNS} from company_setting`));
  }

  /** The day it is now for the company. */
  async today(tx: Tx): Promise<LocalDay> {
    const { zone } = await one<{ zone: string }>(tx, `select zone from company_setting`);
    return localDayOf(this.clock.now(), zone);
  }

  /** @throws Conflict 'changed-meanwhile' when somebody saved since `revision` was read */
  async save(tx: Tx, revision: number, patch: CompanySettingsPatch, actorId: string | null): Promise<CompanySettings> {
    const before = fromRow(await one<SettingRow>(tx, `select ${COLUMNS} from company_setting for update`));
    if (before.revision !== revision) throw await this.audit.staleRevision(tx, 'company', 'company');
    const next: CompanySettings = { ...before, ...patch };
    if (!isValidZone(next.zone)) throw new InvalidInput('zone-unknown', { zone: next.zone });
    if (!next.languages.includes(next.defaultLocale)) throw new InvalidInput('default-locale-not-offered');
    const saved = await maybeOne<SettingRow>(
      tx,
      `update company_setting set name = $1, logo_file_id = $2, colour = $3, languages = $4, default_locale = $5, zone = $6,
         point_name = $7, quiet_from = $8, quiet_to = $9, weekend = $10, revision = revision + 1, updated_at = $11
       returning ${COLUMNS}`,
      [
        next.name,
        next.logoFileId,
        next.colour.toLowerCase(),
        next.languages,
        next.defaultLocale,
        next.zone,
        JSON.stringify(next.pointName),
        next.quietHours.from,
        next.quietHours.to,
        next.weekend,
        this.clock.now(),
      ],
    );
    const changes: AuditChangeInput[] = (Object.keys(patch) as (keyof CompanySettingsPatch)[])
      .map((field) => ({ field, from: JSON.stringify(before[field]), to: JSON.stringify(next[field]) }))
      .filter((c) => c.from !== c.to);
    await this.audit.record(tx, {
      actorId,
      action: 'company.settings-changed',
      subjectType: 'company',
      subjectId: 'company',
      changes,
    });
    return fromRow(saved as SettingRow);
  }
}
