import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { isLocale, type Locale } from '@waymark/kernel';
import { Allow, CurrentViewer, type Viewer } from '@waymark/platform';
import type { FastifyReply } from 'fastify';
import { Allowances } from './allowances.service.js';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const localeOf = (viewer: Viewer, asked: string | undefined): Locale =>
  asked && isLocale(asked) ? asked : viewer.locale;

function attach(reply: FastifyReply, name: string, type: string): void {
  void reply
    .header('content-type', type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store');
}

@Controller('api/mentoring')
export class AllowanceController {
  constructor(@Inject(Allowances) private readonly allowances: Allowances) {}

  @Get('allowance.xlsx')
  @Allow('mentoring:allowance')
  async xlsx(
    @CurrentViewer() viewer: Viewer,
    @Query('month') month: string | undefined,
    @Query('locale') locale: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const content = await this.allowances.xlsx(viewer, month ?? '', localeOf(viewer, locale));
    attach(reply, `mentoring-allowance-${month ?? ''}.xlsx`, XLSX);
    return content;
  }

  @Get('allowance.csv')
  @Allow('mentoring:allowance')
  async csv(
    @CurrentViewer() viewer: Viewer,
    @Query('month') month: string | undefined,
    @Query('locale') locale: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const content = await this.allowances.csv(viewer, month ?? '', localeOf(viewer, locale));
    attach(reply, `mentoring-allowance-${month ?? ''}.csv`, 'text/csv; charset=utf-8');
    return content;
  }
}
