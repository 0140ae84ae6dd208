import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { Forbidden, InvalidInput, isUuid, NotFound } from '@waymark/kernel';
import { Allow, CurrentViewer, Db, writeXlsx, type Viewer } from '@waymark/platform';
import type { FastifyReply } from 'fastify';
import { SkillExports } from '../competency/skill-export.service.js';
import { TalentFileTables } from '../talent-file/talent-file-tables.service.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

function attachment(reply: FastifyReply, name: string): void {
  void reply
    .header('content-type', XLSX)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store');
}

function idOrNull(value: string | undefined): string | null {
  if (!value) return null;
  if (!isUuid(value)) throw new InvalidInput('id-invalid');
  return value;
}

/** Skills and talent files as tables to take away; each is on record. */
@Controller('api')
export class CareerController {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(SkillExports) private readonly skills: SkillExports,
    @Inject(TalentFileTables) private readonly files: TalentFileTables,
  ) {}

  @Get('skills.xlsx')
  @Allow('identity:see-skills')
  async skillTable(
    @CurrentViewer() viewer: Viewer,
    @Query() query: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const filter = {
      orgUnitId: idOrNull(query['orgUnitId']),
      jobRoleId: idOrNull(query['jobRoleId']),
      text: query['text']?.slice(0, 100) ?? null,
      gapIn: idOrNull(query['gapIn']),
      onlyGaps: query['onlyGaps'] === 'true',
    };
    const sheets = await this.db.transaction((tx) => this.skills.sheets(tx, viewer, filter));
    attachment(reply, 'skills.xlsx');
    return writeXlsx(sheets);
  }

  @Get('talent-files/:id')
  @Allow('signed-in')
  async talentFile(
    @CurrentViewer() viewer: Viewer,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    if (!isUuid(id)) throw new NotFound('person-unknown');
    // Somebody who looks as this person is not given the person's file.
    if (viewer.viewAsBy) throw new Forbidden('view-as-read-only');
    const sheets = await this.db.transaction((tx) => this.files.sheets(tx, viewer, id));
    attachment(reply, 'talent-file.xlsx');
    return writeXlsx(sheets);
  }
}
