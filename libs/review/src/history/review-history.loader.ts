import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { InvalidInput, type Clock } from '@waymark/kernel';
import { CLOCK, Db, type Tx } from '@waymark/platform';
import { PracticeQuestions, Questions } from '@waymark/assessment';
import { KeyPoints } from '@waymark/catalog';
import { Activities } from '@waymark/identity';
import { CardRepository, type NewCard } from '../card/card.repository.js';
import { afterReview, isRecalled, newMemory, type Grade, type Memory } from '../schedule/schedule.js';
import { ReviewLogRepository, type LogRow } from '../session/review-log.repository.js';
import { ReviewSettings } from '../setting/review-settings.service.js';
import type { ReviewerRow } from '../streak/streak.repository.js';
import { Streaks } from '../streak/streaks.service.js';
import { dayAt, zoneAt } from '../streak/streak-zone.js';

export interface ReviewHistoryCard {
  kind: 'question' | 'key-point' | 'own';
  questionCode?: string;
  /** 'course/lesson' */
  lessonRef?: string;
  front?: string;
  back?: string;
  createdAt: Date;
  reviews: readonly { at: Date; grade: Grade; durationMs?: number }[];
  /** Due from the last midnight on, whatever the reviews gave. */
  dueNow?: boolean;
}

export interface ReviewHistoryPerson {
  personId: string;
  cards: readonly ReviewHistoryCard[];
}

/** The same input gives the same id, so a second load adds nothing. */
function idOf(...parts: string[]): string {
  const h = createHash('sha256').update(parts.join('\n')).digest('hex');
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-8${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

interface Planned {
  card: NewCard & { id: string };
  source: ReviewHistoryCard;
}

/** Loads a past of cards and reviews through the same rules, in bulk. */
@Injectable()
export class ReviewLoader {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CardRepository) private readonly cards: CardRepository,
    @Inject(ReviewLogRepository) private readonly log: ReviewLogRepository,
    @Inject(ReviewSettings) private readonly settings: ReviewSettings,
    @Inject(Streaks) private readonly streaks: Streaks,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(Questions) private readonly questions: Questions,
    @Inject(PracticeQuestions) private readonly practice: PracticeQuestions,
    @Inject(KeyPoints) private readonly keyPoints: KeyPoints,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Cards a person holds already (by question or lesson) keep what they have. */
  async loadReviewHistory(people: readonly ReviewHistoryPerson[]): Promise<{ cards: number; reviews: number }> {
    return this.db.transaction(async (tx) => {
      const now = this.clock.now();
      const rowsOf = await this.streaks.begin(
        tx,
        people.map((p) => p.personId),
      );
      const { desiredRetention: retention } = await this.settings.get(tx);
      const planned = await this.plan(tx, people);
      const added = new Set(
        await this.cards.add(
          tx,
          planned.map((p) => p.card),
        ),
      );
      const fresh = planned.filter((p) => added.has(p.card.id));
      await this.cards.saveText(
        tx,
        fresh.flatMap(({ card, source }) =>
          card.kind === 'own'
            ? [{ cardId: card.id, personId: card.personId, front: source.front ?? '', back: source.back ?? '' }]
            : [],
        ),
        now,
      );
      const log: LogRow[] = [];
      const kinds = new Map<string, string>();
      const memories: (Memory & { id: string })[] = [];
      for (const { card, source } of fresh) {
        const row = rowsOf.get(card.personId) as ReviewerRow;
        kinds.set(card.id, card.kind);
        let memory = newMemory(card.dueAt);
        for (const review of [...source.reviews].sort((a, b) => a.at.getTime() - b.at.getTime())) {
          const done = afterReview(memory, card.id, review, { retention, zone: zoneAt(row.periods, review.at) });
          log.push({
            id: idOf(card.id, review.at.toISOString()),
            personId: card.personId,
            cardId: card.id,
            sessionId: null,
            grade: review.grade,
            reviewedAt: review.at,
            localDay: dayAt(row.periods, review.at),
            durationMs: review.durationMs ?? 0,
            state: memory.state,
            stability: memory.stability,
            difficulty: memory.difficulty,
            elapsedDays: done.elapsedDays,
            recall: done.recall,
          });
          memory = done.memory;
        }
        if (source.dueNow && memory.dueAt > now) memory = { ...memory, dueAt: now };
        if (memory.state !== 'new' || source.dueNow) memories.push({ ...memory, id: card.id });
      }
      await this.log.add(tx, log, now);
      await this.cards.saveMemories(tx, memories);
      await this.activities.recordMany(
        tx,
        log.map((l) => ({
          verb: 'review.done' as const,
          personId: l.personId,
          subjectType: 'card',
          subjectId: l.cardId,
          result: { recalled: isRecalled(l.grade), grade: l.grade, kind: kinds.get(l.cardId) ?? '' },
          occurredAt: l.reviewedAt,
          localDay: l.localDay,
        })),
      );
      await this.streaks.count(
        tx,
        rowsOf,
        log.map((l) => ({ personId: l.personId, at: l.reviewedAt, how: 'review' as const })),
      );
      return { cards: fresh.length, reviews: log.length };
    });
  }

  /** Counts days of activity without reviews, for streaks that rest on lessons. */
  async loadLearningDays(touches: readonly { personId: string; at: Date }[]): Promise<void> {
    await this.db.transaction(async (tx) => {
      const people = await this.streaks.begin(
        tx,
        touches.map((t) => t.personId),
      );
      await this.streaks.count(
        tx,
        people,
        touches.map((t) => ({ ...t, how: 'lesson' as const })),
      );
    });
  }

  private async plan(tx: Tx, people: readonly ReviewHistoryPerson[]): Promise<Planned[]> {
    const all = people.flatMap((p) => p.cards.map((source) => ({ personId: p.personId, source })));
    const byCode = await this.questions.idsByCode(tx, [...new Set(all.flatMap((a) => a.source.questionCode ?? []))]);
    const versions = await this.practice.load(tx, [...byCode.values()], 'en');
    const points = await this.keyPoints.byRef(tx, [...new Set(all.flatMap((a) => a.source.lessonRef ?? []))]);
    return all.map(({ personId, source }): Planned => {
      const base = { personId, dueAt: source.createdAt, createdAt: source.createdAt };
      if (source.kind === 'question') {
        const question = versions.get(byCode.get(source.questionCode ?? '') ?? '');
        if (!question) throw new InvalidInput('practice-question-unknown', { code: source.questionCode ?? '' });
        const card = { ...base, kind: 'question' as const, origin: 'missed' as const, topic: question.tags[0] ?? null };
        return {
          card: {
            ...card,
            id: idOf(personId, question.questionId),
            questionId: question.questionId,
            questionVersionId: question.versionId,
          },
          source,
        };
      }
      if (source.kind === 'key-point') {
        const point = points.get(source.lessonRef ?? '');
        if (!point) throw new InvalidInput('lesson-unknown', { ref: source.lessonRef ?? '' });
        return {
          card: {
            ...base,
            id: idOf(personId, point.lessonId),
            kind: 'key-point',
            origin: 'lesson',
            lessonId: point.lessonId,
          },
          source,
        };
      }
      return { card: { ...base, id: idOf(personId, source.front ?? ''), kind: 'own', origin: 'own' }, source };
    });
  }
}
