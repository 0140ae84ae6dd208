import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { isLocale } from '@waymark/kernel';
import { Allow, CurrentViewer, type Viewer } from '@waymark/platform';
import type { FastifyReply } from 'fastify';
import { Allowances } from './allowances.service.js';

@Controller('api/mentoring')
export class AllowanceController {
  constructor(@Inject(Allowances) private readonly allowances: Allowances) {}

  @Get('allowance.xlsx')
  @Allow('mentoring:allowance')
  async file(
    @CurrentViewer() viewer: Viewer,
    @Query('month') month: string | undefined,
    @Query('locale') locale: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const content = await this.allowances.xlsx(
      viewer,
      month ?? '',
      locale && isLocale(locale) ? locale : viewer.locale,
    );
    void reply
      .header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
      .header('content-disposition', `attachment; filename="mentoring-allowance-${month ?? ''}.xlsx"`)
      .header('cache-control', 'no-store');
    return content;
  }
}
