import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import { isLocale, isUuid, localDayOf, NotFound, type Clock } from '@waymark/kernel';
import { Allow, can, CLOCK, CurrentViewer, Db, maybeOne, type Viewer } from '@waymark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MapDocuments } from './map-documents.service.js';

/** The compiled document of a version: fetched once, then served from the reader's cache. */
@Controller('api/maps')
export class MapDocumentController {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Get(':versionId/:locale')
  @Allow('signed-in')
  async document(
    @Param('versionId') versionId: string,
    @Param('locale') locale: string,
    @CurrentViewer() viewer: Viewer,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!isUuid(versionId) || !isLocale(locale)) throw new NotFound('map-version-unknown');
    const sealed = await this.db.read(async (tx) => {
      // Whoever walks it, whoever answers for somebody who walks it, and staff who read maps.
      const allowed = await maybeOne<{ revision: number }>(
        tx,
        `select v.text_revision as revision from map_version v where v.id = $1 and ($2
           or exists (select 1 from enrolment e where e.version_id = v.id and e.person_id = $3)
           or exists (select 1 from supervision s join enrolment e on e.person_id = s.person_id and e.version_id = v.id
                      where s.supervisor_id = $3 and s.from_day <= $4 and (s.to_day is null or s.to_day >= $4)))`,
        [versionId, can(viewer, 'learning:read-maps'), viewer.personId, localDayOf(this.clock.now(), viewer.zone)],
      );
      if (!allowed) throw new NotFound('map-version-unknown');
      return this.documents.seal(tx, versionId, locale, allowed.revision);
    });
    void reply
      .header('etag', sealed.etag)
      .header('cache-control', 'private, max-age=31536000, immutable')
      .header('vary', 'accept-encoding, cookie');
    if (request.headers['if-none-match'] === sealed.etag) return void reply.code(304).send();
    void reply.type('application/json; charset=utf-8');
    const accepts = String(request.headers['accept-encoding'] ?? '');
    if (/\bbr\b/.test(accepts)) return void reply.header('content-encoding', 'br').send(sealed.br);
    if (/\bgzip\b/.test(accepts)) return void reply.header('content-encoding', 'gzip').send(sealed.gzip);
    return void reply.header('content-encoding', 'identity').send(sealed.plain);
  }
}
