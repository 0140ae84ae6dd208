import { Inject, Injectable } from '@nestjs/common';
import { newId, type Clock, type Locale, type LocalDay } from '@waymark/kernel';
import { CLOCK, Db, Outbox, type Tx } from '@waymark/platform';
import { Topics } from '@waymark/assessment';
import { Activities } from '@waymark/identity';
import { CardFaces } from '../card/card-faces.service.js';
import { CardRepository } from '../card/card.repository.js';
import type { Card, CardFace, Why } from '../card/card.js';
import { whyToday } from '../card/why-today.js';
import { ReviewSettings, type ReviewSetting } from '../setting/review-settings.service.js';
import { isRecalled, nextDates, recallOn, type Grade, type Memory, type NextDate } from '../schedule/schedule.js';
import type { ReviewerRow } from '../streak/streak.repository.js';
import { StreakRepository } from '../streak/streak.repository.js';
import { Streaks, type StreakFacts } from '../streak/streaks.service.js';
import { zoneAt, dayAt } from '../streak/streak-zone.js';
import { applyReviews, needsReplay, type ReviewEvent } from './apply-reviews.js';
import { minutesFor, paceAfter, timesOfReviews, type EventVerdict } from './review-event.js';
import { ReviewLogRepository, type DayFacts, type LogRow, type SessionFacts } from './review-log.repository.js';
import { reviewSessionFinished } from './review-session.events.js';
import { pickSession, type Candidate } from './session-pick.js';

export interface SubmittedEvent {
  id: string;
  cardId: string;
  grade: Grade;
  reviewedAt: Date;
  durationMs: number;
  sessionId: string | null;
}

export interface CardView {
  card: Card;
  face: CardFace;
  why: Why;
  next: NextDate[];
}

export interface OpenSession {
  id: string;
  today: LocalDay;
  cards: CardView[];
  dueTotal: number;
  newTotal: number;
  limitLeft: number;
  newLeft: number;
  returning: boolean;
  nextDueAt: Date | null;
}

export interface ReviewToday {
  due: number;
  fresh: number;
  minutes: number;
  doneToday: number;
  nextDueAt: Date | null;
}

export interface EventOutcome {
  id: string;
  outcome: 'recorded' | 'duplicate' | 'refused';
  code: string | null;
}

export interface Submitted {
  results: EventOutcome[];
  cards: { cardId: string; state: string; dueAt: Date; next: NextDate[] }[];
}

export interface SessionSummary extends SessionFacts {
  sessionId: string;
  nextDueAt: Date | null;
  forecast: { day: LocalDay; due: number }[];
}

interface Person {
  row: ReviewerRow;
  day: LocalDay;
  zone: string;
  setting: ReviewSetting;
}

const limitsLeft = (setting: ReviewSetting, facts: DayFacts): { limitLeft: number; newLeft: number } => ({
  limitLeft: Math.max(0, setting.dailyLimit - facts.reviewedToday),
  newLeft: Math.max(0, setting.newLimit - facts.newToday),
});

/** Review sessions: what comes today, the grades that come back, and what was kept. */
@Injectable()
export class ReviewSessions {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CardRepository) private readonly cards: CardRepository,
    @Inject(CardFaces) private readonly faces: CardFaces,
    @Inject(Topics) private readonly topics: Topics,
    @Inject(ReviewLogRepository) private readonly log: ReviewLogRepository,
    @Inject(StreakRepository) private readonly reviewers: StreakRepository,
    @Inject(Streaks) private readonly streaks: Streaks,
    @Inject(ReviewSettings) private readonly settings: ReviewSettings,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async open(personId: string, locale: Locale, limit: number): Promise<OpenSession> {
    return this.db.read(async (tx) => {
      const now = this.clock.now();
      const person = await this.person(tx, personId, now);
      const facts = await this.log.day(tx, personId, person.day, now);
      const waiting = await this.cards.due(tx, personId, now);
      const candidates = waiting.map((c): Candidate => ({
        id: c.id,
        kind: c.state === 'new' ? 'new' : c.state === 'review' ? 'due' : 'step',
        dueAt: c.dueAt,
        recall: recallOn(c, person.day, person.setting.desiredRetention),
      }));
      const left = limitsLeft(person.setting, facts);
      const pick = pickSession(candidates, { ...left, most: limit });
      const cards = await this.cards.byIds(tx, personId, pick.ids);
      return {
        id: newId(),
        today: person.day,
        cards: await this.views(tx, cards, person, locale, now),
        dueTotal: facts.due,
        newTotal: facts.fresh,
        ...left,
        returning: pick.returning,
        nextDueAt: facts.nextDueAt,
      };
    });
  }

  /** Cards as their owner sees them; those whose source is gone are left out. */
  async views(tx: Tx, cards: readonly Card[], person: Person, locale: Locale, now: Date): Promise<CardView[]> {
    const faces = await this.faces.load(tx, cards, locale);
    const topics = await this.topics.titles(
      tx,
      cards.flatMap((c) => c.topic ?? []),
      locale,
    );
    const rule = { retention: person.setting.desiredRetention, zone: person.zone };
    return cards.flatMap((card) => {
      const face = faces.get(card.id);
      if (!face) return [];
      return [
        {
          card,
          face,
          why: {
            ...whyToday(card, person.day, person.zone, rule.retention),
            topic: card.topic === null ? null : (topics.get(card.topic) ?? card.topic),
          },
          next: nextDates(card, card.id, now, rule),
        },
      ];
    });
  }

  async today(tx: Tx, personId: string): Promise<ReviewToday> {
    const now = this.clock.now();
    const person = await this.person(tx, personId, now);
    const facts = await this.log.day(tx, personId, person.day, now);
    const { limitLeft, newLeft } = limitsLeft(person.setting, facts);
    const due = facts.due - facts.dueReview + Math.min(facts.dueReview, limitLeft);
    const fresh = facts.dueReview > limitLeft ? 0 : Math.min(facts.fresh, newLeft);
    return {
      due,
      fresh,
      minutes: minutesFor(due + fresh, person.row.paceMs),
      doneToday: facts.doneToday,
      nextDueAt: due + fresh > 0 ? null : facts.nextDueAt,
    };
  }

  /**
   * Records grades. Each id counts once; reviews up to seven days old keep their own time, and a late one plays the history of its
   * card again, so the end is the same in whatever order devices send them.
   */
  async submit(personId: string, events: readonly SubmittedEvent[]): Promise<Submitted> {
    return this.db.transaction(async (tx) => {
      const now = this.clock.now();
      const people = await this.streaks.begin(tx, [personId]);
      const row = people.get(personId) as ReviewerRow;
      const setting = await this.settings.get(tx);
      const known = await this.log.known(
        tx,
        personId,
        events.map((e) => e.id),
      );
      const own = new Map(
        (
          await this.cards.lockMany(
            tx,
            personId,
            events.map((e) => e.cardId),
          )
        ).map((c) => [c.id, c]),
      );
      const results: EventOutcome[] = [];
      const taken = new Map<string, { event: SubmittedEvent; at: Date }>();
      const times = timesOfReviews(
        events.map((e) => e.reviewedAt),
        now,
      );
      for (const [i, event] of events.entries()) {
        const time = times[i] as EventVerdict;
        if (known.has(event.id) || taken.has(event.id))
          results.push({ id: event.id, outcome: 'duplicate', code: null });
        else if (!own.has(event.cardId)) results.push({ id: event.id, outcome: 'refused', code: 'card-not-found' });
        else if ('refused' in time) results.push({ id: event.id, outcome: 'refused', code: time.refused });
        else {
          taken.set(event.id, { event, at: time.at });
          results.push({ id: event.id, outcome: 'recorded', code: null });
        }
      }
      const reviewed = await this.record(tx, row, setting, own, [...taken.values()], now);
      await this.streaks.count(
        tx,
        people,
        [...taken.values()].map(({ at }) => ({ personId, at, how: 'review' as const })),
      );
      const durations = [...taken.values()].map(({ event }) => event.durationMs);
      if (durations.length > 0) await this.reviewers.savePace(tx, personId, paceAfter(row.paceMs, durations));
      const rule = { retention: setting.desiredRetention, zone: zoneAt(row.periods, now) };
      const touched = [...new Set(events.map((e) => e.cardId))].flatMap((id) => own.get(id) ?? []);
      return {
        results,
        cards: touched.map((card) => {
          const memory = reviewed.get(card.id) ?? card;
          return {
            cardId: card.id,
            state: memory.state,
            dueAt: memory.dueAt,
            next: nextDates(memory, card.id, now, rule),
          };
        }),
      };
    });
  }

  private async record(
    tx: Tx,
    row: ReviewerRow,
    setting: ReviewSetting,
    own: ReadonlyMap<string, Card>,
    taken: readonly { event: SubmittedEvent; at: Date }[],
    now: Date,
  ): Promise<Map<string, Memory>> {
    const out = new Map<string, Memory>();
    if (taken.length === 0) return out;
    const ruleAt = (at: Date) => ({ retention: setting.desiredRetention, zone: zoneAt(row.periods, at) });
    const byCard = new Map<string, ReviewEvent[]>();
    for (const { event, at } of taken)
      byCard.set(event.cardId, [...(byCard.get(event.cardId) ?? []), { id: event.id, grade: event.grade, at }]);
    const replayed = [...byCard].filter(([id, list]) => needsReplay(own.get(id) as Card, list)).map(([id]) => id);
    const history = new Map<string, ReviewEvent[]>();
    if (replayed.length > 0) {
      for (const l of await this.log.ofCards(tx, replayed)) {
        history.set(l.cardId, [...(history.get(l.cardId) ?? []), { id: l.id, grade: l.grade, at: l.reviewedAt }]);
      }
    }
    const lines = new Map<string, Pick<LogRow, 'state' | 'stability' | 'difficulty' | 'elapsedDays' | 'recall'>>();
    for (const [id, list] of byCard) {
      const applied = applyReviews(own.get(id) as Card, list, history.get(id) ?? [], ruleAt);
      out.set(id, applied.memory);
      for (const [eventId, { before, elapsedDays, recall }] of applied.before) {
        lines.set(eventId, {
          state: before.state,
          stability: before.stability,
          difficulty: before.difficulty,
          elapsedDays,
          recall,
        });
      }
    }
    const log = taken.map(({ event, at }): LogRow => ({
      id: event.id,
      personId: row.personId,
      cardId: event.cardId,
      sessionId: event.sessionId,
      grade: event.grade,
      reviewedAt: at,
      localDay: dayAt(row.periods, at),
      durationMs: event.durationMs,
      ...(lines.get(event.id) as Pick<LogRow, 'state' | 'stability' | 'difficulty' | 'elapsedDays' | 'recall'>),
    }));
    await this.log.add(tx, log, now);
    await this.cards.saveMemories(
      tx,
      [...out].map(([id, memory]) => ({ ...memory, id })),
    );
    await this.activities.recordMany(
      tx,
      log.map((l) => ({
        verb: 'review.done' as const,
        personId: l.personId,
        subjectType: 'card',
        subjectId: l.cardId,
        result: { recalled: isRecalled(l.grade), grade: l.grade, kind: (own.get(l.cardId) as Card).kind },
        occurredAt: l.reviewedAt,
        localDay: l.localDay,
      })),
    );
    return out;
  }

  async summary(tx: Tx, personId: string, sessionId: string): Promise<SessionSummary> {
    const now = this.clock.now();
    const person = await this.person(tx, personId, now);
    const facts = await this.log.session(tx, personId, sessionId);
    const day = await this.log.day(tx, personId, person.day, now);
    return {
      sessionId,
      ...facts,
      nextDueAt: day.due > 0 ? now : day.nextDueAt,
      forecast: await this.log.forecast(tx, personId, person.day, person.zone),
    };
  }

  readSummary(personId: string, sessionId: string): Promise<SessionSummary> {
    return this.db.read((tx) => this.summary(tx, personId, sessionId));
  }

  /** The end of a sitting; told to others once, and only when something was reviewed. */
  async finish(personId: string, sessionId: string): Promise<SessionSummary> {
    return this.db.transaction(async (tx) => {
      const summary = await this.summary(tx, personId, sessionId);
      if (summary.reviews > 0 && (await this.log.finish(tx, personId, sessionId, this.clock.now())) === 1) {
        await this.outbox.publish(tx, reviewSessionFinished, {
          personId,
          payload: { sessionId, reviews: summary.reviews, recalled: summary.recalled, kept: summary.kept },
        });
      }
      return summary;
    });
  }

  async forecast(personId: string): Promise<{ day: LocalDay; due: number }[]> {
    return this.db.read(async (tx) => {
      const person = await this.person(tx, personId, this.clock.now());
      return this.log.forecast(tx, personId, person.day, person.zone);
    });
  }

  readToday(personId: string): Promise<ReviewToday> {
    return this.db.read((tx) => this.today(tx, personId));
  }

  async readStreak(personId: string): Promise<StreakFacts> {
    return this.db.read(async (tx) => (await this.streaks.of(tx, [personId])).get(personId) as StreakFacts);
  }

  async person(tx: Tx, personId: string, now: Date): Promise<Person> {
    const row = (await this.reviewers.load(tx, [personId])).get(personId) as ReviewerRow;
    return { row, ...this.streaks.todayOf(row, now), setting: await this.settings.get(tx) };
  }
}
