import { Controller, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { MultipartFile } from '@fastify/multipart';
import { InvalidInput } from '@waymark/kernel';
import { Allow, CurrentViewer, type Viewer } from '@waymark/platform';
import type { FastifyRequest } from 'fastify';
import { PERFORMANCE_LIMITS, PerformanceImports } from './performance-imports.service.js';

@Controller('api/mentoring')
export class PerformanceController {
  constructor(@Inject(PerformanceImports) private readonly imports: PerformanceImports) {}

  /** A CSV or .xlsx with employee numbers and figures; answers the import to look at before it is committed. */
  @Post('performance-import')
  @Allow('mentoring:performance')
  @HttpCode(201)
  async upload(
    @CurrentViewer() viewer: Viewer,
    @Query('period') period: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<{ importId: string }> {
    if (!request.isMultipart()) throw new InvalidInput('file-missing');
    const part: MultipartFile | undefined = await request.file({
      limits: { files: 1, fields: 2, fileSize: PERFORMANCE_LIMITS.maxBytes + 1 },
      throwFileSizeLimit: false,
    });
    if (!part) throw new InvalidInput('file-missing');
    return { importId: await this.imports.upload(viewer, period ?? '', await part.toBuffer()) };
  }
}
