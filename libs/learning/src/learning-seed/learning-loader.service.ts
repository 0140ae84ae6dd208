import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { Activities, Audiences, Settings, WorkCalendars, type ActivityInput } from '@waymark/identity';
import { addDays, localDayOf, newId, RuleViolation, type LocalDay } from '@waymark/kernel';
import { Db, execute, maybeOne, rows, type Tx } from '@waymark/platform';
import { parse } from 'yaml';
import { Assignments } from '../assignment/assignments.service.js';
import { Enrolments } from '../enrolment/enrolments.service.js';
import { Progress, type EnrolmentFacts } from '../enrolment/progress.service.js';
import { LearningMapRepository } from '../learning-map/learning-map.repository.js';
import { STATE } from '../learning-map/learning-map.js';
import { LearningMaps } from '../learning-map/learning-maps.service.js';
import { mapChanges } from '../learning-map/map-change.js';
import { MapDocuments } from '../map-document/map-documents.service.js';
import { isTimely, missingEvidence } from '../milestone/milestone.js';
import { draftOfSeed, type MapSeed } from './map-seed.js';

export interface ReadingHistory {
  personId: string;
  mapCode: string;
  nodeKey: string;
  at: Date;
}
export interface MilestoneHistory {
  personId: string;
  mapCode: string;
  nodeKey: string;
  rounds: {
    text?: string;
    number?: number;
    entries?: { on: LocalDay; title: string; note?: string }[];
    links?: { title: string; url: string }[];
    /** Already stored and owned by 'evidence'. */
    fileIds?: string[];
    /** Left out: still being written. */
    submittedAt?: Date;
    decision?: { status: 'signed' | 'returned'; by: string; at: Date; comment?: string };
  }[];
}

export interface CheckInHistory {
  personId: string;
  mapCode: string;
  week: number;
  on: LocalDay;
  mood: number;
  wentWell: string;
  blockedBy: string;
  wantsHelp: boolean;
}

export async function readMapSeeds(folder: string): Promise<MapSeed[]> {
  const names = (await readdir(folder)).filter((n) => n.endsWith('.yaml')).sort();
  return Promise.all(names.map(async (n) => parse(await readFile(join(folder, n), 'utf8')) as MapSeed));
}

/** Maps from files and progress with explicit days, by the same rules that people are held to. A second run changes nothing. */
@Injectable()
export class LearningLoader {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(LearningMaps) private readonly maps: LearningMaps,
    @Inject(LearningMapRepository) private readonly repository: LearningMapRepository,
    @Inject(MapDocuments) private readonly documents: MapDocuments,
    @Inject(Enrolments) private readonly enrolments: Enrolments,
    @Inject(Progress) private readonly progress: Progress,
    @Inject(Assignments) private readonly assignments: Assignments,
    @Inject(Audiences) private readonly audiences: Audiences,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(WorkCalendars) private readonly calendars: WorkCalendars,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** Creates maps and publishes what changed. Maps that enrol by job role are assigned to whoever was hired lately or will be. */
  async loadMaps(seeds: readonly MapSeed[], authorId: string | null): Promise<{ maps: number; published: number }> {
    let published = 0;
    for (const seed of seeds) {
      const document = draftOfSeed(seed);
      const { known, jobRoleId, current } = await this.db.read(async (tx) => {
        const map = await this.repository.byCode(tx, seed.code);
        return {
          known: map,
          jobRoleId: seed.job_role
            ? ((await maybeOne<{ id: string }>(tx, `select id from job_role where code = $1`, [seed.job_role]))?.id ??
              null)
            : null,
          current: map?.currentVersionId ? await this.maps.currentDocument(tx, map.currentVersionId) : null,
        };
      });
      const mapId =
        known?.id ?? (await this.maps.create(authorId, { code: seed.code, title: seed.title, jobRoleId, document }));
      if (!current || mapChanges(current, document).length > 0) {
        const draft = known ? await this.maps.startDraft(authorId, mapId) : null;
        const revision = draft ? (await this.maps.saveDraft(authorId, mapId, draft.revision, document)).revision : 1;
        await this.maps.publish(authorId, mapId, {
          revision,
          summary: known ? '重新载入' : '第一版',
          move: 'all',
        });
        published += 1;
      }
      if (seed.enrol && jobRoleId && !known) await this.assignToRole(seed, jobRoleId, authorId);
    }
    return { maps: seeds.length, published };
  }

  /** Enrols with explicit start days; whoever is on the map already stays. */
  async loadEnrolments(
    list: readonly { personId: string; mapCode: string; startDay: LocalDay; at?: Date }[],
    actorId: string | null,
  ): Promise<{ enrolled: number }> {
    let enrolled = 0;
    await this.db.transaction(async (tx) => {
      for (const mapCode of new Set(list.map((l) => l.mapCode))) {
        const map = await this.repository.byCode(tx, mapCode);
        if (!map) throw new RuleViolation('map-unknown', { code: mapCode });
        const people = list
          .filter((l) => l.mapCode === mapCode)
          .map((l) => ({ personId: l.personId, startDay: l.startDay }));
        enrolled += (await this.enrolments.enrol(tx, { mapId: map.id, people, source: 'demo', actorId })).enrolled;
      }
    });
    return { enrolled };
  }

  async loadReadings(list: readonly ReadingHistory[]): Promise<{ completed: number }> {
    return this.db.transaction(async (tx) => {
      const places = await this.places(tx, list);
      const facts = list.flatMap((l): EnrolmentFacts[] => {
        const place = places.get(`${l.personId}/${l.mapCode}`);
        return place
          ? [
              {
                enrolmentId: place.enrolmentId,
                at: l.at,
                facts: [{ key: l.nodeKey, state: STATE.completed, day: localDayOf(l.at, place.zone) }],
              },
            ]
          : [];
      });
      await this.progress.take(tx, facts);
      return { completed: facts.length };
    });
  }

  /**
   * Milestones with all their rounds, in a fixed number of statements. What was handed in must be complete, as it must
   * be for anybody. Waiting ones appear in the mentor's inbox; notices of the past are not sent.
   */
  async loadMilestones(list: readonly MilestoneHistory[]): Promise<{ submissions: number }> {
    return this.db.transaction(async (tx) => {
      const places = await this.places(tx, list);
      const calendar = await this.calendars.load(tx);
      const present = new Set(
        (
          await rows<{ k: string }>(
            tx,
            `select distinct enrolment_id || '/' || node_key as k from milestone_submission where enrolment_id = any ($1::uuid[])`,
            [[...places.values()].map((p) => p.enrolmentId)],
          )
        ).map((r) => r.k),
      );
      const submissions: object[] = [];
      const evidence: object[] = [];
      const facts: EnrolmentFacts[] = [];
      const activities: ActivityInput[] = [];
      for (const m of list) {
        const place = places.get(`${m.personId}/${m.mapCode}`);
        if (!place || present.has(`${place.enrolmentId}/${m.nodeKey}`)) continue;
        const plan = await this.documents.plan(tx, place.versionId);
        const node = plan.nodes[plan.indexByKey.get(m.nodeKey) ?? -1];
        if (node?.kind !== 'milestone' || !node.evidence)
          throw new RuleViolation('node-not-a-milestone', { key: m.nodeKey });
        for (const [i, r] of m.rounds.entries()) {
          const id = newId();
          const entries = r.entries ?? [];
          const files = [
            ...(r.links ?? []).map((l) => ({ kind: 'link', ...l })),
            ...(r.fileIds ?? []).map((fileId) => ({ kind: 'file', file_id: fileId })),
          ];
          const missing = missingEvidence(node.evidence, {
            text: r.text ?? '',
            number: r.number ?? null,
            entries: entries.length,
            files: files.length,
          });
          if (r.submittedAt && missing.length > 0)
            throw new RuleViolation('evidence-missing', { key: m.nodeKey, missing });
          const firstDay = entries[0]?.on;
          const created =
            r.submittedAt ?? (firstDay ? new Date(`${firstDay}T09:00:00Z`) : new Date(`${place.startDay}T09:00:00Z`));
          submissions.push({
            id,
            enrolment_id: place.enrolmentId,
            node_key: m.nodeKey,
            person_id: m.personId,
            round: i + 1,
            status: r.decision?.status ?? (r.submittedAt ? 'submitted' : 'draft'),
            text: r.text ?? '',
            number_value: r.number ?? null,
            submitted_at: r.submittedAt ?? null,
            decided_at: r.decision?.at ?? null,
            decided_by: r.decision?.by ?? null,
            comment: r.decision?.comment ?? '',
            created_at: created,
          });
          [
            ...entries.map((e) => ({ kind: 'entry', on_day: e.on, title: e.title, note: e.note ?? '' })),
            ...files,
          ].forEach((e, position) =>
            evidence.push({
              title: '',
              note: '',
              ...e,
              id: newId(),
              submission_id: id,
              position: position + 1,
              created_at: created,
            }),
          );
          const units =
            node.evidence.kind === 'counter'
              ? {
                  unitsDone: Math.min(entries.length, node.evidence.target ?? 0),
                  unitsOf: Math.round(node.evidence.target ?? 0),
                }
              : {};
          const move = (state: number, at: Date): void =>
            void facts.push({
              enrolmentId: place.enrolmentId,
              at,
              facts: [{ key: m.nodeKey, state, day: localDayOf(at, place.zone), ...units }],
            });
          const record = (
            verb: ActivityInput['verb'],
            personId: string,
            subject: [string, string],
            at: Date,
            result: ActivityInput['result'],
          ): void =>
            void activities.push({
              verb,
              personId,
              subjectType: subject[0],
              subjectId: subject[1],
              occurredAt: at,
              result,
            });
          move(STATE.inProgress, created);
          if (!r.submittedAt) continue;
          move(STATE.submitted, new Date(r.submittedAt.getTime() + 1));
          const about = { round: i + 1, key: m.nodeKey, enrolmentId: place.enrolmentId };
          record('milestone.submitted', m.personId, ['map-node', node.id], r.submittedAt, about);
          if (!r.decision) continue;
          move(r.decision.status === 'signed' ? STATE.completed : STATE.inProgress, r.decision.at);
          const timely = isTimely(
            calendar,
            localDayOf(r.submittedAt, place.zone),
            localDayOf(r.decision.at, place.zone),
          );
          if (r.decision.status === 'signed')
            record('milestone.signed', m.personId, ['map-node', node.id], r.decision.at, about);
          record('signoff.decided', r.decision.by, ['milestone-submission', id], r.decision.at, {
            decision: r.decision.status,
            timely,
            round: i + 1,
          });
        }
      }
      await execute(
        tx,
        `insert into milestone_submission (id, enrolment_id, node_key, person_id, round, status, text, number_value, submitted_at, decided_at, decided_by, comment, created_at)
         select id, enrolment_id, node_key, person_id, round, status, text, number_value, submitted_at, decided_at, decided_by, comment, created_at
         from jsonb_populate_recordset(null::milestone_submission, $1::jsonb)`,
        [JSON.stringify(submissions)],
      );
      await execute(
        tx,
        `insert into milestone_evidence (id, submission_id, position, kind, on_day, title, note, url, file_id, created_at)
         select id, submission_id, position, kind, on_day, title, note, url, file_id, created_at
         from jsonb_populate_recordset(null::milestone_evidence, $1::jsonb)`,
        [JSON.stringify(evidence)],
      );
      await this.progress.take(tx, facts);
      await this.activities.recordMany(tx, activities);
      return { submissions: submissions.length };
    });
  }

  async loadCheckIns(list: readonly CheckInHistory[]): Promise<{ checkIns: number }> {
    return this.db.transaction(async (tx) => {
      const places = await this.places(tx, list);
      const found = list.flatMap((c) => {
        const place = places.get(`${c.personId}/${c.mapCode}`);
        return place
          ? [
              {
                id: newId(),
                enrolment_id: place.enrolmentId,
                person_id: c.personId,
                week: c.week,
                mood: c.mood,
                wants_help: c.wantsHelp,
                at: `${c.on}T09:30:00Z`,
                went_well: c.wentWell,
                blocked_by: c.blockedBy,
              },
            ]
          : [];
      });
      const checkIns = await execute(
        tx,
        `with given as (
           select * from jsonb_to_recordset($1::jsonb) as g(id uuid, enrolment_id uuid, person_id uuid, week smallint, mood smallint,
             wants_help boolean, at timestamptz, went_well text, blocked_by text)
         ), written as (
           insert into check_in (id, enrolment_id, person_id, week, mood, wants_help, created_at, updated_at)
           select id, enrolment_id, person_id, week, mood, wants_help, at, at from given
           on conflict do nothing returning id
         )
         insert into check_in_note (check_in_id, went_well, blocked_by)
         select g.id, g.went_well, g.blocked_by from given g join written w on w.id = g.id`,
        [JSON.stringify(found)],
      );
      return { checkIns };
    });
  }

  private async assignToRole(seed: MapSeed, jobRoleId: string, authorId: string | null): Promise<void> {
    const audienceId = await this.db.transaction(async (tx) => {
      const since = addDays(await this.settings.today(tx), -seed.duration_days - 30);
      const name = Object.fromEntries(
        Object.entries(seed.title).map(([l, t]) => [l, l === 'en' ? `On “${t}”` : `「${t}」学员`]),
      );
      return (
        await this.audiences.save(
          tx,
          { code: `on-${seed.code}`, name, rule: { jobRoleIds: [jobRoleId], hiredFrom: since } },
          authorId,
        )
      ).id;
    });
    await this.assignments.create(null, {
      audienceId,
      targetKind: 'map',
      targetCode: seed.code,
      startFrom: 'hire-date',
    });
  }

  /** The newest enrolment of each person on each map. */
  private async places(
    tx: Tx,
    list: readonly { personId: string; mapCode: string }[],
  ): Promise<Map<string, { enrolmentId: string; versionId: string; startDay: LocalDay; zone: string }>> {
    const found = await rows<{
      personId: string;
      code: string;
      enrolmentId: string;
      versionId: string;
      startDay: LocalDay;
      zone: string;
    }>(
      tx,
      `select distinct on (e.person_id, m.code) e.person_id as "personId", m.code, e.id as "enrolmentId", e.version_id as "versionId",
              e.start_day as "startDay", pp.zone
       from enrolment e join learning_map m on m.id = e.map_id join person_profile pp on pp.person_id = e.person_id
       where e.person_id = any ($1::uuid[]) and m.code = any ($2) and e.status <> 'withdrawn' order by e.person_id, m.code, e.created_at desc`,
      [[...new Set(list.map((l) => l.personId))], [...new Set(list.map((l) => l.mapCode))]],
    );
    return new Map(found.map((f) => [`${f.personId}/${f.code}`, f]));
  }
}
