import { Injectable } from '@nestjs/common';
import { newId, type LocalDay, type Text } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import type { SqlPart } from '@waymark/identity';
import type { MatchPair, MatchReasons, MatchWeights } from './matching.js';

export type RunState = 'queued' | 'solving' | 'open' | 'closed' | 'failed';

export interface RunRow {
  id: string;
  cohortId: string | null;
  cohortName: Text | null;
  state: RunState;
  startDay: LocalDay;
  weights: MatchWeights;
  round: number;
  done: number;
  total: number;
  error: string | null;
  createdBy: string;
  createdAt: Date;
  solvedAt: Date | null;
  solvedMs: number | null;
  learners: number;
}

export interface ProposalRow {
  id: string;
  runId: string;
  mentorId: string;
  learnerId: string;
  score: number;
  reasons: MatchReasons;
  state: 'proposed' | 'accepted' | 'rejected';
  locked: boolean;
  byHand: boolean;
  revision: number;
  decidedBy: string | null;
  decidedAt: Date | null;
}

export interface UnmatchedRow {
  learnerId: string;
  reason: string;
  blocked: Record<string, number>;
}

/** What the rules need of a learner, before zones become minutes. */
export interface LearnerFacts {
  id: string;
  active: boolean;
  hasMentor: boolean;
  locale: string;
  zone: string;
  siteId: string | null;
  managerIds: string[];
  needs: { code: string; gap: number }[];
}

export interface MentorFacts {
  id: string;
  zone: string;
  siteId: string | null;
  skills: string[];
  languages: string[];
  capacity: number;
  open: number;
  absent: boolean;
}

const RUN = `r.id, r.cohort_id as "cohortId", c.name as "cohortName", r.state, r.start_day as "startDay", r.weights, r.round, r.done, r.total, r.error,
  r.created_by as "createdBy", r.created_at as "createdAt", r.solved_at as "solvedAt", r.solved_ms as "solvedMs",
  (select count(*)::int from match_learner l where l.run_id = r.id) as learners`;
const PROPOSAL = `p.id, p.run_id as "runId", p.mentor_id as "mentorId", p.learner_id as "learnerId", p.score, p.reasons, p.state, p.locked,
  p.by_hand as "byHand", p.revision, p.decided_by as "decidedBy", p.decided_at as "decidedAt"`;
/** The region (site) of an org unit given by its path. */
const REGION = (path: string): string =>
  `(select s.id from org_unit s where s.kind = 'region' and ${path} like s.path || '%' order by length(s.path) desc limit 1)`;

@Injectable()
export class MatchingRepository {
  async insertRun(
    tx: Tx,
    run: {
      id: string;
      cohortId: string | null;
      startDay: LocalDay;
      weights: MatchWeights;
      createdBy: string;
      createdAt: Date;
    },
    learnerIds: readonly string[],
  ): Promise<void> {
    await execute(
      tx,
      `insert into match_run (id, cohort_id, state, start_day, weights, created_by, created_at) values ($1, $2, 'queued', $3, $4, $5, $6)`,
      [run.id, run.cohortId, run.startDay, JSON.stringify(run.weights), run.createdBy, run.createdAt],
    );
    await execute(tx, `insert into match_learner (run_id, learner_id) select $1, unnest($2::uuid[])`, [
      run.id,
      learnerIds,
    ]);
  }

  run(tx: Tx, id: string): Promise<RunRow | null> {
    return maybeOne(tx, `select ${RUN} from match_run r left join cohort c on c.id = r.cohort_id where r.id = $1`, [
      id,
    ]);
  }

  lock(tx: Tx, id: string): Promise<RunRow | null> {
    return maybeOne(
      tx,
      `select ${RUN} from match_run r left join cohort c on c.id = r.cohort_id where r.id = $1 for update of r`,
      [id],
    );
  }

  runs(tx: Tx, createdBy: string | null): Promise<RunRow[]> {
    return rows(
      tx,
      `select ${RUN} from match_run r left join cohort c on c.id = r.cohort_id where $1::uuid is null or r.created_by = $1
       order by r.created_at desc limit 30`,
      [createdBy],
    );
  }

  async setState(tx: Tx, id: string, state: RunState, error: string | null = null): Promise<void> {
    await execute(tx, `update match_run set state = $2, error = $3 where id = $1`, [id, state, error]);
  }

  async again(tx: Tx, id: string, weights: MatchWeights): Promise<void> {
    await execute(
      tx,
      `update match_run set state = 'queued', weights = $2, round = round + 1, done = 0, total = 0, error = null where id = $1`,
      [id, JSON.stringify(weights)],
    );
  }

  async progress(tx: Tx, id: string, done: number, total: number): Promise<void> {
    await execute(tx, `update match_run set state = 'solving', done = $2, total = $3 where id = $1`, [id, done, total]);
  }

  learnerIds(tx: Tx, runId: string): Promise<string[]> {
    return rows<{ id: string }>(tx, `select learner_id as id from match_learner where run_id = $1 order by 1`, [
      runId,
    ]).then((list) => list.map((l) => l.id));
  }

  proposals(tx: Tx, runId: string): Promise<ProposalRow[]> {
    return rows(
      tx,
      `select ${PROPOSAL} from match_proposal p join person_profile pr on pr.person_id = p.learner_id where p.run_id = $1 and p.state <> 'rejected'
       order by pr.name_pinyin, p.learner_id`,
      [runId],
    );
  }

  proposal(tx: Tx, id: string): Promise<ProposalRow | null> {
    return maybeOne(tx, `select ${PROPOSAL} from match_proposal p where p.id = $1`, [id]);
  }

  proposalOf(tx: Tx, runId: string, learnerId: string): Promise<ProposalRow | null> {
    return maybeOne(tx, `select ${PROPOSAL} from match_proposal p where p.run_id = $1 and p.learner_id = $2`, [
      runId,
      learnerId,
    ]);
  }

  unmatched(tx: Tx, runId: string): Promise<UnmatchedRow[]> {
    return rows(
      tx,
      `select l.learner_id as "learnerId", l.unmatched as reason, l.blocked from match_learner l join person_profile pr on pr.person_id = l.learner_id
       where l.run_id = $1 and l.unmatched is not null order by pr.name_pinyin, l.learner_id`,
      [runId],
    );
  }

  async rejections(tx: Tx, runId: string): Promise<Set<string>> {
    const found = await rows<{ learner: string; mentor: string }>(
      tx,
      `select learner_id as learner, mentor_id as mentor from match_rejection where run_id = $1`,
      [runId],
    );
    return new Set(found.map((f) => `${f.learner} ${f.mentor}`));
  }

  async reject(tx: Tx, p: ProposalRow, by: string, at: Date): Promise<void> {
    await execute(
      tx,
      `insert into match_rejection (run_id, learner_id, mentor_id, rejected_by, rejected_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
      [p.runId, p.learnerId, p.mentorId, by, at],
    );
    await execute(tx, `delete from match_proposal where id = $1`, [p.id]);
    await this.setUnmatched(tx, p.runId, [{ learnerId: p.learnerId, reason: 'rejected', blocked: {} }]);
  }

  async setUnmatched(tx: Tx, runId: string, list: readonly UnmatchedRow[]): Promise<void> {
    await execute(
      tx,
      `update match_learner l set unmatched = u.reason, blocked = u.blocked
       from jsonb_to_recordset($2::jsonb) as u(id uuid, reason text, blocked jsonb) where l.run_id = $1 and l.learner_id = u.id`,
      [runId, JSON.stringify(list.map((u) => ({ id: u.learnerId, reason: u.reason, blocked: u.blocked })))],
    );
  }

  /** Takes the place of what stood there for these learners. */
  async save(tx: Tx, runId: string, pairs: readonly MatchPair[], locked: boolean, byHand: boolean): Promise<void> {
    await execute(
      tx,
      `insert into match_proposal as p (id, run_id, mentor_id, learner_id, score, reasons, locked, by_hand)
       select id, $1, mentor, learner, score, reasons, $3, $4
       from jsonb_to_recordset($2::jsonb) as n(id uuid, mentor uuid, learner uuid, score double precision, reasons jsonb)
       on conflict (run_id, learner_id) do update set mentor_id = excluded.mentor_id, score = excluded.score, reasons = excluded.reasons,
         locked = excluded.locked, by_hand = excluded.by_hand, revision = p.revision + 1
         where p.state = 'proposed'`,
      [
        runId,
        JSON.stringify(
          pairs.map((p) => ({
            id: newId(),
            mentor: p.mentorId,
            learner: p.learnerId,
            score: p.score,
            reasons: p.reasons,
          })),
        ),
        locked,
        byHand,
      ],
    );
    await execute(
      tx,
      `update match_learner set unmatched = null, blocked = '{}' where run_id = $1 and learner_id = any ($2::uuid[])`,
      [runId, pairs.map((p) => p.learnerId)],
    );
  }

  /** What the last round proposed and nobody locked goes. */
  async dropOpen(tx: Tx, runId: string): Promise<void> {
    await execute(tx, `delete from match_proposal where run_id = $1 and state = 'proposed' and not locked`, [runId]);
    await execute(tx, `update match_learner set unmatched = null, blocked = '{}' where run_id = $1`, [runId]);
  }

  async solved(tx: Tx, runId: string, at: Date, ms: number): Promise<void> {
    await execute(
      tx,
      `update match_run set state = 'open', error = null, solved_at = $2, solved_ms = $3, done = total where id = $1`,
      [runId, at, ms],
    );
  }

  async setLocked(tx: Tx, id: string, locked: boolean): Promise<void> {
    await execute(tx, `update match_proposal set locked = $2, revision = revision + 1 where id = $1`, [id, locked]);
  }

  async accepted(tx: Tx, id: string, pairingId: string, by: string, at: Date): Promise<void> {
    await execute(
      tx,
      `update match_proposal set state = 'accepted', decided_by = $2, decided_at = $3, revision = revision + 1 where id = $1`,
      [id, by, at],
    );
    await execute(tx, `update pairing set proposal_id = $2 where id = $1`, [pairingId, id]);
  }

  async learnerFacts(tx: Tx, ids: readonly string[], today: LocalDay): Promise<LearnerFacts[]> {
    return rows(
      tx,
      `select p.id, p.status = 'active' as active, pr.locale, pr.zone, ${REGION('u.path')} as "siteId",
              exists (select 1 from pairing g where g.learner_id = p.id and g.ended_on is null) as "hasMentor",
              array(select cp.manager_id where cp.manager_id is not null union select s.supervisor_id from supervision s
                    where s.person_id = p.id and s.kind = 'manager' and s.from_day <= $2 and (s.to_day is null or s.to_day >= $2)) as "managerIds",
              coalesce((select jsonb_agg(jsonb_build_object('code', d.code, 'gap', q.level - coalesce(has.level, 0)) order by d.ordinal)
                from job_role_requirement q join competency_dimension d on d.id = q.dimension_id and d.archived_at is null
                left join lateral (select r.level from competency_rating r where r.person_id = p.id and r.dimension_id = d.id
                                   order by r.source = 'mentor' desc, r.rated_at desc, r.id desc limit 1) has on true
                where q.job_role_id = cp.job_role_id and q.level > coalesce(has.level, 0)), '[]') as needs
       from person p join person_profile pr on pr.person_id = p.id left join current_position cp on cp.person_id = p.id
       left join org_unit u on u.id = cp.org_unit_id where p.id = any ($1::uuid[])`,
      [ids, today],
    );
  }

  /** Active mentors within what the viewer may pair. */
  async mentorFacts(
    tx: Tx,
    startDay: LocalDay,
    scope: SqlPart,
    only: readonly string[] | null,
  ): Promise<MentorFacts[]> {
    return rows(
      tx,
      `select p.id, pr.zone, coalesce(mp.site_id, ${REGION('u.path')}) as "siteId", mp.skills, mp.languages, mp.capacity,
              (select count(*)::int from pairing g where g.mentor_id = p.id and g.ended_on is null) as open,
              exists (select 1 from mentor_absence a where a.mentor_id = p.id and $1::date between a.from_day and a.to_day) as absent
       from mentor_profile mp join person p on p.id = mp.person_id and p.status = 'active' join person_profile pr on pr.person_id = p.id
       left join current_position cp on cp.person_id = p.id left join org_unit u on u.id = cp.org_unit_id
       where mp.active and ($2::uuid[] is null or p.id = any ($2)) and ${scope.sql} order by pr.name_pinyin, p.id limit 2000`,
      [startDay, only, ...scope.params],
    );
  }

  cohortMembers(tx: Tx, cohortId: string): Promise<string[]> {
    return rows<{ id: string }>(
      tx,
      `select m.person_id as id from cohort_member m join person p on p.id = m.person_id and p.status = 'active' where m.cohort_id = $1`,
      [cohortId],
    ).then((list) => list.map((l) => l.id));
  }

  async weights(tx: Tx): Promise<MatchWeights> {
    return one(
      tx,
      `select weight_skill as skill, weight_site as site, weight_language as language, weight_load as load from mentoring_setting`,
    );
  }

  async saveWeights(tx: Tx, w: MatchWeights): Promise<void> {
    await execute(
      tx,
      `update mentoring_setting set weight_skill = $1, weight_site = $2, weight_language = $3, weight_load = $4`,
      [w.skill, w.site, w.language, w.load],
    );
  }

  names(tx: Tx): Promise<{ code: string; name: Text }[]> {
    return rows(tx, `select code, name from competency_dimension`);
  }
}
