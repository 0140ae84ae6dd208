import { Inject, Injectable, Logger } from '@nestjs/common';
import {
  Conflict,
  DomainError,
  InvalidInput,
  newId,
  NotFound,
  pickText,
  RuleViolation,
  startOfDay,
  type Clock,
  type LocalDay,
  type Locale,
} from '@waymark/kernel';
import {
  afterCommit,
  CLOCK,
  Db,
  HandlesJob,
  Jobs,
  maybeOne,
  SESSION_RESOLVER,
  type JobRun,
  type SessionResolver,
  type Tx,
  type Viewer,
} from '@waymark/platform';
import { Audit, Cohorts, Scope, Settings } from '@waymark/identity';
import { Pairings } from '../pairing/pairings.service.js';
import { solveMatching } from './matching.jobs.js';
import {
  blockOf,
  match,
  reasonsFor,
  scoreOf,
  type Block,
  type MatchLearner,
  type MatchMentor,
  type MatchWeights,
} from './matching.js';
import {
  MatchingRepository,
  type LearnerFacts,
  type MentorFacts,
  type ProposalRow,
  type RunRow,
  type UnmatchedRow,
} from './matching.repository.js';

export const MAX_LEARNERS = 1_000;
const PERMISSION = 'mentoring:pair';
const STEPS = 3;
const CODES: Record<Block, string> = {
  self: 'mentor-is-learner',
  manager: 'mentor-is-manager',
  absent: 'mentor-absent',
  full: 'mentor-at-capacity',
  rejected: 'match-rejected',
};

export interface NewMatching {
  cohortId: string | null;
  learnerIds: readonly string[];
  startDay: LocalDay | null;
  weights: MatchWeights | null;
}

/** A proposal as somebody saw it. */
export interface SeenProposal {
  id: string;
  revision: number;
}

export interface AcceptResult {
  proposalId: string;
  pairingId: string | null;
  /** Why it was not accepted, as an error code. */
  code: string | null;
  params: Record<string, unknown>;
}

export interface MentorPlaces extends MentorFacts {
  /** Open pairings and what this run proposes besides. */
  taken: number;
}

const minutesAhead = (day: LocalDay, zone: string): number =>
  (Date.parse(`${day}T00:00:00Z`) - startOfDay(day, zone).getTime()) / 60_000;

/**
 * Proposes pairs for a cohort, or for chosen learners, as one optimal assignment; people lock, swap, change, reject,
 * run again and accept. Every change takes the run's lock and names the revision it saw: of two at once one wins.
 */
@Injectable()
export class Matchings {
  private readonly logger = new Logger(Matchings.name);

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(MatchingRepository) private readonly repository: MatchingRepository,
    @Inject(Pairings) private readonly pairings: Pairings,
    @Inject(Cohorts) private readonly cohorts: Cohorts,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(SESSION_RESOLVER) private readonly resolver: SessionResolver,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws RuleViolation match-nobody; InvalidInput match-too-many; NotFound person-unknown, cohort-unknown */
  async start(viewer: Viewer, input: NewMatching): Promise<RunRow> {
    return this.db.transaction(async (tx) => {
      if (input.cohortId) await this.cohorts.find(tx, input.cohortId);
      const members = input.cohortId ? await this.repository.cohortMembers(tx, input.cohortId) : [];
      const learnerIds = [...new Set([...members, ...input.learnerIds])];
      if (learnerIds.length === 0) throw new RuleViolation('match-nobody');
      if (learnerIds.length > MAX_LEARNERS) throw new InvalidInput('match-too-many', { most: MAX_LEARNERS });
      if (!(await this.scope.canSeeAll(tx, viewer, learnerIds, PERMISSION))) throw new NotFound('person-unknown');
      const weights = input.weights ?? (await this.repository.weights(tx));
      checkWeights(weights);
      if (input.weights) await this.repository.saveWeights(tx, weights);
      const id = newId();
      await this.repository.insertRun(
        tx,
        {
          id,
          cohortId: input.cohortId,
          startDay: input.startDay ?? (await this.settings.today(tx)),
          weights,
          createdBy: viewer.personId,
          createdAt: this.clock.now(),
        },
        learnerIds,
      );
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'matching.started',
        subjectType: 'match-run',
        subjectId: id,
        changes: [{ field: 'learners', from: null, to: learnerIds.length }],
      });
      this.enqueue(tx, id, 1);
      return (await this.repository.run(tx, id)) as RunRow;
    });
  }

  private enqueue(tx: Tx, runId: string, round: number): void {
    afterCommit(tx, () => this.jobs.enqueue(solveMatching, { runId, round }, { key: `match-${runId}-${round}` }));
  }

  async list(viewer: Viewer): Promise<RunRow[]> {
    const all = this.scope.unitsOf(viewer, PERMISSION) === null;
    return this.db.read((tx) => this.repository.runs(tx, all ? null : viewer.personId));
  }

  async find(viewer: Viewer, id: string): Promise<RunRow> {
    return this.db.read(async (tx) => this.mine(viewer, await this.repository.run(tx, id)));
  }

  /** Whose grant covers the company sees every run, others their own. */
  private mine(viewer: Viewer, run: RunRow | null): RunRow {
    if (!run || (run.createdBy !== viewer.personId && this.scope.unitsOf(viewer, PERMISSION) !== null))
      throw new NotFound('match-unknown');
    return run;
  }

  proposals(runId: string): Promise<ProposalRow[]> {
    return this.db.read((tx) => this.repository.proposals(tx, runId));
  }

  unmatched(runId: string): Promise<UnmatchedRow[]> {
    return this.db.read((tx) => this.repository.unmatched(tx, runId));
  }

  /** Who could still take somebody, for choosing by hand. */
  async mentors(viewer: Viewer, run: RunRow): Promise<MentorPlaces[]> {
    return this.db.read(async (tx) => {
      const mentors = await this.mentorFacts(tx, viewer, run.startDay, null);
      const proposed = await this.proposedPerMentor(tx, run.id, []);
      return mentors.map((m) => ({ ...m, taken: m.open + (proposed.get(m.id) ?? 0) }));
    });
  }

  async weights(): Promise<MatchWeights> {
    return this.db.read((tx) => this.repository.weights(tx));
  }

  /** Names of the competencies that reasons speak of. */
  async names(locale: Locale): Promise<Map<string, string>> {
    const found = await this.db.read((tx) => this.repository.names(tx));
    return new Map(found.map((f) => [f.code, pickText(f.name, locale)]));
  }

  /** Once more; what is locked or accepted stays. `round` is the one that was looked at. */
  async rerun(viewer: Viewer, id: string, round: number, weights: MatchWeights | null): Promise<RunRow> {
    return this.db.transaction(async (tx) => {
      const run = this.mine(viewer, await this.repository.lock(tx, id));
      if (run.round !== round) throw new Conflict('changed-meanwhile', { by: null, at: null });
      if (run.state === 'queued' || run.state === 'solving') throw new RuleViolation('match-running');
      const next = weights ?? run.weights;
      checkWeights(next);
      await this.repository.saveWeights(tx, next);
      await this.repository.again(tx, id, next);
      this.enqueue(tx, id, run.round + 1);
      return (await this.repository.run(tx, id)) as RunRow;
    });
  }

  async close(viewer: Viewer, id: string): Promise<RunRow> {
    return this.db.transaction(async (tx) => {
      await this.open(tx, viewer, id);
      await this.repository.setState(tx, id, 'closed');
      return (await this.repository.run(tx, id)) as RunRow;
    });
  }

  async setLocked(viewer: Viewer, runId: string, seen: SeenProposal, locked: boolean): Promise<RunRow> {
    return this.change(viewer, runId, [seen], async (tx) => this.repository.setLocked(tx, seen.id, locked));
  }

  /** The pair does not come back in this run. */
  async reject(viewer: Viewer, runId: string, seen: SeenProposal): Promise<RunRow> {
    return this.change(viewer, runId, [seen], async (tx, _run, [proposal]) =>
      this.repository.reject(tx, proposal as ProposalRow, viewer.personId, this.clock.now()),
    );
  }

  /** Two learners change mentors; both pairs are locked, as somebody meant them. */
  async swap(viewer: Viewer, runId: string, a: SeenProposal, b: SeenProposal): Promise<RunRow> {
    return this.change(viewer, runId, [a, b], async (tx, run, [one, two]) => {
      if (!one || !two || one.mentorId === two.mentorId) throw new RuleViolation('match-same-mentor');
      await this.pairByHand(tx, viewer, run, [
        { learnerId: one.learnerId, mentorId: two.mentorId },
        { learnerId: two.learnerId, mentorId: one.mentorId },
      ]);
    });
  }

  /**
   * Gives a learner of the run, matched or not, the mentor somebody chose.
   * @param revision of the learner's proposal; null when there was none
   */
  async choose(
    viewer: Viewer,
    runId: string,
    learnerId: string,
    mentorId: string,
    revision: number | null,
  ): Promise<RunRow> {
    return this.db.transaction(async (tx) => {
      const run = await this.open(tx, viewer, runId);
      if (!(await this.repository.learnerIds(tx, runId)).includes(learnerId)) throw new NotFound('person-unknown');
      const proposal = await this.repository.proposalOf(tx, runId, learnerId);
      if ((proposal?.revision ?? null) !== revision) throw await this.changed(tx, proposal);
      if (proposal && proposal.state !== 'proposed') throw await this.changed(tx, proposal);
      await this.pairByHand(tx, viewer, run, [{ learnerId, mentorId }]);
      return (await this.repository.run(tx, runId)) as RunRow;
    });
  }

  private async pairByHand(
    tx: Tx,
    viewer: Viewer,
    run: RunRow,
    pairs: readonly { learnerId: string; mentorId: string }[],
  ): Promise<void> {
    const learners = await this.learnerFacts(
      tx,
      pairs.map((p) => p.learnerId),
      run.startDay,
    );
    const mentors = await this.mentorFacts(
      tx,
      viewer,
      run.startDay,
      pairs.map((p) => p.mentorId),
    );
    const proposed = await this.proposedPerMentor(
      tx,
      run.id,
      pairs.map((p) => p.learnerId),
    );
    const written = pairs.map((pair) => {
      const learner = learners.find((l) => l.id === pair.learnerId);
      const facts = mentors.find((m) => m.id === pair.mentorId);
      if (!learner || !facts) throw new RuleViolation('mentor-not-available');
      if (learner.hasMentor) throw new RuleViolation('learner-has-mentor');
      const mentor = toMentor(facts, run.startDay, proposed.get(facts.id) ?? 0);
      const block = blockOf(toLearner(learner, run.startDay), mentor, false);
      if (block) throw new RuleViolation(CODES[block], { capacity: facts.capacity, open: mentor.taken });
      const reasons = reasonsFor(toLearner(learner, run.startDay), mentor, mentor.taken);
      return { ...pair, reasons, score: scoreOf(reasons, run.weights) };
    });
    await this.repository.save(tx, run.id, written, true, true);
  }

  /**
   * Each proposal becomes a pairing, or is refused for itself: a learner who got a mentor meanwhile holds up nobody else.
   */
  async accept(viewer: Viewer, runId: string, seen: readonly SeenProposal[]): Promise<AcceptResult[]> {
    const results: AcceptResult[] = [];
    for (const s of seen) {
      try {
        const pairingId = await this.db.transaction(async (tx) => {
          const run = await this.open(tx, viewer, runId);
          const [proposal] = await this.seen(tx, runId, [s]);
          const { learnerId, mentorId } = proposal as ProposalRow;
          await this.scope.assertCanSee(tx, viewer, learnerId, [PERMISSION]);
          const today = await this.settings.today(tx);
          const pairing = await this.pairings.begin(tx, viewer.personId, {
            learnerId,
            mentorId,
            startDay: run.startDay > today ? run.startDay : today,
            cohortId: run.cohortId,
          });
          await this.repository.accepted(tx, s.id, pairing.id, viewer.personId, this.clock.now());
          return pairing.id;
        });
        results.push({ proposalId: s.id, pairingId, code: null, params: {} });
      } catch (error) {
        if (!(error instanceof DomainError) || error.kind === 'transient') throw error;
        if (error.code === 'match-unknown') throw error;
        results.push({ proposalId: s.id, pairingId: null, code: error.code, params: { ...error.params } });
      }
    }
    return results;
  }

  private async change(
    viewer: Viewer,
    runId: string,
    seen: readonly SeenProposal[],
    work: (tx: Tx, run: RunRow, proposals: ProposalRow[]) => Promise<void>,
  ): Promise<RunRow> {
    return this.db.transaction(async (tx) => {
      const run = await this.open(tx, viewer, runId);
      await work(tx, run, await this.seen(tx, runId, seen));
      return (await this.repository.run(tx, runId)) as RunRow;
    });
  }

  /** The run, locked, while it can be changed. */
  private async open(tx: Tx, viewer: Viewer, id: string): Promise<RunRow> {
    const run = this.mine(viewer, await this.repository.lock(tx, id));
    if (run.state === 'queued' || run.state === 'solving') throw new RuleViolation('match-running');
    if (run.state !== 'open') throw new RuleViolation('match-closed');
    return run;
  }

  /** The proposals, if they are still what was seen. */
  private async seen(tx: Tx, runId: string, list: readonly SeenProposal[]): Promise<ProposalRow[]> {
    const found: ProposalRow[] = [];
    for (const s of list) {
      const proposal = await this.repository.proposal(tx, s.id);
      if (!proposal) throw new Conflict('match-pair-gone');
      if (proposal.runId !== runId) throw new NotFound('match-unknown');
      if (proposal.revision !== s.revision || proposal.state !== 'proposed') throw await this.changed(tx, proposal);
      found.push(proposal);
    }
    return found;
  }

  private async changed(tx: Tx, proposal: ProposalRow | null): Promise<Conflict> {
    if (proposal?.state !== 'accepted') return new Conflict('match-pair-changed');
    const by = await maybeOne<{ name: string | null }>(tx, `select name from person_profile where person_id = $1`, [
      proposal.decidedBy,
    ]);
    return new Conflict('match-pair-accepted', { by: by?.name ?? null, at: proposal.decidedAt?.toISOString() ?? null });
  }

  @HandlesJob(solveMatching)
  async solve(payload: { runId: string; round: number }, job: JobRun): Promise<void> {
    const run = await this.db.read((tx) => this.repository.run(tx, payload.runId));
    // A job that comes twice, or late, finds another round or an answer.
    if (!run || run.round !== payload.round || (run.state !== 'queued' && run.state !== 'solving')) return;
    const began = performance.now();
    const step = async (done: number): Promise<void> => {
      await this.db.transaction((tx) => this.repository.progress(tx, run.id, done, STEPS));
      await job.progress(done, STEPS);
    };
    try {
      const viewer = await this.resolver.viewerFor(run.createdBy);
      await step(0);
      const found = await this.db.read((tx) => this.facts(tx, viewer, run));
      await step(1);
      const answer = match(found.learners, found.mentors, run.weights, found.rejected);
      await step(2);
      await this.db.transaction(async (tx) => {
        const now = await this.repository.lock(tx, run.id);
        if (now?.round !== run.round || now.state !== 'solving') return;
        await this.repository.dropOpen(tx, run.id);
        await this.repository.save(tx, run.id, answer.pairs, false, false);
        await this.repository.setUnmatched(tx, run.id, [
          ...found.left,
          ...answer.unmatched.map((u) => ({ ...u, blocked: { ...u.blocked } })),
        ]);
        await this.repository.solved(tx, run.id, this.clock.now(), Math.round(performance.now() - began));
      });
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind === 'transient') throw error;
      this.logger.warn({ msg: 'matching failed', runId: run.id, reason: error.code });
      await this.db.transaction((tx) => this.repository.setState(tx, run.id, 'failed', error.code));
    }
  }

  /** Who is still to be matched and who can take somebody, with what is locked taken off. */
  private async facts(
    tx: Tx,
    viewer: Viewer,
    run: RunRow,
  ): Promise<{ learners: MatchLearner[]; mentors: MatchMentor[]; rejected: Set<string>; left: UnmatchedRow[] }> {
    const ids = await this.repository.learnerIds(tx, run.id);
    const kept = (await this.repository.proposals(tx, run.id)).filter((p) => p.state === 'accepted' || p.locked);
    const keptIds = new Set(kept.map((p) => p.learnerId));
    const waiting = (await this.learnerFacts(tx, ids, run.startDay)).filter((l) => !keptIds.has(l.id));
    const locked = new Map<string, number>();
    for (const p of kept) if (p.state === 'proposed') locked.set(p.mentorId, (locked.get(p.mentorId) ?? 0) + 1);
    const mentors = await this.mentorFacts(tx, viewer, run.startDay, null);
    return {
      learners: waiting.filter((l) => l.active && !l.hasMentor).map((l) => toLearner(l, run.startDay)),
      mentors: mentors.map((m) => toMentor(m, run.startDay, locked.get(m.id) ?? 0)),
      rejected: await this.repository.rejections(tx, run.id),
      left: waiting
        .filter((l) => !l.active || l.hasMentor)
        .map((l) => ({ learnerId: l.id, reason: l.active ? 'has-mentor' : 'not-active', blocked: {} })),
    };
  }

  private learnerFacts(tx: Tx, ids: readonly string[], day: LocalDay): Promise<LearnerFacts[]> {
    return this.repository.learnerFacts(tx, ids, day);
  }

  private mentorFacts(tx: Tx, viewer: Viewer, day: LocalDay, only: readonly string[] | null): Promise<MentorFacts[]> {
    return this.repository.mentorFacts(tx, day, this.scope.visiblePersonsSql(viewer, PERMISSION, 'p.id', 3), only);
  }

  /** Pairs of the run that are proposed to each mentor, leaving out these learners. */
  private async proposedPerMentor(tx: Tx, runId: string, without: readonly string[]): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const p of await this.repository.proposals(tx, runId))
      if (p.state === 'proposed' && !without.includes(p.learnerId))
        counts.set(p.mentorId, (counts.get(p.mentorId) ?? 0) + 1);
    return counts;
  }
}

function checkWeights(w: MatchWeights): void {
  const list = [w.skill, w.site, w.language, w.load];
  if (list.some((n) => !Number.isInteger(n) || n < 0 || n > 10) || list.every((n) => n === 0))
    throw new InvalidInput('match-weights-invalid');
}

function toLearner(l: LearnerFacts, day: LocalDay): MatchLearner {
  return { ...l, offset: minutesAhead(day, l.zone) };
}

function toMentor(m: MentorFacts, day: LocalDay, besides: number): MatchMentor {
  return { ...m, offset: minutesAhead(day, m.zone), taken: m.open + besides };
}
