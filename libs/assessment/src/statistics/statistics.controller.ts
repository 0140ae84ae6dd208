import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { InvalidInput, isUuid, NotFound } from '@waymark/kernel';
import { Allow, CurrentViewer, writeXlsx, type TableSheet, type Viewer } from '@waymark/platform';
import type { FastifyReply } from 'fastify';
import { StatisticsViews, type AssessmentStatisticsView } from './statistics-views.service.js';
import { STATISTICS_WORDS } from './statistics-words.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Rounded for the eye; the screen rounds further. */
const round = (x: number | null | undefined): number | null =>
  x === null || x === undefined ? null : Number(x.toFixed(4));

function sheetsOf(view: AssessmentStatisticsView, locale: Viewer['locale']): TableSheet[] {
  const { words: w, flags, problems } = STATISTICS_WORDS[locale];
  const { test } = view;
  const numbers = (...headings: string[]): TableSheet['columns'] =>
    headings.map((heading) => ({ heading, kind: 'number' as const }));
  return [
    {
      name: w.exam,
      columns: [
        { heading: w.measure, width: 28 },
        { heading: w.value, width: 28 },
      ],
      rows: [
        [w.title, view.title],
        [w.version, view.version.number],
        [w.attempts, view.attempts === 'first' ? w.first : w.all],
        [w.people, test?.people],
        [w.mean, round(test?.mean)],
        [w.median, round(test?.median)],
        [w.sd, round(test?.sd)],
        [w.skewness, round(test?.skewness)],
        [w.kurtosis, round(test?.kurtosis)],
        [w.alpha, round(test?.alpha)],
        [w.sem, round(test?.sem)],
        [w.computedAt, test?.computedAt.toISOString().slice(0, 16).replace('T', ' ')],
      ],
    },
    {
      name: w.questions,
      columns: [
        { heading: w.code, width: 18 },
        { heading: w.version, kind: 'number' },
        { heading: w.question, width: 50 },
        ...numbers(
          w.answered,
          w.blanks,
          w.facility,
          w.sd,
          w.discrimination,
          w.efficiency,
          w.itemRest,
          w.itemTotal,
          w.intendedWeight,
          w.effectiveWeight,
        ),
        { heading: w.flags, width: 40 },
        ...numbers(w.slope, w.slopeError, w.difficulty, w.difficultyError),
        { heading: w.problem, width: 26 },
      ],
      rows: view.items.map((i) => [
        i.code,
        i.versionNumber,
        i.stem,
        i.answered,
        i.blanks,
        round(i.facility),
        round(i.sd),
        round(i.discrimination),
        round(i.efficiency),
        round(i.itemRest),
        round(i.itemTotal),
        round(i.intendedWeight),
        round(i.effectiveWeight),
        i.flags.map((f) => flags[f.code].replace('{c}', f.letter ?? '')).join('; '),
        round(i.calibration?.a),
        round(i.calibration?.aSe),
        round(i.calibration?.b),
        round(i.calibration?.bSe),
        i.calibration?.problem ? problems[i.calibration.problem] : null,
      ]),
    },
    {
      name: w.choices,
      columns: [
        { heading: w.code, width: 18 },
        { heading: w.choice },
        { heading: w.text, width: 40 },
        { heading: w.right },
        ...numbers(w.count, w.share, w.lower, w.middle, w.upper, w.correlation),
      ],
      rows: view.items.flatMap((i) =>
        i.choices.map((c) => [
          i.code,
          c.letter,
          c.text,
          c.right ? '✓' : null,
          c.count,
          round(c.share),
          round(c.lower),
          round(c.middle),
          round(c.upper),
          round(c.correlation),
        ]),
      ),
    },
  ];
}

/** Statistics as a table to take away. No person stands in it. */
@Controller('api')
export class StatisticsController {
  constructor(@Inject(StatisticsViews) private readonly views: StatisticsViews) {}

  @Get('assessments/:id/statistics.xlsx')
  @Allow('assessment:read-bank')
  async statistics(
    @CurrentViewer() viewer: Viewer,
    @Param('id') id: string,
    @Query() query: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    if (!isUuid(id)) throw new NotFound('assessment-not-found');
    const versionId = query['versionId'] ?? null;
    if (versionId !== null && !isUuid(versionId)) throw new InvalidInput('id-invalid');
    const attempts = query['attempts'] === 'all' ? 'all' : 'first';
    const view = await this.views.ofAssessment(id, versionId, attempts, viewer.locale);
    void reply
      .header('content-type', XLSX)
      .header('content-disposition', `attachment; filename="statistics-${view.code}.xlsx"`)
      .header('cache-control', 'no-store');
    return writeXlsx(sheetsOf(view, viewer.locale));
  }
}
