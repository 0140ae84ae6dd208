import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { Inject, Injectable } from '@nestjs/common';
import { NotFound, pickText, type Locale } from '@waymark/kernel';
import { maybeOne, rows, Texts, type Tx } from '@waymark/platform';
import type {
  Evidence,
  Gate,
  GraphNode,
  GraphStage,
  MapDocument,
  NodeKind,
  TargetKind,
} from '../learning-map/learning-map.js';
import { plannedHours } from '../learning-map/planned-hours.js';
import { localEvidence } from './local-evidence.js';
import { Lru } from './lru.js';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

export interface PlanStage extends GraphStage {
  id: string;
  key: string;
}
export interface PlanNode extends GraphNode {
  id: string;
  key: string;
  kind: NodeKind;
  dueDay: number | null;
  minutes: number;
  target: { kind: TargetKind; id: string; code: string } | null;
  carryMonths: number | null;
  evidence: Evidence | null;
  lane: number;
  row: number;
}
/** The language-free, immutable part of a published version. */
export interface MapPlan {
  versionId: string;
  mapId: string;
  code: string;
  number: number;
  days: number;
  workingDays: boolean;
  capacityHours: number;
  stages: PlanStage[];
  nodes: PlanNode[];
  ridge: number[];
  indexById: ReadonlyMap<string, number>;
  indexByKey: ReadonlyMap<string, number>;
  mentored: boolean;
}

/** A document ready to be sent. */
export interface SealedDocument {
  document: MapDocument;
  etag: string;
  plain: Buffer;
  gzip: Buffer;
  br: Buffer;
}

interface StageRow {
  id: string;
  key: string;
  from_day: number;
  to_day: number;
  gate: Gate;
}
interface NodeRow {
  id: string;
  key: string;
  stage: number;
  kind: NodeKind;
  required: boolean;
  not_yet: boolean;
  prereqs: number[];
  need: number;
  due_day: number | null;
  minutes: number;
  target_kind: TargetKind | null;
  target_id: string | null;
  target_code: string | null;
  carry_months: number | null;
  evidence: Evidence | null;
  lane: number;
  row: number;
}

const PLANS = 300;
const DOCUMENTS = 120;

/** Published versions in memory: they never change, so a second reader costs no statement. */
@Injectable()
export class MapDocuments {
  private readonly plans = new Lru<string, Promise<MapPlan>>(PLANS);
  private readonly documents = new Lru<string, Promise<MapDocument>>(DOCUMENTS);
  private readonly sealed = new Lru<string, Promise<SealedDocument>>(DOCUMENTS);

  constructor(@Inject(Texts) private readonly texts: Texts) {}

  static url(versionId: string, locale: Locale, textRevision: number): string {
    return `/api/maps/${versionId}/${locale}?r=${textRevision}`;
  }

  /** @throws NotFound 'map-version-unknown' */
  plan(tx: Tx, versionId: string): Promise<MapPlan> {
    return this.plans.take(versionId, () => this.loadPlan(tx, versionId));
  }

  /** The document in one language, with the texts as of `textRevision`. */
  async document(tx: Tx, versionId: string, locale: Locale, textRevision: number): Promise<MapDocument> {
    return this.documents.take(`${versionId}/${locale}/${textRevision}`, async () =>
      this.compile(tx, await this.plan(tx, versionId), locale),
    );
  }

  async seal(tx: Tx, versionId: string, locale: Locale, textRevision: number): Promise<SealedDocument> {
    return this.sealed.take(`${versionId}/${locale}/${textRevision}`, async () => {
      const document = await this.document(tx, versionId, locale, textRevision);
      const plain = Buffer.from(JSON.stringify(document));
      const [gz, br] = await Promise.all([
        zip(plain, { level: 9 }),
        brotli(plain, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length },
        }),
      ]);
      const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
      return { document, etag, plain, gzip: gz, br };
    });
  }

  private async loadPlan(tx: Tx, versionId: string): Promise<MapPlan> {
    const version = await maybeOne<{
      map_id: string;
      code: string;
      number: number;
      days: number;
      working_days: boolean;
      capacity_hours: number;
    }>(
      tx,
      `select v.map_id, m.code, v.number, v.days, v.working_days, v.capacity_hours
       from map_version v join learning_map m on m.id = v.map_id where v.id = $1`,
      [versionId],
    );
    if (!version) throw new NotFound('map-version-unknown');
    const stageRows = await rows<StageRow>(
      tx,
      `select id, key, from_day, to_day, gate from map_stage where version_id = $1 order by idx`,
      [versionId],
    );
    const nodeRows = await rows<NodeRow>(
      tx,
      `select id, key, stage, kind, required, not_yet, prereqs, need, due_day, minutes, target_kind, target_id, target_code,
              carry_months, evidence, lane, "row"
       from map_node where version_id = $1 order by idx`,
      [versionId],
    );
    const stages = stageRows.map((s) => ({ id: s.id, key: s.key, fromDay: s.from_day, toDay: s.to_day, gate: s.gate }));
    const nodes = nodeRows.map((n) => ({
      id: n.id,
      key: n.key,
      stage: n.stage,
      kind: n.kind,
      required: n.required,
      notYet: n.not_yet,
      prereqs: n.prereqs,
      need: n.need,
      dueDay: n.due_day,
      minutes: n.minutes,
      target:
        n.target_kind && n.target_id && n.target_code
          ? { kind: n.target_kind, id: n.target_id, code: n.target_code }
          : null,
      carryMonths: n.carry_months,
      evidence: n.evidence,
      lane: n.lane,
      row: n.row,
    }));
    return {
      versionId,
      mapId: version.map_id,
      code: version.code,
      number: version.number,
      days: version.days,
      workingDays: version.working_days,
      capacityHours: version.capacity_hours,
      stages,
      nodes,
      ridge: plannedHours(stages, nodes, version.days),
      indexById: new Map(nodes.map((n, i) => [n.id, i])),
      indexByKey: new Map(nodes.map((n, i) => [n.key, i])),
      mentored: nodes.some((n) => n.kind === 'mentor-meetings'),
    };
  }

  /**
   * The place of a node in the plan. An id from another version of the map leads to the node with its key, so that
   * addresses in mails, bookmarks and open pages outlive a new version. Undefined when the plan has no such node.
   */
  async placeOf(tx: Tx, plan: MapPlan, nodeId: string): Promise<number | undefined> {
    const index = plan.indexById.get(nodeId);
    if (index !== undefined) return index;
    const other = await maybeOne<{ key: string }>(
      tx,
      `select n.key from map_node n join map_version v on v.id = n.version_id where n.id = $1 and v.map_id = $2`,
      [nodeId, plan.mapId],
    );
    return other ? plan.indexByKey.get(other.key) : undefined;
  }

  private async compile(tx: Tx, plan: MapPlan, locale: Locale): Promise<MapDocument> {
    const texts = await this.texts.load(tx, [
      plan.versionId,
      ...plan.stages.map((s) => s.id),
      ...plan.nodes.map((n) => n.id),
    ]);
    const word = (subjectId: string, field: string): string => pickText(texts.get(subjectId)?.[field], locale);
    return {
      versionId: plan.versionId,
      mapId: plan.mapId,
      code: plan.code,
      number: plan.number,
      title: word(plan.versionId, 'title'),
      summary: word(plan.versionId, 'summary'),
      days: plan.days,
      workingDays: plan.workingDays,
      locale,
      stages: plan.stages.map((s) => ({ ...s, title: word(s.id, 'title'), goal: word(s.id, 'goal') })),
      nodes: plan.nodes.map(({ carryMonths: _, ...n }) => ({
        ...n,
        title: word(n.id, 'title'),
        summary: word(n.id, 'summary'),
        body: word(n.id, 'body'),
        evidence: n.evidence ? localEvidence(n.evidence, locale) : null,
      })),
      ridge: plan.ridge,
    };
  }
}
