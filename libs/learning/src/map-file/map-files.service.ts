import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, NotFound, type Locale } from '@waymark/kernel';
import { Db, maybeOne, type Tx } from '@waymark/platform';
import { LearningMapRepository } from '../learning-map/learning-map.repository.js';
import { LearningMaps } from '../learning-map/learning-maps.service.js';
import { targetKindOf, type MapDraft } from '../learning-map/learning-map.js';
import { MapTargets } from '../learning-map/map-targets.service.js';
import { MAP_FILE_FORMAT, MAP_FILE_VERSION, mapFileProblems, mapFileShape, readMapFile } from './map-file.js';
import type { MapFile, MapFileProblem } from './map-file.js';

export interface MapFileCheck {
  code: string | null;
  title: MapDraft['title'];
  stages: number;
  nodes: number;
  problems: MapFileProblem[];
  importable: boolean;
}

/** Maps out as files and in again. */
@Injectable()
export class MapFiles {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LearningMaps) private readonly maps: LearningMaps,
    @Inject(LearningMapRepository) private readonly repository: LearningMapRepository,
    @Inject(MapTargets) private readonly targets: MapTargets,
  ) {}

  /** The draft or, without one, the current version with its newest words. @throws NotFound 'map-unknown' */
  async export(tx: Tx, code: string): Promise<MapFile> {
    const map = await this.repository.byCode(tx, code);
    if (!map) throw new NotFound('map-unknown');
    const draft = await this.repository.draft(tx, map.id);
    if (!draft && !map.currentVersionId) throw new NotFound('map-unknown');
    const document = draft?.document ?? (await this.maps.currentDocument(tx, map.currentVersionId as string));
    const role = await maybeOne<{ code: string }>(tx, `select code from job_role where id = $1`, [map.jobRoleId]);
    // Parsed, so that the fields always stand in the order of the format.
    return mapFileShape.parse({
      format: MAP_FILE_FORMAT,
      version: MAP_FILE_VERSION,
      code: map.code,
      jobRole: role?.code ?? null,
      map: document,
    });
  }

  /** The dry run: what an import of `text` would do and everything that is wrong with it. Writes nothing. */
  async check(tx: Tx, text: string, code: string | null, locale: Locale): Promise<MapFileCheck> {
    return (await this.read(tx, text, code, locale)).check;
  }

  /** A new map with the file's map as its draft; `code` instead of the file's. @throws InvalidInput 'map-file-has-problems' */
  async import(actorId: string, text: string, code: string | null, locale: Locale): Promise<string> {
    const { file, check, jobRoleId } = await this.db.read((tx) => this.read(tx, text, code, locale));
    const blocking = check.problems.filter((p) => p.blocking);
    if (!file || blocking.length > 0) {
      throw new InvalidInput('map-file-has-problems', {
        count: blocking.length,
        places: blocking.slice(0, 20).map((p) => p.place),
      });
    }
    const wanted = code ?? file.code;
    await this.maps.create(actorId, { code: wanted, title: file.map.title, jobRoleId, document: file.map });
    return wanted;
  }

  private async read(tx: Tx, text: string, code: string | null, locale: Locale) {
    const { file, problems } = readMapFile(text);
    if (!file) {
      const check: MapFileCheck = { code: null, title: {}, stages: 0, nodes: 0, problems, importable: false };
      return { file, check, jobRoleId: null };
    }
    const wanted = file.map.nodes.flatMap((n) => {
      const kind = targetKindOf(n.kind);
      return kind && n.targetCode ? [{ kind, code: n.targetCode }] : [];
    });
    const found = await this.targets.resolve(tx, wanted, locale);
    problems.push(...mapFileProblems(file.map, (kind, target) => found.get(`${kind}:${target}`)?.status));
    const role = file.jobRole
      ? await maybeOne<{ id: string }>(tx, `select id from job_role where code = $1`, [file.jobRole])
      : null;
    if (file.jobRole && !role) {
      problems.push({
        place: 'jobRole',
        key: null,
        code: 'job-role-unknown',
        params: { role: file.jobRole },
        blocking: false,
      });
    }
    if (await this.repository.byCode(tx, code ?? file.code)) {
      problems.unshift({
        place: 'code',
        key: null,
        code: 'code-taken',
        params: { code: code ?? file.code },
        blocking: true,
      });
    }
    const check: MapFileCheck = {
      code: code ?? file.code,
      title: file.map.title,
      stages: file.map.stages.length,
      nodes: file.map.nodes.length,
      problems,
      importable: !problems.some((p) => p.blocking),
    };
    return { file, check, jobRoleId: role?.id ?? null };
  }
}
