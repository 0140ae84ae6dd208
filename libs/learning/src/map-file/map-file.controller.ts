import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { Allow, Db } from '@waymark/platform';
import type { FastifyReply } from 'fastify';
import { MapFiles } from './map-files.service.js';

/** A map as a file, to keep, to compare, or to take to another company. */
@Controller('api/map-files')
export class MapFileController {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(MapFiles) private readonly files: MapFiles,
  ) {}

  @Get(':code')
  @Allow('learning:read-maps')
  async file(@Param('code') code: string, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.db.read((tx) => this.files.export(tx, code));
    await reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', `attachment; filename="${file.code}.waymark-map.json"`)
      .header('cache-control', 'private, no-store')
      .send(`${JSON.stringify(file, null, 2)}\n`);
  }
}
