import { Injectable } from '@nestjs/common';
import { pickText, type Locale, type Text } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { STATE, type MapDraft } from './learning-map.js';
import type { MapStructure } from './map-structure.js';

export interface MapRow {
  id: string;
  code: string;
  jobRoleId: string | null;
  status: 'draft' | 'published' | 'archived';
  currentVersionId: string | null;
  draftTitle: Text | null;
  hasDraft: boolean;
  openEnrolments: number;
  updatedAt: Date;
}
export interface VersionRow {
  id: string;
  mapId: string;
  number: number;
  days: number;
  nodes: number;
  summary: string;
  textRevision: number;
  publishedBy: string | null;
  publishedAt: Date;
  openEnrolments: number;
  restoredFrom: number | null;
}
export interface DraftRow {
  mapId: string;
  revision: number;
  document: MapDraft;
  basedOnVersionId: string | null;
  basedOnNumber: number | null;
  updatedBy: string | null;
  updatedAt: Date;
}
export interface NewVersion {
  id: string;
  mapId: string;
  number: number;
  document: MapDraft;
  structure: MapStructure;
  nodeIds: string[];
  stageIds: string[];
  targetIds: (string | null)[];
  summary: string;
  publishedBy: string | null;
  publishedAt: Date;
  restoredFromId: string | null;
}

const MAP = `m.id, m.code, m.job_role_id as "jobRoleId", m.status, m.current_version_id as "currentVersionId", m.updated_at as "updatedAt",
  d.map_id is not null as "hasDraft", d.document->'title' as "draftTitle",
  (select count(*)::int from enrolment e where e.map_id = m.id and e.status = 'open') as "openEnrolments"`;
const DRAFT = `d.map_id as "mapId", d.revision, d.document, d.based_on_version_id as "basedOnVersionId", v.number as "basedOnNumber",
  d.updated_by as "updatedBy", d.updated_at as "updatedAt"`;

@Injectable()
export class LearningMapRepository {
  async list(tx: Tx, status: string | null): Promise<MapRow[]> {
    return rows(
      tx,
      `select ${MAP} from learning_map m left join map_draft d on d.map_id = m.id
       where $1::text is null or m.status = $1 order by m.status = 'archived', m.code`,
      [status],
    );
  }

  async byId(tx: Tx, id: string): Promise<MapRow | null> {
    return maybeOne(tx, `select ${MAP} from learning_map m left join map_draft d on d.map_id = m.id where m.id = $1`, [
      id,
    ]);
  }

  async byCode(tx: Tx, code: string): Promise<MapRow | null> {
    return maybeOne(
      tx,
      `select ${MAP} from learning_map m left join map_draft d on d.map_id = m.id where m.code = $1`,
      [code],
    );
  }

  /** Locks the map row, so that publishing, archiving and enrolling exclude one another. */
  async lock(
    tx: Tx,
    id: string,
  ): Promise<{ code: string; status: MapRow['status']; currentVersionId: string | null } | null> {
    return maybeOne(
      tx,
      `select code, status, current_version_id as "currentVersionId" from learning_map where id = $1 for update`,
      [id],
    );
  }

  /** The published version that new enrolments pin, kept from changing until the transaction ends. */
  async currentVersion(tx: Tx, mapId: string): Promise<{ versionId: string } | null> {
    return maybeOne(
      tx,
      `select current_version_id as "versionId" from learning_map where id = $1 and status = 'published' for share`,
      [mapId],
    );
  }

  async versions(tx: Tx, mapIds: readonly string[]): Promise<VersionRow[]> {
    return rows(
      tx,
      `select v.id, v.map_id as "mapId", v.number, v.days, v.node_count as nodes, v.summary, v.text_revision as "textRevision",
              v.published_by as "publishedBy", v.published_at as "publishedAt",
              (select count(*)::int from enrolment e where e.version_id = v.id and e.status = 'open') as "openEnrolments",
              (select r.number from map_version r where r.id = v.restored_from_id) as "restoredFrom"
       from map_version v where v.map_id = any ($1::uuid[]) order by v.number desc`,
      [mapIds],
    );
  }

  async versionDocument(tx: Tx, versionId: string): Promise<MapDraft> {
    return (await one<{ document: MapDraft }>(tx, `select document from map_version where id = $1`, [versionId]))
      .document;
  }

  /** Ids of a version's texts: its own, and by key those of its stages and nodes. */
  async textSubjects(tx: Tx, versionId: string): Promise<{ id: string; key: string; kind: 'stage' | 'node' }[]> {
    return rows(
      tx,
      `select id, key, 'stage' as kind from map_stage where version_id = $1
       union all select id, key, 'node' from map_node where version_id = $1`,
      [versionId],
    );
  }

  async textRevision(tx: Tx, versionId: string): Promise<number | null> {
    const found = await maybeOne<{ n: number }>(tx, `select text_revision as n from map_version where id = $1`, [
      versionId,
    ]);
    return found?.n ?? null;
  }

  async ofJobRoles(tx: Tx, jobRoleIds: readonly string[]): Promise<{ id: string; jobRoleId: string }[]> {
    return rows(
      tx,
      `select id, job_role_id as "jobRoleId" from learning_map where job_role_id = any ($1::uuid[]) and status = 'published'`,
      [jobRoleIds],
    );
  }

  /** Titles by code: of the current version, else of the draft. */
  async titles(tx: Tx, codes: readonly string[], locale: Locale): Promise<Map<string, string>> {
    const found = await rows<{ code: string; title: Text | null }>(
      tx,
      `select m.code, coalesce(
         (select jsonb_object_agg(t.locale, t.value order by t.seq) from content_text t where t.subject_id = m.current_version_id and t.field = 'title'),
         (select d.document->'title' from map_draft d where d.map_id = m.id)) as title
       from learning_map m where m.code = any ($1)`,
      [codes],
    );
    return new Map(found.map((f) => [f.code, pickText(f.title, locale) || f.code]));
  }

  async insert(
    tx: Tx,
    map: { id: string; code: string; jobRoleId: string | null; createdBy: string | null; now: Date },
  ): Promise<boolean> {
    const written = await execute(
      tx,
      `insert into learning_map (id, code, job_role_id, created_by, created_at, updated_at) values ($1, $2, $3, $4, $5, $5)
       on conflict (code) do nothing`,
      [map.id, map.code, map.jobRoleId, map.createdBy, map.now],
    );
    return written === 1;
  }

  async setStatus(tx: Tx, id: string, status: MapRow['status'], now: Date): Promise<void> {
    await execute(
      tx,
      `update learning_map set status = $2, updated_at = $3, archived_at = case when $2 = 'archived' then $3::timestamptz end where id = $1`,
      [id, status, now],
    );
  }

  async draft(tx: Tx, mapId: string, lock = false): Promise<DraftRow | null> {
    return maybeOne(
      tx,
      `select ${DRAFT} from map_draft d left join map_version v on v.id = d.based_on_version_id where d.map_id = $1 ${lock ? 'for update of d' : ''}`,
      [mapId],
    );
  }

  async insertDraft(
    tx: Tx,
    draft: { mapId: string; document: MapDraft; basedOn: string | null; by: string | null; now: Date },
  ): Promise<boolean> {
    const written = await execute(
      tx,
      `insert into map_draft (map_id, revision, document, based_on_version_id, updated_by, updated_at)
       select id, last_draft_revision + 1, $2, $3, $4, $5 from learning_map where id = $1
       on conflict (map_id) do nothing`,
      [draft.mapId, JSON.stringify(draft.document), draft.basedOn, draft.by, draft.now],
    );
    return written === 1;
  }

  /** False when the draft is not at `revision` any more. */
  async saveDraft(
    tx: Tx,
    mapId: string,
    revision: number,
    document: MapDraft,
    by: string | null,
    now: Date,
  ): Promise<boolean> {
    const written = await execute(
      tx,
      `update map_draft set document = $3, revision = revision + 1, updated_by = $4, updated_at = $5 where map_id = $1 and revision = $2`,
      [mapId, revision, JSON.stringify(document), by, now],
    );
    return written === 1;
  }

  /** The next draft counts its revisions on from here. False when the draft is not at `revision` any more. */
  async deleteDraft(tx: Tx, mapId: string, revision: number, end: 'published' | 'discarded'): Promise<boolean> {
    const gone = await maybeOne(
      tx,
      `with gone as (delete from map_draft where map_id = $1 and revision = $2 returning map_id, revision)
       update learning_map m set last_draft_revision = gone.revision, last_draft_end = $3 from gone where m.id = gone.map_id returning m.id`,
      [mapId, revision, end],
    );
    return gone !== null;
  }

  /** How the last draft ended, and who published last. */
  async lastEnd(
    tx: Tx,
    mapId: string,
  ): Promise<{
    end: 'published' | 'discarded' | null;
    by: string | null;
    at: Date | null;
    number: number | null;
  } | null> {
    return maybeOne(
      tx,
      `select m.last_draft_end as end, p.name as by, v.published_at as at, v.number from learning_map m
       left join map_version v on v.id = m.current_version_id left join person_profile p on p.person_id = v.published_by where m.id = $1`,
      [mapId],
    );
  }

  async insertVersion(tx: Tx, v: NewVersion): Promise<void> {
    const { structure } = v;
    await execute(
      tx,
      `insert into map_version (id, map_id, number, days, working_days, capacity_hours, node_count, required_count, summary, document,
         published_by, published_at, restored_from_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        v.id,
        v.mapId,
        v.number,
        v.document.days,
        v.document.workingDays,
        v.document.capacityHours,
        structure.nodes.length,
        structure.nodes.filter((n) => n.required).length,
        v.summary,
        JSON.stringify(v.document),
        v.publishedBy,
        v.publishedAt,
        v.restoredFromId,
      ],
    );
    await execute(
      tx,
      `insert into map_stage (id, version_id, idx, key, from_day, to_day, gate)
       select s.id, $2, s.idx, s.key, s.from_day, s.to_day, s.gate
       from jsonb_to_recordset($1::jsonb) as s(id uuid, idx smallint, key text, from_day smallint, to_day smallint, gate text)`,
      [
        JSON.stringify(
          structure.stages.map((s, idx) => ({
            id: v.stageIds[idx],
            idx,
            key: s.key,
            from_day: s.fromDay,
            to_day: s.toDay,
            gate: s.gate,
          })),
        ),
        v.id,
      ],
    );
    await execute(
      tx,
      `insert into map_node (id, version_id, idx, key, stage, kind, required, not_yet, prereqs, need, due_day, minutes, target_kind,
         target_id, target_code, carry_months, evidence, lane, "row", draft_lane)
       select n.id, $2, n.idx, n.key, n.stage, n.kind, n.required, n.not_yet, n.prereqs, n.need, n.due_day, n.minutes, n.target_kind,
         n.target_id, n.target_code, n.carry_months, n.evidence, n.lane, n."row", n.draft_lane
       from jsonb_to_recordset($1::jsonb) as n(id uuid, idx smallint, key text, stage smallint, kind text, required boolean, not_yet boolean,
         prereqs smallint[], need smallint, due_day smallint, minutes int, target_kind text, target_id uuid, target_code text,
         carry_months smallint, evidence jsonb, lane smallint, "row" smallint, draft_lane smallint)`,
      [
        JSON.stringify(
          structure.nodes.map((n, idx) => ({
            id: v.nodeIds[idx],
            idx,
            key: n.draft.key,
            stage: n.stage,
            kind: n.draft.kind,
            required: n.required,
            not_yet: n.notYet,
            prereqs: n.prereqs,
            need: n.need,
            due_day: n.draft.dueDay,
            minutes: n.draft.minutes,
            target_kind: v.targetIds[idx] ? n.draft.kind : null,
            target_id: v.targetIds[idx],
            target_code: v.targetIds[idx] ? n.draft.targetCode : null,
            carry_months: n.draft.carryMonths,
            evidence: n.draft.evidence,
            lane: n.lane,
            row: n.row,
            draft_lane: n.draft.lane,
          })),
        ),
        v.id,
      ],
    );
    await execute(
      tx,
      `update learning_map set status = 'published', current_version_id = $2, updated_at = $3, archived_at = null where id = $1`,
      [v.mapId, v.id, v.publishedAt],
    );
  }

  /** Completed nodes of people in flight whose key is among `keys`. */
  async completedKept(tx: Tx, mapId: string, keys: readonly string[]): Promise<number> {
    const { n } = await one<{ n: number }>(
      tx,
      `select coalesce(sum((select count(*) from map_node m where m.version_id = e.version_id and m.key = any ($2)
         and p.state[m.idx + 1] >= ${STATE.completed})), 0)::int as n
       from enrolment e join enrolment_progress p on p.enrolment_id = e.id where e.map_id = $1 and e.status = 'open'`,
      [mapId, keys],
    );
    return n;
  }

  async bumpTextRevision(tx: Tx, versionId: string): Promise<void> {
    await execute(tx, `update map_version set text_revision = text_revision + 1 where id = $1`, [versionId]);
  }
}
