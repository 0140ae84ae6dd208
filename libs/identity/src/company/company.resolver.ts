import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { InvalidInput, isLocale, pickText, type Locale } from '@waymark/kernel';
import {
  Allow,
  Ctx,
  CurrentViewer,
  Db,
  eachInput,
  fromText,
  LocalDayScalar,
  Public,
  toText,
  type GqlContext,
  type Viewer,
} from '@waymark/platform';
import { PersonFiles } from '../person/person-files.service.js';
import { readerLocale } from '../reader-locale.js';
import { WorkCalendars } from '../work-calendar/work-calendar.service.js';
import { Settings, type CompanySettings, type CompanySettingsPatch } from './company-settings.service.js';
import {
  CompanyBrandModel,
  CompanySettingsInputModel,
  CompanySettingsModel,
  WorkCalendarExceptionInputModel,
  WorkCalendarExceptionModel,
  WorkCalendarImportModel,
} from './company.model.js';

const MAX_EXCEPTIONS = 400;
const MAX_CALENDAR_TEXT = 100_000;

function logoUrl(settings: CompanySettings): string | null {
  return settings.logoFileId ? `/files/${settings.logoFileId}` : null;
}

function toModel(settings: CompanySettings, locale: Locale): CompanySettingsModel {
  const { pointName, ...rest } = settings;
  return {
    ...rest,
    logoUrl: logoUrl(settings),
    pointNames: fromText(pointName),
    pointName: pickText(pointName, locale),
  };
}

@Resolver()
export class CompanyResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(WorkCalendars) private readonly calendars: WorkCalendars,
    @Inject(PersonFiles) private readonly files: PersonFiles,
  ) {}

  @Query(() => CompanyBrandModel)
  @Public()
  async companyBrand(
    @Args('locale', { type: () => String, nullable: true }) wanted: string | null,
    @Ctx() ctx: GqlContext,
  ): Promise<CompanyBrandModel> {
    const settings = await this.db.read((tx) => this.settings.get(tx));
    const locale = wanted && isLocale(wanted) ? wanted : readerLocale(ctx);
    return { ...settings, logoUrl: logoUrl(settings), pointName: pickText(settings.pointName, locale) };
  }

  @Query(() => CompanySettingsModel)
  @Allow('identity:see-settings')
  async companySettings(@CurrentViewer() viewer: Viewer): Promise<CompanySettingsModel> {
    return toModel(await this.db.read((tx) => this.settings.get(tx)), viewer.locale);
  }

  @Mutation(() => CompanySettingsModel)
  @Allow('identity:edit-settings')
  async saveCompanySettings(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: CompanySettingsInputModel,
  ): Promise<CompanySettingsModel> {
    const patch: CompanySettingsPatch = {};
    if (input.name) patch.name = input.name;
    if (input.logoFileId !== undefined) patch.logoFileId = input.logoFileId;
    if (input.colour) patch.colour = input.colour;
    if (input.languages) patch.languages = input.languages as Locale[];
    if (input.defaultLocale) patch.defaultLocale = input.defaultLocale as Locale;
    if (input.zone) patch.zone = input.zone;
    if (input.pointName) patch.pointName = toText(input.pointName);
    if (input.quietHours) patch.quietHours = { ...input.quietHours };
    if (input.weekend) patch.weekend = input.weekend;
    const saved = await this.db.transaction(async (tx) => {
      const before = await this.settings.get(tx);
      const after = await this.settings.save(tx, input.revision, patch, viewer.personId);
      if (before.logoFileId !== after.logoFileId) {
        if (after.logoFileId !== null) await this.files.attachLogo(tx, after.logoFileId, viewer.personId);
        await this.files.remove(tx, [before.logoFileId]);
      }
      return after;
    });
    return toModel(saved, viewer.locale);
  }

  @Query(() => [WorkCalendarExceptionModel])
  @Allow('identity:see-settings')
  async workCalendar(@Args('year', { type: () => Int }) year: number): Promise<WorkCalendarExceptionModel[]> {
    if (year < 1970 || year > 2200) throw new InvalidInput('year-out-of-range');
    return this.db.read((tx) => this.calendars.list(tx, year));
  }

  @Mutation(() => [WorkCalendarExceptionModel])
  @Allow('identity:edit-work-calendar')
  async saveWorkCalendarExceptions(
    @CurrentViewer() viewer: Viewer,
    @Args('exceptions', { type: () => [WorkCalendarExceptionInputModel] }, eachInput(WorkCalendarExceptionInputModel))
    exceptions: WorkCalendarExceptionInputModel[],
    @Args('remove', { type: () => [LocalDayScalar], nullable: true }) remove: string[] | null,
  ): Promise<WorkCalendarExceptionModel[]> {
    if (exceptions.length + (remove?.length ?? 0) > MAX_EXCEPTIONS)
      throw new InvalidInput('too-many', { max: MAX_EXCEPTIONS });
    if (new Set(exceptions.map((e) => e.day)).size !== exceptions.length) throw new InvalidInput('day-repeated');
    const list = exceptions.map((e) => ({ day: e.day, working: e.working, name: e.name || null }));
    return this.db.transaction(async (tx) => {
      await this.calendars.save(tx, list, remove ?? [], viewer.personId);
      const years = [
        ...new Set([...exceptions.map((e) => e.day), ...(remove ?? [])].map((d) => Number(d.slice(0, 4)))),
      ].sort();
      const lists = [];
      for (const year of years) lists.push(...(await this.calendars.list(tx, year)));
      return lists;
    });
  }

  @Mutation(() => WorkCalendarImportModel)
  @Allow('identity:edit-work-calendar')
  async importWorkCalendar(
    @CurrentViewer() viewer: Viewer,
    @Args('csv') csv: string,
  ): Promise<WorkCalendarImportModel> {
    if (csv.length > MAX_CALENDAR_TEXT) throw new InvalidInput('too-large');
    return this.db.transaction((tx) => this.calendars.importFile(tx, csv, viewer.personId));
  }
}
