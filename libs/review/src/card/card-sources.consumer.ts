import { Inject, Injectable } from '@nestjs/common';
import { addDays, startOfDay } from '@waymark/kernel';
import { ConsumesEvents, HandlesJob, Db, OnEventInTransaction, type DomainEvent, type Tx } from '@waymark/platform';
import { PracticeQuestions } from '@waymark/assessment';
import { questionMissed, questionPublished } from '@waymark/assessment/events';
import { KeyPoints } from '@waymark/catalog';
import { lessonCompleted } from '@waymark/catalog/events';
import { personErased } from '@waymark/identity/events';
import type { ReviewerRow } from '../streak/streak.repository.js';
import { Streaks } from '../streak/streaks.service.js';
import { dayAt, zoneAt } from '../streak/streak-zone.js';
import { CardRepository, type NewCard } from './card.repository.js';
import { reviewTidy } from './card.jobs.js';

type PayloadOf<E> = E extends { readonly __payload?: infer P } ? P : never;
type Missed = DomainEvent<PayloadOf<typeof questionMissed>>;
type Completed = DomainEvent<PayloadOf<typeof lessonCompleted>>;

const TOPIC_CHOICES = 20;

const named = <P>(events: readonly DomainEvent<P>[]): (DomainEvent<P> & { personId: string })[] =>
  events.filter((e): e is DomainEvent<P> & { personId: string } => e.personId !== null);

/** Where cards come from: misses, lessons finished, changed questions. */
@Injectable()
export class CardSources {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CardRepository) private readonly cards: CardRepository,
    @Inject(PracticeQuestions) private readonly questions: PracticeQuestions,
    @Inject(KeyPoints) private readonly keyPoints: KeyPoints,
    @Inject(Streaks) private readonly streaks: Streaks,
  ) {}

  /** A missed practice question becomes a card. A secure one never does: its lesson's key point or a practice question of its topic stands for it. */
  @ConsumesEvents({ consumer: 'review.missed', events: [questionMissed] })
  async missed(tx: Tx, events: Missed[]): Promise<void> {
    const all = named(events);
    const practice = all.filter((e) => e.payload.use === 'practice');
    const secure = all.filter((e) => e.payload.use !== 'practice');
    const points = await this.keyPoints.byRef(tx, [...new Set(secure.flatMap((e) => e.payload.lessonRef ?? []))]);
    const stand = await this.standIns(
      tx,
      secure.filter((e) => !points.has(e.payload.lessonRef ?? '')),
    );
    const versions = await this.questions.load(
      tx,
      [...new Set([...practice.map((e) => e.payload.questionId), ...stand.values()])],
      'en',
    );
    const list: NewCard[] = [];
    for (const e of all) {
      const base = {
        personId: e.personId,
        attemptId: e.payload.attemptId,
        topic: e.payload.tag,
        dueAt: e.occurredAt,
        createdAt: e.occurredAt,
      };
      const point = e.payload.use === 'practice' ? undefined : points.get(e.payload.lessonRef ?? '');
      const questionId = e.payload.use === 'practice' ? e.payload.questionId : stand.get(e.id);
      const version = questionId ? versions.get(questionId) : undefined;
      if (point) list.push({ ...base, kind: 'key-point', origin: 'missed-secure', lessonId: point.lessonId });
      else if (version) {
        const origin = e.payload.use === 'practice' ? 'missed' : 'missed-secure';
        list.push({
          ...base,
          kind: 'question',
          origin,
          questionId: version.questionId,
          questionVersionId: version.versionId,
        });
      }
    }
    await this.cards.add(tx, list);
  }

  /** For each miss the newest practice question of the topic that the person has no card of yet. */
  private async standIns(tx: Tx, misses: readonly (Missed & { personId: string })[]): Promise<Map<string, string>> {
    const out = new Map<string, string>();
    const tags = [...new Set(misses.flatMap((e) => e.payload.tag ?? []))];
    const byTag = new Map<string, string[]>();
    for (const tag of tags) byTag.set(tag, await this.questions.byTag(tx, tag, TOPIC_CHOICES));
    const held = await this.cards.questionsHeld(
      tx,
      [...new Set(misses.map((e) => e.personId))],
      [...byTag.values()].flat(),
    );
    for (const e of misses) {
      const choices = byTag.get(e.payload.tag ?? '') ?? [];
      const chosen = choices.find((id) => !held.has(`${e.personId} ${id}`)) ?? choices[0];
      if (!chosen) continue;
      held.add(`${e.personId} ${chosen}`);
      out.set(e.id, chosen);
    }
    return out;
  }

  /** A finished lesson counts for the streak, and its key point comes back from the next day on. */
  @ConsumesEvents({ consumer: 'review.lessons', events: [lessonCompleted] })
  async lessons(tx: Tx, events: Completed[]): Promise<void> {
    const all = named(events);
    const people = await this.streaks.begin(
      tx,
      all.map((e) => e.personId),
    );
    const points = await this.keyPoints.forLessons(tx, [...new Set(all.map((e) => e.payload.lessonId))]);
    const list = all.flatMap((e): NewCard[] => {
      const person: ReviewerRow | undefined = people.get(e.personId);
      if (!person || !points.has(e.payload.lessonId)) return [];
      const tomorrow = addDays(dayAt(person.periods, e.occurredAt), 1);
      return [
        {
          personId: e.personId,
          kind: 'key-point',
          origin: 'lesson',
          lessonId: e.payload.lessonId,
          dueAt: startOfDay(tomorrow, zoneAt(person.periods, e.occurredAt)),
          createdAt: e.occurredAt,
        },
      ];
    });
    await this.cards.add(tx, list);
    await this.streaks.count(
      tx,
      people,
      all.map((e) => ({ personId: e.personId, at: e.occurredAt, how: 'lesson' as const })),
    );
  }

  @ConsumesEvents({ consumer: 'review.questions', events: [questionPublished] })
  async published(tx: Tx, events: DomainEvent<PayloadOf<typeof questionPublished>>[]): Promise<void> {
    for (const { payload, occurredAt } of events) {
      if (payload.use === 'practice')
        await this.cards.moveToVersion(tx, payload.questionId, payload.questionVersionId, occurredAt);
      else await this.cards.setGone(tx, [payload.questionId], []);
    }
  }

  @OnEventInTransaction(personErased)
  async erased(tx: Tx, event: DomainEvent): Promise<void> {
    if (event.personId) await this.cards.erase(tx, event.personId);
  }

  /** Cards of retired questions rest, so that nothing is counted as due that can't be shown. */
  @HandlesJob(reviewTidy)
  async tidy(): Promise<number> {
    return this.db.transaction(async (tx) => {
      const used = await this.cards.questionsInUse(tx);
      const there = await this.questions.load(tx, used, 'en');
      return this.cards.setGone(
        tx,
        used.filter((id) => !there.has(id)),
        used.filter((id) => there.has(id)),
      );
    });
  }
}
