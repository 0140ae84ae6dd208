import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, NotFound, type Locale } from '@waymark/kernel';
import { Db, maybeOne, type Tx } from '@waymark/platform';
import { LearningMapRepository, type DraftRow, type MapRow } from '../learning-map/learning-map.repository.js';
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
  /** The map that has the code, when the file could take the place of its draft. */
  replaces: {
    mapId: string;
    title: string;
    /** Null without a draft: then one is opened. */
    revision: number | null;
    updatedById: string | null;
    updatedAt: Date | null;
  } | null;
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
    if (!file || blocking.length > 0) throw hasProblems(blocking);
    const wanted = code ?? file.code;
    await this.maps.create(actorId, { code: wanted, title: file.map.title, jobRoleId, document: file.map });
    return wanted;
  }

  /**
   * The file's map as the draft of the map that has the code; versions and the job role stay.
   * @param revision the draft that was looked at; null when there was none
   * @throws InvalidInput 'map-file-has-problems'; NotFound 'map-unknown'; Conflict when the draft is another one by now
   */
  async replace(
    actorId: string,
    text: string,
    code: string | null,
    revision: number | null,
    locale: Locale,
  ): Promise<{ code: string; draft: DraftRow }> {
    const { file, map, check } = await this.db.read((tx) => this.read(tx, text, code, locale));
    const blocking = check.problems.filter((p) => p.blocking && p.code !== 'code-taken');
    if (!file || blocking.length > 0) throw hasProblems(blocking);
    if (!map) throw new NotFound('map-unknown');
    return { code: map.code, draft: await this.maps.replaceDraft(actorId, map.id, revision, file.map) };
  }

  private async read(tx: Tx, text: string, code: string | null, locale: Locale) {
    const { file, problems } = readMapFile(text);
    if (!file) {
      const nothing = { code: null, title: {}, stages: 0, nodes: 0 };
      const check: MapFileCheck = { ...nothing, problems, importable: false, replaces: null };
      return { file, check, jobRoleId: null, map: null };
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
    const map = await this.repository.byCode(tx, code ?? file.code);
    const replaces =
      map && map.status !== 'archived' && !problems.some((p) => p.blocking)
        ? await this.draftOf(tx, map, locale)
        : null;
    if (map) {
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
      replaces,
    };
    return { file, check, jobRoleId: role?.id ?? null, map };
  }

  private async draftOf(tx: Tx, map: MapRow, locale: Locale): Promise<MapFileCheck['replaces']> {
    const draft = await this.repository.draft(tx, map.id);
    return {
      mapId: map.id,
      title: (await this.repository.titles(tx, [map.code], locale)).get(map.code) ?? map.code,
      revision: draft?.revision ?? null,
      updatedById: draft?.updatedBy ?? null,
      updatedAt: draft?.updatedAt ?? null,
    };
  }
}

function hasProblems(blocking: readonly MapFileProblem[]): InvalidInput {
  return new InvalidInput('map-file-has-problems', {
    count: blocking.length,
    places: blocking.slice(0, 20).map((p) => p.place),
  });
}
