import { Inject, Injectable } from '@nestjs/common';
import { activityRecorded } from '@waymark/identity/events';
import { pickText, type Clock, type Locale, type Text } from '@waymark/kernel';
import { CLOCK, ConsumesEvents, Db, HandlesJob, Outbox, rows, type DomainEvent, type Tx } from '@waymark/platform';
import { badgeNeeds, type BadgeCriteria } from './badge-criteria.js';
import { badgeAwarded } from './badge.events.js';
import { evaluateBadgesJob } from './badge.jobs.js';
import {
  activeBadges,
  findHits,
  insertPersonBadges,
  markEvaluated,
  progressOf,
  type BadgeHit,
} from './badge.repository.js';

export interface BadgeCard {
  code: string;
  shape: string;
  tier: number;
  glyph: string;
  title: string;
  description: string;
}

export interface BadgeOfPerson {
  badge: BadgeCard;
  awardedAt: Date | null;
  have: number;
  need: number;
}

interface ListedBadge extends Omit<BadgeCard, 'title' | 'description'> {
  id: string;
  title: Text;
  description: Text;
  criteria: BadgeCriteria;
  awarded_at: Date | null;
}

@Injectable()
export class Badges {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @ConsumesEvents({ consumer: 'rewards.badges', events: [activityRecorded] })
  async take(tx: Tx, events: DomainEvent<{ verb: string }>[]): Promise<void> {
    const personIds = [...new Set(events.flatMap((e) => (e.personId ? [e.personId] : [])))];
    const badges = await activeBadges(tx, [...new Set(events.map((e) => e.payload.verb))]);
    await this.tell(tx, await insertPersonBadges(tx, await findHits(tx, badges, personIds)), badges);
  }

  /** Badges nobody has looked through the past for: those newly defined. People are told. */
  @HandlesJob(evaluateBadgesJob)
  async evaluateNew(): Promise<void> {
    await this.db.transaction(async (tx) => {
      const fresh = await rows<{ id: string }>(tx, `select id from badge where active and evaluated_at is null`);
      const ids = new Set(fresh.map((f) => f.id));
      const badges = (await activeBadges(tx, null)).filter((b) => ids.has(b.id));
      await this.tell(tx, await insertPersonBadges(tx, await findHits(tx, badges, null)), badges);
      await markEvaluated(tx, [...ids], this.clock.now());
    });
  }

  /** All badges against all records, without telling anybody. @param personIds null: everybody */
  async evaluate(tx: Tx, personIds: readonly string[] | null): Promise<BadgeHit[]> {
    const badges = await activeBadges(tx, null);
    const added = await insertPersonBadges(tx, await findHits(tx, badges, personIds));
    if (personIds === null)
      await markEvaluated(
        tx,
        badges.map((b) => b.id),
        this.clock.now(),
      );
    return added;
  }

  /** Those the person has, newest first. */
  async awarded(tx: Tx, personId: string, locale: Locale): Promise<BadgeOfPerson[]> {
    const list = (await this.load(tx, personId)).filter((b) => b.awarded_at !== null);
    list.sort((a, b) => (b.awarded_at?.getTime() ?? 0) - (a.awarded_at?.getTime() ?? 0));
    return list.map((b) => this.show(b, badgeNeeds(b.criteria), locale));
  }

  /** All badges with the person's way to each. */
  async all(tx: Tx, personId: string, locale: Locale): Promise<BadgeOfPerson[]> {
    const list = await this.load(tx, personId);
    const open = list.filter((b) => b.awarded_at === null);
    const have = await progressOf(tx, open, personId);
    return list.map((b) => this.show(b, b.awarded_at ? badgeNeeds(b.criteria) : (have.get(b.id) ?? 0), locale));
  }

  private show(b: ListedBadge, have: number, locale: Locale): BadgeOfPerson {
    return {
      badge: {
        code: b.code,
        shape: b.shape,
        tier: b.tier,
        glyph: b.glyph,
        title: pickText(b.title, locale),
        description: pickText(b.description, locale),
      },
      awardedAt: b.awarded_at,
      have: Math.min(have, badgeNeeds(b.criteria)),
      need: badgeNeeds(b.criteria),
    };
  }

  private async load(tx: Tx, personId: string): Promise<ListedBadge[]> {
    return rows<ListedBadge>(
      tx,
      `select b.id, b.code, b.shape, b.tier, b.glyph, b.title, b.description, b.criteria, h.awarded_at
       from badge b left join person_badge h on h.badge_id = b.id and h.person_id = $1
       where b.active or h.person_id is not null order by b.ordinal, b.code`,
      [personId],
    );
  }

  private async tell(
    tx: Tx,
    added: readonly BadgeHit[],
    badges: readonly { id: string; code: string; tier: number }[],
  ): Promise<void> {
    const byId = new Map(badges.map((b) => [b.id, b]));
    await this.outbox.publishMany(
      tx,
      badgeAwarded,
      added.map((a) => ({
        personId: a.personId,
        payload: {
          badgeId: a.badgeId,
          badgeCode: byId.get(a.badgeId)?.code ?? '',
          tier: byId.get(a.badgeId)?.tier ?? 1,
        },
      })),
    );
  }
}
