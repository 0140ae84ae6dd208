import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Conflict, newId, NotFound, RuleViolation, type Clock, type Locale } from '@waymark/kernel';
import { CLOCK, Db, rows, type Tx } from '@waymark/platform';
import { PersonDataRegistry } from '@waymark/identity';
import { ReviewSessions, type CardView } from '../session/review-sessions.service.js';
import { CardRepository } from './card.repository.js';
import type { Card } from './card.js';

export interface CardFilter {
  kind?: string | null;
  suspended?: boolean | null;
}

/** A person's own cards: reading, writing, setting aside. */
@Injectable()
export class Cards implements OnModuleInit {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CardRepository) private readonly cards: CardRepository,
    @Inject(ReviewSessions) private readonly sessions: ReviewSessions,
    @Inject(PersonDataRegistry) private readonly personData: PersonDataRegistry,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.personData.contribute({
      section: 'reviews',
      export: async (tx, personId) => ({
        cards: await rows(
          tx,
          `select c.kind, c.origin, c.topic, c.state, c.due_at, c.reps, c.lapses, c.suspended, c.created_at, t.front, t.back
           from card c left join card_text t on t.card_id = c.id where c.person_id = $1 order by c.created_at`,
          [personId],
        ),
        reviews: await rows(
          tx,
          `select card_id, grade, reviewed_at, duration_ms from review_log where person_id = $1 order by reviewed_at`,
          [personId],
        ),
        days: await rows(tx, `select local_day, how from learning_day where person_id = $1 order by local_day`, [
          personId,
        ]),
      }),
    });
  }

  async page(
    personId: string,
    locale: Locale,
    filter: CardFilter,
    first: number,
    afterId: string | null,
  ): Promise<{ views: CardView[]; total: number; hasMore: boolean; lastId: string | null }> {
    return this.db.read(async (tx) => {
      const found = await this.cards.page(tx, personId, filter, first, afterId);
      const shown = found.slice(0, first);
      return {
        views: await this.views(tx, personId, shown, locale),
        total: await this.cards.count(tx, personId, filter),
        hasMore: found.length > first,
        lastId: shown.at(-1)?.id ?? null,
      };
    });
  }

  /** @throws NotFound 'card-not-found', also for somebody else's card */
  async one(personId: string, id: string, locale: Locale): Promise<CardView> {
    return this.db.read((tx) => this.view(tx, personId, id, locale));
  }

  async write(personId: string, text: { front: string; back: string }, locale: Locale): Promise<CardView> {
    return this.db.transaction(async (tx) => {
      const now = this.clock.now();
      const id = newId();
      await this.cards.add(tx, [{ id, personId, kind: 'own', origin: 'own', dueAt: now, createdAt: now }]);
      await this.cards.saveText(tx, [{ cardId: id, personId, ...text }], now);
      return this.view(tx, personId, id, locale);
    });
  }

  /** @throws Conflict 'card-changed' when it was edited on another device since `revision` */
  async edit(
    personId: string,
    id: string,
    revision: number,
    text: { front: string; back: string },
    locale: Locale,
  ): Promise<CardView> {
    return this.db.transaction(async (tx) => {
      const card = await this.locked(tx, personId, id);
      if (card.kind !== 'own') throw new RuleViolation('card-not-own');
      if (card.revision !== revision) throw new Conflict('card-changed', { revision: card.revision });
      await this.cards.saveText(tx, [{ cardId: id, personId, ...text }], this.clock.now());
      await this.cards.touch(tx, id, {});
      return this.view(tx, personId, id, locale);
    });
  }

  async suspend(personId: string, id: string, suspended: boolean, locale: Locale): Promise<CardView> {
    return this.db.transaction(async (tx) => {
      const card = await this.locked(tx, personId, id);
      if (card.suspended === 'source-gone') throw new RuleViolation('card-source-gone');
      if ((card.suspended === 'by-person') !== suspended)
        await this.cards.touch(tx, id, { suspended: suspended ? 'by-person' : null });
      return this.view(tx, personId, id, locale);
    });
  }

  async fromAttempt(personId: string, attemptId: string): Promise<number> {
    return this.db.read((tx) => this.cards.fromAttempt(tx, personId, attemptId));
  }

  private async locked(tx: Tx, personId: string, id: string): Promise<Card> {
    const card = await this.cards.find(tx, personId, id, true);
    if (!card) throw new NotFound('card-not-found');
    return card;
  }

  private async view(tx: Tx, personId: string, id: string, locale: Locale): Promise<CardView> {
    const card = await this.cards.find(tx, personId, id);
    const [view] = card ? await this.views(tx, personId, [card], locale) : [];
    if (!view) throw new NotFound('card-not-found');
    return view;
  }

  private async views(tx: Tx, personId: string, cards: readonly Card[], locale: Locale): Promise<CardView[]> {
    const now = this.clock.now();
    return this.sessions.views(tx, cards, await this.sessions.person(tx, personId, now), locale, now);
  }
}
