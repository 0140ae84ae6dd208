import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { InvalidInput, isLocale, isUuid, type Locale } from '@waymark/kernel';
import { Allow, CurrentViewer, writeXlsx, type Viewer } from '@waymark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { QUESTION_STATUSES, QUESTION_TYPES, QUESTION_USES } from '../question/question.js';
import { CODE, FORMATS, heldBy } from './neutral.js';
import { QuestionExports } from './question-exports.service.js';
import { QuestionImports } from './question-imports.service.js';
import { QUESTION_FILE_LIMITS } from './read.js';
import { sheetOf, writeSheetRows } from './sheet.js';
import { templateQuestions } from './template.js';
import { FILE_TYPES } from './write.js';

function attachment(reply: FastifyReply, name: string, type: string): void {
  void reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store');
}

function oneOf<T extends string>(list: readonly T[], value: string | undefined): T | undefined {
  if (!value) return undefined;
  const found = list.find((l) => l === value);
  if (!found) throw new InvalidInput('value-unknown', { value: value.slice(0, 60) });
  return found;
}

/** Questions in and out as files. */
@Controller('api')
export class InterchangeController {
  constructor(
    @Inject(QuestionImports) private readonly imports: QuestionImports,
    @Inject(QuestionExports) private readonly exports: QuestionExports,
  ) {}

  @Post('question-import')
  @Allow('assessment:edit')
  @HttpCode(201)
  async upload(
    @CurrentViewer() viewer: Viewer,
    @Query() query: Record<string, string | undefined>,
    @Req() request: FastifyRequest,
  ): Promise<{ importId: string }> {
    const bankId = query['bank'] ?? '';
    if (!isUuid(bankId)) throw new InvalidInput('id-invalid');
    const locale = this.locale(query['locale'], viewer);
    if (!request.isMultipart()) throw new InvalidInput('file-missing');
    // What is larger is cut off while it arrives and never held in memory as a whole.
    const part = await request.file({
      limits: { files: 1, fields: 2, fileSize: QUESTION_FILE_LIMITS.maxBytes + 1 },
      throwFileSizeLimit: false,
    });
    if (!part) throw new InvalidInput('file-missing');
    const tags = (query['tags'] ?? '')
      .split(',')
      .filter((t) => t !== '')
      .slice(0, 10);
    return {
      importId: await this.imports.upload(viewer, part.filename, await part.toBuffer(), { bankId, locale, tags }),
    };
  }

  @Get('question-import/template.xlsx')
  @Allow('assessment:edit')
  async template(
    @CurrentViewer() viewer: Viewer,
    @Query('locale') locale: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const words = this.locale(locale, viewer);
    attachment(reply, 'questions-template.xlsx', FILE_TYPES.xlsx.type);
    return writeXlsx([
      sheetOf(
        templateQuestions(words).flatMap((q) => writeSheetRows(heldBy(q, 'xlsx'))),
        words,
      ),
    ]);
  }

  @Get('question-banks/:id/export')
  @Allow('assessment:edit')
  async export(
    @CurrentViewer() viewer: Viewer,
    @Param('id') bankId: string,
    @Query() query: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    if (!isUuid(bankId)) throw new InvalidInput('id-invalid');
    const format = oneOf(FORMATS, query['format']);
    if (!format) throw new InvalidInput('value-unknown', { value: '' });
    const [type, use, status] = [
      oneOf(QUESTION_TYPES, query['type']),
      oneOf(QUESTION_USES, query['use']),
      oneOf(QUESTION_STATUSES, query['status']),
    ];
    const difficulty = Number(query['difficulty'] ?? '');
    const tags = (query['tags'] ?? '')
      .split(',')
      .filter((t) => CODE.test(t))
      .slice(0, 20);
    const written = await this.exports.export(viewer, {
      format,
      locale: this.locale(query['locale'], viewer),
      filter: {
        bankId,
        ...(query['text'] ? { text: query['text'].slice(0, 200) } : {}),
        ...(tags.length > 0 ? { tags } : {}),
        ...(type ? { type } : {}),
        ...(use ? { use } : {}),
        ...(status ? { status } : {}),
        ...(Number.isInteger(difficulty) && difficulty >= 1 && difficulty <= 5 ? { difficulty } : {}),
      },
    });
    attachment(reply, `questions.${FILE_TYPES[format].extension}`, FILE_TYPES[format].type);
    return written.bytes;
  }

  private locale(given: string | undefined, viewer: Viewer): Locale {
    return given && isLocale(given) ? given : viewer.locale;
  }
}
