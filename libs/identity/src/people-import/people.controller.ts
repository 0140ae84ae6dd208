import { Controller, Get, Header, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import type { MultipartFile } from '@fastify/multipart';
import { Forbidden, InvalidInput, isLocale, isUuid } from '@waymark/kernel';
import { Allow, CurrentViewer, Db, writeXlsx, type Viewer } from '@waymark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Scope } from '../grant/scope.service.js';
import { PersonData } from '../person/person-data.service.js';
import { PeopleExports } from './people-export.service.js';
import { IMPORT_LIMITS, PeopleImports } from './people-import.service.js';
import { templateSheets } from './people-tables.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function attachment(reply: FastifyReply, name: string, type: string): void {
  void reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store');
}

function idOrNull(value: string | undefined): string | null {
  if (!value) return null;
  if (!isUuid(value)) throw new InvalidInput('id-invalid');
  return value;
}

/** People lists in and out as files. */
@Controller('api')
export class PeopleController {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(PeopleImports) private readonly imports: PeopleImports,
    @Inject(PeopleExports) private readonly exports: PeopleExports,
    @Inject(PersonData) private readonly data: PersonData,
    @Inject(Scope) private readonly scope: Scope,
  ) {}

  @Post('people-import')
  @Allow('identity:import-people')
  @HttpCode(201)
  async upload(@CurrentViewer() viewer: Viewer, @Req() request: FastifyRequest): Promise<{ importId: string }> {
    if (!request.isMultipart()) throw new InvalidInput('file-missing');
    const part: MultipartFile | undefined = await request.file({
      limits: { files: 1, fields: 2, fileSize: IMPORT_LIMITS.maxBytes + 1 },
      throwFileSizeLimit: false,
    });
    if (!part) throw new InvalidInput('file-missing');
    return { importId: await this.imports.upload(viewer, part.filename, await part.toBuffer()) };
  }

  @Get('people-import/template.xlsx')
  @Allow('identity:import-people')
  async template(
    @CurrentViewer() viewer: Viewer,
    @Query('locale') locale: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    attachment(reply, 'people-template.xlsx', XLSX);
    return writeXlsx(templateSheets(locale && isLocale(locale) ? locale : viewer.locale));
  }

  @Get('people/export.xlsx')
  @Allow('identity:export-people')
  async exportPeople(
    @CurrentViewer() viewer: Viewer,
    @Query() query: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const filter = {
      text: query['text']?.slice(0, 100) ?? null,
      status: query['status'] === 'active' || query['status'] === 'left' ? query['status'] : null,
      orgUnitId: idOrNull(query['orgUnitId']),
      jobRoleId: idOrNull(query['jobRoleId']),
      tagId: idOrNull(query['tagId']),
      cohortId: idOrNull(query['cohortId']),
    } as const;
    const file = await this.db.transaction((tx) => this.exports.xlsx(tx, viewer, filter));
    attachment(reply, 'people.xlsx', XLSX);
    return file;
  }

  @Get('people/:id/export.json')
  @Allow('identity:export-people')
  async exportPerson(
    @CurrentViewer() viewer: Viewer,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    if (!isUuid(id)) throw new InvalidInput('id-invalid');
    const data = await this.db.transaction(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, id, ['identity:export-people']);
      return this.data.exportOf(tx, id, viewer.personId);
    });
    attachment(reply, 'person.json', 'application/json; charset=utf-8');
    return data;
  }

  @Get('me/export.json')
  @Allow('signed-in')
  @Header('cache-control', 'no-store')
  async exportMe(
    @CurrentViewer() viewer: Viewer,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Record<string, unknown>> {
    // Somebody who looks as this person is not given the person's file.
    if (viewer.viewAsBy) throw new Forbidden('view-as-read-only');
    const data = await this.db.transaction((tx) => this.data.exportOf(tx, viewer.personId, viewer.personId));
    attachment(reply, 'me.json', 'application/json; charset=utf-8');
    return data;
  }
}
