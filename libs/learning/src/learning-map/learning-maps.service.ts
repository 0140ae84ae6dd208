import { Inject, Injectable } from '@nestjs/common';
import { Audit } from '@waymark/identity';
import {
  Conflict,
  InvalidInput,
  newId,
  NotFound,
  RuleViolation,
  type Clock,
  type Locale,
  type Text,
} from '@waymark/kernel';
import { CLOCK, Db, maybeOne, Texts, type Tx, type Viewer } from '@waymark/platform';
import { MapMoves } from '../map-move/map-moves.service.js';
import { emptyDraft } from './empty-draft.js';
import { LearningMapRepository, type DraftRow, type MapRow } from './learning-map.repository.js';
import { targetKindOf, type DraftNode, type MapDraft, type TargetKind } from './learning-map.js';
import { mapDifferences, type MapDifference } from './map-change.js';
import { parseMapDraft } from './map-draft.parse.js';
import { isRequired, mapProblems, type MapProblem } from './map-problem.js';
import { structureOf } from './map-structure.js';
import { MapTargets, type MapTarget } from './map-targets.service.js';

export interface PublishPreview {
  number: number;
  problems: MapProblem[];
  changes: MapDifference[];
  openEnrolments: number;
  /** Nodes that people in flight have completed and that the new version keeps, counted per person. */
  completedKept: number;
  newNodes: number;
  droppedNodes: number;
  /** Minutes of required nodes in the current version and in the draft. */
  minutesBefore: number;
  minutesAfter: number;
}
export interface PublishInput {
  summary: string;
  /** People in flight stay, all move with their progress, or those of `enrolmentIds`. */
  move: 'none' | 'all' | 'some';
  enrolmentIds?: readonly string[];
  /** Whose scope limits who moves; everybody when left out. */
  viewer?: Viewer;
}

/** Drafts and versions of learning maps. */
@Injectable()
export class LearningMaps {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LearningMapRepository) private readonly maps: LearningMapRepository,
    @Inject(MapTargets) private readonly targets: MapTargets,
    @Inject(Texts) private readonly texts: Texts,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(MapMoves) private readonly moves: MapMoves,
  ) {}

  /** A new map with an empty draft, or with `document` as its draft. @throws Conflict 'code-taken' */
  async create(
    actorId: string | null,
    input: { code: string; title: Text; jobRoleId?: string | null; document?: MapDraft },
  ): Promise<string> {
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(input.code)) throw new InvalidInput('code-invalid');
    const document = input.document ?? emptyDraft(input.title);
    return this.db.transaction(async (tx) => {
      const id = newId();
      const now = this.clock.now();
      if (input.jobRoleId && !(await maybeOne(tx, `select 1 from job_role where id = $1`, [input.jobRoleId]))) {
        throw new InvalidInput('job-role-unknown');
      }
      const fresh = await this.maps.insert(tx, {
        id,
        code: input.code,
        jobRoleId: input.jobRoleId ?? null,
        createdBy: actorId,
        now,
      });
      if (!fresh) throw new Conflict('code-taken', { code: input.code });
      await this.maps.insertDraft(tx, { mapId: id, document, basedOn: null, by: actorId, now });
      await this.audit.record(tx, {
        actorId,
        action: 'map.created',
        subjectType: 'learning-map',
        subjectId: id,
        changes: [{ field: 'code', from: null, to: input.code }],
      });
      return id;
    });
  }

  /** A new map whose draft is the other's draft or, without one, its current version. */
  async copy(actorId: string, mapId: string, input: { code: string; title: Text }): Promise<string> {
    const { document, jobRoleId } = await this.db.read(async (tx) => {
      const map = await this.find(tx, mapId);
      const draft = await this.maps.draft(tx, mapId);
      if (!draft && !map.currentVersionId) throw new NotFound('map-unknown');
      return {
        jobRoleId: map.jobRoleId,
        document: draft?.document ?? (await this.currentDocument(tx, map.currentVersionId as string)),
      };
    });
    return this.create(actorId, {
      code: input.code,
      title: input.title,
      jobRoleId,
      document: { ...document, title: input.title },
    });
  }

  async archive(actorId: string, mapId: string): Promise<void> {
    await this.db.transaction(async (tx) => {
      const map = await this.maps.lock(tx, mapId);
      if (!map) throw new NotFound('map-unknown');
      if (map.status === 'archived') return;
      await this.maps.setStatus(tx, mapId, 'archived', this.clock.now());
      await this.audit.record(tx, {
        actorId,
        action: 'map.archived',
        subjectType: 'learning-map',
        subjectId: mapId,
        changes: [{ field: 'status', from: map.status, to: 'archived' }],
      });
    });
  }

  async find(tx: Tx, mapId: string): Promise<MapRow> {
    const map = await this.maps.byId(tx, mapId);
    if (!map) throw new NotFound('map-unknown');
    return map;
  }

  /** Opens a draft from the current version; the draft there is when somebody already did. */
  async startDraft(actorId: string | null, mapId: string): Promise<DraftRow> {
    return this.db.transaction(async (tx) => {
      const map = await this.find(tx, mapId);
      if (!map.hasDraft) {
        const document = map.currentVersionId ? await this.currentDocument(tx, map.currentVersionId) : emptyDraft({});
        await this.maps.insertDraft(tx, {
          mapId,
          document,
          basedOn: map.currentVersionId,
          by: actorId,
          now: this.clock.now(),
        });
      }
      return (await this.maps.draft(tx, mapId)) as DraftRow;
    });
  }

  /** @throws Conflict 'changed-meanwhile' {by, at, revision} or 'map-published-meanwhile' {by, at, number} when somebody was first */
  async saveDraft(actorId: string | null, mapId: string, revision: number, value: unknown): Promise<DraftRow> {
    const document = parseMapDraft(value);
    return this.db.transaction(async (tx) => {
      const saved = await this.maps.saveDraft(tx, mapId, revision, document, actorId, this.clock.now());
      if (!saved) throw await this.stale(tx, mapId);
      return (await this.maps.draft(tx, mapId)) as DraftRow;
    });
  }

  /**
   * Puts another document in the place of the draft, or opens a draft with it.
   * @param revision of the draft that goes; null when there is none
   * @throws NotFound 'map-unknown' also of an archived one; Conflict 'changed-meanwhile', 'map-published-meanwhile'
   */
  async replaceDraft(actorId: string, mapId: string, revision: number | null, document: MapDraft): Promise<DraftRow> {
    return this.db.transaction(async (tx) => {
      const map = await this.maps.lock(tx, mapId);
      if (!map || map.status === 'archived') throw new NotFound('map-unknown');
      const now = this.clock.now();
      const written =
        revision === null
          ? await this.maps.insertDraft(tx, { mapId, document, basedOn: map.currentVersionId, by: actorId, now })
          : await this.maps.saveDraft(tx, mapId, revision, document, actorId, now);
      if (!written) throw await this.stale(tx, mapId);
      const draft = (await this.maps.draft(tx, mapId)) as DraftRow;
      await this.audit.record(tx, {
        actorId,
        action: 'map.draft-replaced',
        subjectType: 'learning-map',
        subjectId: mapId,
        changes: [{ field: 'revision', from: revision, to: draft.revision }],
      });
      return draft;
    });
  }

  async discardDraft(actorId: string, mapId: string, revision: number): Promise<void> {
    await this.db.transaction(async (tx) => {
      const map = await this.find(tx, mapId);
      if (!map.currentVersionId) throw new RuleViolation('map-has-no-version');
      if (!(await this.maps.deleteDraft(tx, mapId, revision, 'discarded'))) throw await this.stale(tx, mapId);
      await this.audit.record(tx, {
        actorId,
        action: 'map.draft-discarded',
        subjectType: 'learning-map',
        subjectId: mapId,
      });
    });
  }

  async problems(tx: Tx, document: MapDraft, locale: Locale = 'zh-CN'): Promise<MapProblem[]> {
    const targets = await this.targetsOf(tx, document.nodes, locale);
    return mapProblems(document, (kind, code) => targets.get(`${kind}:${code}`)?.status);
  }

  async publishPreview(tx: Tx, mapId: string, locale: Locale): Promise<PublishPreview> {
    const draft = await this.maps.draft(tx, mapId);
    if (!draft) throw new NotFound('map-draft-unknown');
    const map = await this.find(tx, mapId);
    const before = map.currentVersionId ? await this.currentDocument(tx, map.currentVersionId) : null;
    const [latest] = await this.maps.versions(tx, [mapId]);
    const changes = mapDifferences(before, draft.document, locale);
    const nodes = (kind: MapDifference['kind']): number =>
      changes.filter((c) => c.of === 'node' && c.kind === kind).length;
    return {
      number: (latest?.number ?? 0) + 1,
      problems: await this.problems(tx, draft.document),
      changes,
      openEnrolments: map.openEnrolments,
      completedKept: await this.maps.completedKept(
        tx,
        mapId,
        draft.document.nodes.map((n) => n.key),
      ),
      newNodes: nodes('added'),
      droppedNodes: nodes('removed'),
      minutesBefore: before ? requiredMinutes(before) : 0,
      minutesAfter: requiredMinutes(draft.document),
    };
  }

  /** What a version changed against another one of the same map; against nothing when `fromId` is left out. */
  async versionDifferences(
    tx: Tx,
    mapId: string,
    fromId: string | null,
    toId: string,
    locale: Locale,
  ): Promise<MapDifference[]> {
    const known = new Set((await this.maps.versions(tx, [mapId])).map((v) => v.id));
    if (!known.has(toId) || (fromId !== null && !known.has(fromId))) throw new NotFound('map-version-unknown');
    const before = fromId ? await this.currentDocument(tx, fromId) : null;
    return mapDifferences(before, await this.currentDocument(tx, toId), locale);
  }

  /**
   * Freezes the draft as the next version. New enrolments pin it; those in flight stay or move with their progress.
   * @throws RuleViolation 'map-has-problems' {codes, nodes}; Conflict 'changed-meanwhile', 'map-published-meanwhile'
   */
  async publish(actorId: string | null, mapId: string, input: PublishInput & { revision: number }): Promise<string> {
    return this.db.transaction(async (tx) => {
      const map = await this.maps.lock(tx, mapId);
      if (!map) throw new NotFound('map-unknown');
      const draft = await this.maps.draft(tx, mapId, true);
      if (!draft || draft.revision !== input.revision) throw await this.stale(tx, mapId);
      const versionId = await this.freeze(tx, actorId, mapId, draft.document, input, null);
      await this.maps.deleteDraft(tx, mapId, draft.revision, 'published');
      return versionId;
    });
  }

  /**
   * Publishes an older version again, as a new one. A draft that somebody works on stays.
   * @throws RuleViolation 'map-version-current', 'map-has-problems'
   */
  async rollBack(actorId: string | null, mapId: string, versionId: string, input: PublishInput): Promise<string> {
    return this.db.transaction(async (tx) => {
      const map = await this.maps.lock(tx, mapId);
      if (!map) throw new NotFound('map-unknown');
      const known = (await this.maps.versions(tx, [mapId])).some((v) => v.id === versionId);
      if (!known) throw new NotFound('map-version-unknown');
      if (map.currentVersionId === versionId) throw new RuleViolation('map-version-current');
      return this.freeze(tx, actorId, mapId, await this.currentDocument(tx, versionId), input, versionId);
    });
  }

  private async freeze(
    tx: Tx,
    actorId: string | null,
    mapId: string,
    document: MapDraft,
    input: PublishInput,
    restoredFromId: string | null,
  ): Promise<string> {
    const summary = input.summary.trim();
    if (summary === '') throw new InvalidInput('summary-required');
    const targets = await this.targetsOf(tx, document.nodes, 'zh-CN');
    const errors = mapProblems(document, (kind, code) => targets.get(`${kind}:${code}`)?.status).filter(
      (p) => p.severity === 'error',
    );
    if (errors.length > 0) {
      throw new RuleViolation('map-has-problems', {
        codes: [...new Set(errors.map((e) => e.code))],
        nodes: [...new Set(errors.flatMap((e) => e.nodeKeys))],
      });
    }
    const structure = structureOf(document);
    const [latest] = await this.maps.versions(tx, [mapId]);
    const versionId = newId();
    const stageIds = structure.stages.map(() => newId());
    const nodeIds = structure.nodes.map(() => newId());
    const number = (latest?.number ?? 0) + 1;
    await this.maps.insertVersion(tx, {
      id: versionId,
      mapId,
      number,
      document,
      structure,
      stageIds,
      nodeIds,
      targetIds: structure.nodes.map(({ draft: n }) => targets.get(`${n.kind}:${n.targetCode}`)?.id ?? null),
      summary,
      publishedBy: actorId,
      publishedAt: this.clock.now(),
      restoredFromId,
    });
    await this.texts.setMany(
      tx,
      [
        { subjectId: versionId, fields: { title: document.title, summary: document.summary } },
        ...structure.stages.map((s, i) => ({
          subjectId: stageIds[i] as string,
          fields: { title: s.title, goal: s.goal },
        })),
        ...structure.nodes.map(({ draft: n }, i) => ({
          subjectId: nodeIds[i] as string,
          fields: { title: n.title, summary: n.summary, body: n.body },
        })),
      ],
      actorId,
    );
    await this.audit.record(tx, {
      actorId,
      action: 'map.published',
      subjectType: 'learning-map',
      subjectId: mapId,
      changes: [
        { field: 'version', from: latest?.number ?? null, to: number },
        ...(restoredFromId ? [{ field: 'restored-from', from: null, to: restoredFromId }] : []),
      ],
    });
    if (input.move !== 'none') {
      await this.moves.start(tx, input.viewer ?? null, {
        mapId,
        versionId,
        chosen: input.move === 'all' ? 'all' : (input.enrolmentIds ?? []),
        actorId,
      });
    }
    return versionId;
  }

  /** Corrects words of a published node without a new version: the same sense, another spelling or language. */
  async correctNodeText(
    actorId: string,
    versionId: string,
    nodeKey: string,
    fields: { title?: Text; summary?: Text; body?: Text },
  ): Promise<void> {
    await this.db.transaction(async (tx) => {
      const subject = (await this.maps.textSubjects(tx, versionId)).find((s) => s.kind === 'node' && s.key === nodeKey);
      if (!subject) throw new NotFound('map-node-unknown');
      const given = Object.fromEntries(Object.entries(fields).filter((f): f is [string, Text] => f[1] !== undefined));
      await this.texts.set(tx, subject.id, given, actorId);
      await this.maps.bumpTextRevision(tx, versionId);
      await this.audit.record(tx, {
        actorId,
        action: 'map.text-corrected',
        subjectType: 'map-version',
        subjectId: versionId,
        changes: [{ field: nodeKey, from: null, to: Object.keys(given).join(', ') }],
      });
    });
  }

  /** The version's document with the newest words over those it was published with. */
  async currentDocument(tx: Tx, versionId: string): Promise<MapDraft> {
    const document = await this.maps.versionDocument(tx, versionId);
    const subjects = await this.maps.textSubjects(tx, versionId);
    const texts = await this.texts.load(tx, [versionId, ...subjects.map((s) => s.id)]);
    const wordsOf = (kind: 'stage' | 'node', key: string): Record<string, Text> => {
      const subject = subjects.find((s) => s.kind === kind && s.key === key);
      return (subject && texts.get(subject.id)) ?? {};
    };
    return {
      ...document,
      ...texts.get(versionId),
      stages: document.stages.map((s) => ({ ...s, ...wordsOf('stage', s.key) })),
      nodes: document.nodes.map((n) => ({ ...n, ...wordsOf('node', n.key) })),
    };
  }

  targetsOf(tx: Tx, nodes: readonly DraftNode[], locale: Locale): Promise<Map<string, MapTarget>> {
    const wanted = nodes.flatMap((n): { kind: TargetKind; code: string }[] => {
      const kind = targetKindOf(n.kind);
      return kind && n.targetCode ? [{ kind, code: n.targetCode }] : [];
    });
    return this.targets.resolve(tx, wanted, locale);
  }

  private async stale(tx: Tx, mapId: string): Promise<Conflict | NotFound> {
    const now = await maybeOne<{ revision: number; name: string | null; at: Date }>(
      tx,
      `select d.revision, p.name, d.updated_at as at from map_draft d left join person_profile p on p.person_id = d.updated_by where d.map_id = $1`,
      [mapId],
    );
    if (!now) {
      const last = await this.maps.lastEnd(tx, mapId);
      if (last?.end !== 'published') return new NotFound('map-draft-unknown');
      return new Conflict('map-published-meanwhile', {
        by: last.by,
        at: last.at?.toISOString() ?? null,
        number: last.number,
      });
    }
    return new Conflict('changed-meanwhile', { by: now.name, at: now.at.toISOString(), revision: now.revision });
  }
}

function requiredMinutes(map: Pick<MapDraft, 'nodes'>): number {
  return map.nodes.reduce((sum, n) => sum + (isRequired(n) ? n.minutes : 0), 0);
}
