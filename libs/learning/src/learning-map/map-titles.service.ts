import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { pickText } from '@waymark/kernel';
import { rows, SubjectTitles, Texts, type TitleLookup } from '@waymark/platform';

const NEWEST = `select distinct on (v.map_id) v.map_id::text as id, v.id as "versionId" from map_version v
  where v.map_id::text = any($1) order by v.map_id, v.number desc`;
const ASSIGNED = `select a.id::text as id, a.target_kind as type, a.target_id as "targetId", a.target_code as code from assignment a
  where a.id::text = any($1)`;
const ENROLLED = `select e.id::text as id, e.version_id as "versionId" from enrolment e where e.id::text = any($1)`;

const REASONS = `select x.id::text as id, x.reason from node_exception x where x.id::text = any($1) and x.reason <> ''`;

/** What maps are called, for lists that know only the id of a map, an enrolment or an assignment. Stages and nodes are texts' own subjects. */
@Injectable()
export class MapTitles implements OnModuleInit {
  constructor(
    @Inject(SubjectTitles) private readonly titles: SubjectTitles,
    @Inject(Texts) private readonly texts: Texts,
  ) {}

  onModuleInit(): void {
    this.titles.register('learning-map', this.byVersion(NEWEST));
    this.titles.register('map', this.byVersion(NEWEST));
    this.titles.register('enrolment', this.byVersion(ENROLLED));
    // An export of progress names the map it was cut to.
    this.titles.register('progress', this.byVersion(NEWEST));
    // The words of a decision are its title: for the news that tells the person of it.
    this.titles.register('node-decision', async (tx, ids) => {
      const found = await rows<{ id: string; reason: string }>(tx, REASONS, [ids]);
      return new Map(found.map((f) => [f.id, f.reason]));
    });
    this.titles.register('assignment', async (tx, ids, locale) => {
      const found = await rows<{ id: string; type: string; targetId: string | null; code: string }>(tx, ASSIGNED, [
        ids,
      ]);
      const targets = found.flatMap((f) => (f.targetId ? [{ type: f.type, id: f.targetId }] : []));
      const called = await this.titles.load(tx, targets, locale);
      return new Map(found.map((f) => [f.id, called.get(`${f.type}:${f.targetId}`) ?? f.code]));
    });
  }

  private byVersion(sql: string): TitleLookup {
    return async (tx, ids, locale) => {
      const found = await rows<{ id: string; versionId: string }>(tx, sql, [ids]);
      const texts = await this.texts.load(
        tx,
        found.map((f) => f.versionId),
      );
      return new Map(found.map((f) => [f.id, pickText(texts.get(f.versionId)?.['title'], locale)]));
    };
  }
}
