import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { Audit, PersonCards } from '@waymark/identity';
import { InvalidInput, isUuid } from '@waymark/kernel';
import { Allow, CurrentViewer, Db, writeXlsx, type Viewer } from '@waymark/platform';
import type { FastifyReply } from 'fastify';
import { LIGHTS } from './trainee-health.js';
import { COLUMNS, LIGHT_WORDS, listComma, reasonWords, SHEET } from './trainee-sheet.js';
import { Trainees } from './trainees.service.js';

function idOrNull(value: string | undefined): string | null {
  if (!value) return null;
  if (!isUuid(value)) throw new InvalidInput('id-invalid');
  return value;
}

/** What the dashboard lists, as a file. */
@Controller('api/learning')
export class TraineeExportController {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Trainees) private readonly trainees: Trainees,
    @Inject(PersonCards) private readonly cards: PersonCards,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  @Get('progress.xlsx')
  @Allow('learning:progress')
  async progress(
    @CurrentViewer() viewer: Viewer,
    @Query() query: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const light = LIGHTS.find((l) => l === query['light']) ?? null;
    const filter = {
      mapId: idOrNull(query['mapId']),
      orgUnitId: idOrNull(query['orgUnitId']),
      cohortId: idOrNull(query['cohortId']),
      mentorId: idOrNull(query['mentorId']),
      status: query['status'] === 'completed' || query['status'] === 'all' ? query['status'] : 'open',
      light,
    };
    const { locale } = viewer;
    const sheet = await this.db.transaction(async (tx) => {
      const list = await this.trainees.all(tx, viewer, filter);
      const cards = await this.cards.load(
        tx,
        list.flatMap((t) => [t.personId, ...(t.mentorId ? [t.mentorId] : [])]),
        locale,
      );
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'progress.exported',
        subjectType: 'progress',
        subjectId: filter.mapId ?? 'all',
        changes: [{ field: 'people', from: null, to: list.length }],
      });
      return list.map((t) => [
        cards.get(t.personId)?.name ?? '',
        cards.get(t.personId)?.unit ?? '',
        t.mapTitle,
        t.startDay,
        t.day,
        t.stageTitle,
        t.done,
        t.total,
        t.overdue,
        t.nextDueOn,
        t.lastProgressOn,
        LIGHT_WORDS[t.light][locale],
        reasonWords(t.reasons, locale),
        t.holdingNode,
        t.mentorId ? (cards.get(t.mentorId)?.name ?? '') : '',
        t.site,
        t.cohorts.join(listComma(locale)),
      ]);
    });
    const file = await writeXlsx([
      {
        name: SHEET[locale],
        columns: COLUMNS.map((c) => ({ heading: c.heading[locale], kind: c.kind })),
        rows: sheet,
      },
    ]);
    void reply
      .header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
      .header('content-disposition', 'attachment; filename="progress.xlsx"')
      .header('cache-control', 'no-store');
    return file;
  }
}
