import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, newId, NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, rows, type Tx, type Viewer } from '@waymark/platform';
import { Scope, Settings } from '@waymark/identity';
import { Pairings } from '../pairing/pairings.service.js';
import { closingProblem, feedbackMeans } from './closing.js';

export interface PairingSummary {
  authorId: string;
  goal: number;
  reached: string;
  next: string;
  submittedAt: Date;
}

export interface PairingFeedback {
  authorId: string;
  aboutId: string;
  prepared: number;
  useful: number;
  comment: string;
  submittedAt: Date;
}

export interface Thanks {
  id: string;
  learnerId: string;
  text: string;
  createdAt: Date;
}

const SUMMARY = `s.author_id as "authorId", s.goal, s.reached, s.next, s.submitted_at as "submittedAt"`;
const FEEDBACK = `f.author_id as "authorId", f.about_id as "aboutId", f.prepared, f.useful, f.comment, f.submitted_at as "submittedAt"`;

/**
 * How a pairing ends: both partners sum up, both tell L&D how it was, and the learner may say thank you.
 * Feedback is L&D's alone: whom it is about never reads it, not even as a member of L&D.
 */
@Injectable()
export class Closings {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Pairings) private readonly pairings: Pairings,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Written again it takes the place of the first. @throws RuleViolation closing-too-early, closing-too-late */
  async saveSummary(
    viewer: Viewer,
    pairingId: string,
    summary: { goal: number; reached: string; next: string },
  ): Promise<PairingSummary[]> {
    return this.db.transaction(async (tx) => {
      await this.closable(tx, viewer, pairingId);
      if (summary.reached === '') throw new InvalidInput('summary-empty');
      await execute(
        tx,
        `insert into pairing_summary (pairing_id, author_id, goal, reached, next, submitted_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (pairing_id, author_id) do update set goal = excluded.goal, reached = excluded.reached, next = excluded.next,
           submitted_at = excluded.submitted_at`,
        [pairingId, viewer.personId, summary.goal, summary.reached, summary.next, this.clock.now()],
      );
      return this.readable(tx, viewer, pairingId);
    });
  }

  /** Partners read the other's once their own is in; L&D in scope reads both. */
  async summaries(viewer: Viewer, pairingId: string): Promise<PairingSummary[]> {
    if (viewer.viewAsBy !== null) return [];
    return this.db.read(async (tx) => {
      await this.assertSees(tx, viewer, pairingId);
      return this.readable(tx, viewer, pairingId);
    });
  }

  private async readable(tx: Tx, viewer: Viewer, pairingId: string): Promise<PairingSummary[]> {
    const found = await rows<PairingSummary>(
      tx,
      `select ${SUMMARY} from pairing_summary s where s.pairing_id = $1 order by s.submitted_at`,
      [pairingId],
    );
    const pairing = await maybeOne<{ mentorId: string; learnerId: string }>(
      tx,
      `select mentor_id as "mentorId", learner_id as "learnerId" from pairing where id = $1`,
      [pairingId],
    );
    const partner = pairing?.mentorId === viewer.personId || pairing?.learnerId === viewer.personId;
    return partner && !found.some((f) => f.authorId === viewer.personId) ? [] : found;
  }

  /** @throws RuleViolation closing-too-early, closing-too-late */
  async saveFeedback(
    viewer: Viewer,
    pairingId: string,
    feedback: { prepared: number; useful: number; comment: string },
  ): Promise<PairingFeedback> {
    return this.db.transaction(async (tx) => {
      const pairing = await this.closable(tx, viewer, pairingId);
      const aboutId = pairing.learnerId === viewer.personId ? pairing.mentorId : pairing.learnerId;
      await execute(
        tx,
        `insert into pairing_feedback (pairing_id, author_id, about_id, prepared, useful, comment, submitted_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (pairing_id, author_id) do update set prepared = excluded.prepared, useful = excluded.useful, comment = excluded.comment,
           submitted_at = excluded.submitted_at`,
        [pairingId, viewer.personId, aboutId, feedback.prepared, feedback.useful, feedback.comment, this.clock.now()],
      );
      return (await this.own(tx, viewer, pairingId)) as PairingFeedback;
    });
  }

  async ownFeedback(viewer: Viewer, pairingId: string): Promise<PairingFeedback | null> {
    if (viewer.viewAsBy !== null) return null;
    return this.db.read((tx) => this.own(tx, viewer, pairingId));
  }

  private own(tx: Tx, viewer: Viewer, pairingId: string): Promise<PairingFeedback | null> {
    return maybeOne(tx, `select ${FEEDBACK} from pairing_feedback f where f.pairing_id = $1 and f.author_id = $2`, [
      pairingId,
      viewer.personId,
    ]);
  }

  /** For L&D in scope of the learner, and never what is about themselves. */
  async feedback(viewer: Viewer, pairingId: string): Promise<PairingFeedback[]> {
    return this.db.read(async (tx) => {
      const pairing = await maybeOne<{ mentorId: string; learnerId: string }>(
        tx,
        `select mentor_id as "mentorId", learner_id as "learnerId" from pairing where id = $1`,
        [pairingId],
      );
      if (!pairing || !(await this.scope.canSee(tx, viewer, pairing.learnerId, ['mentoring:pairings'])))
        throw new NotFound('pairing-unknown');
      return rows(
        tx,
        `select ${FEEDBACK} from pairing_feedback f where f.pairing_id = $1 and f.about_id <> $2 order by f.submitted_at`,
        [pairingId, viewer.personId],
      );
    });
  }

  /** What learners said of each mentor in scope, as means of three or more. */
  async feedbackOfMentors(
    viewer: Viewer,
  ): Promise<{ mentorId: string; answers: number; prepared: number | null; useful: number | null }[]> {
    const seen = this.scope.visiblePersonsSql(viewer, 'mentoring:pairings', 'f.about_id', 2);
    const found = await this.db.read((tx) =>
      rows<{ mentorId: string; prepared: number; useful: number }>(
        tx,
        `select f.about_id as "mentorId", f.prepared, f.useful from pairing_feedback f join pairing p on p.id = f.pairing_id
         where f.author_id = p.learner_id and f.about_id <> $1 and ${seen.sql} limit 20000`,
        [viewer.personId, ...seen.params],
      ),
    );
    const by = new Map<string, { prepared: number; useful: number }[]>();
    for (const f of found) by.set(f.mentorId, [...(by.get(f.mentorId) ?? []), f]);
    return [...by].map(([mentorId, answers]) => {
      const means = feedbackMeans(answers);
      return {
        mentorId,
        answers: answers.length,
        prepared: means?.prepared ?? null,
        useful: means?.useful ?? null,
      };
    });
  }

  /** The learner thanks the mentor, at any time. */
  async thank(viewer: Viewer, pairingId: string, text: string): Promise<Thanks> {
    return this.db.transaction(async (tx) => {
      const { pairing, side } = await this.pairings.asPartner(tx, viewer, pairingId, true);
      if (side !== 'learner') throw new NotFound('pairing-unknown');
      if (text === '') throw new InvalidInput('thanks-empty');
      const id = newId();
      await execute(
        tx,
        `insert into mentor_thanks (id, pairing_id, mentor_id, learner_id, text, created_at) values ($1, $2, $3, $4, $5, $6)`,
        [id, pairingId, pairing.mentorId, viewer.personId, text, this.clock.now()],
      );
      return { id, learnerId: viewer.personId, text, createdAt: this.clock.now() };
    });
  }

  thanksTo(mentorId: string): Promise<Thanks[]> {
    return this.db.read((tx) =>
      rows(
        tx,
        `select id, learner_id as "learnerId", text, created_at as "createdAt" from mentor_thanks where mentor_id = $1 and text <> ''
         order by created_at desc limit 50`,
        [mentorId],
      ),
    );
  }

  private async closable(tx: Tx, viewer: Viewer, pairingId: string): Promise<{ mentorId: string; learnerId: string }> {
    const { pairing } = await this.pairings.asPartner(tx, viewer, pairingId, true);
    // Those who help out close nothing: the pairing has two partners.
    if (pairing.mentorId !== viewer.personId && pairing.learnerId !== viewer.personId)
      throw new NotFound('pairing-unknown');
    const problem = closingProblem(pairing, await this.settings.today(tx));
    if (problem) throw new RuleViolation(problem);
    return pairing;
  }

  private async assertSees(tx: Tx, viewer: Viewer, pairingId: string): Promise<void> {
    const pairing = await maybeOne<{ mentorId: string; learnerId: string }>(
      tx,
      `select mentor_id as "mentorId", learner_id as "learnerId" from pairing where id = $1`,
      [pairingId],
    );
    const partner = pairing?.mentorId === viewer.personId || pairing?.learnerId === viewer.personId;
    if (!pairing || !(partner || (await this.scope.canSee(tx, viewer, pairing.learnerId, ['mentoring:pairings']))))
      throw new NotFound('pairing-unknown');
  }
}
