import { Inject, Injectable } from '@nestjs/common';
import { addDays, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, type Tx } from '@waymark/platform';
import { Activities } from '@waymark/identity';
import { StreakRepository, type ReviewerRow } from './streak.repository.js';
import {
  streakAfter,
  streakOf,
  streakOn,
  streakWeek,
  type StreakDayState,
  type StreakState,
  type StreakToday,
} from './streak.js';
import { dayAt, skippedDays, zoneAt, zoneChange } from './streak-zone.js';

export interface Touch {
  personId: string;
  at: Date;
  how: 'review' | 'lesson';
}

export interface StreakFacts extends StreakToday {
  today: LocalDay;
  week: { day: LocalDay; state: StreakDayState }[];
}

/** Which days counted, and what streak they make. */
@Injectable()
export class Streaks {
  constructor(
    @Inject(StreakRepository) private readonly repository: StreakRepository,
    @Inject(Activities) private readonly activities: Activities,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Locks the people's rows and notes a change of zone, which counts from tomorrow. */
  async begin(tx: Tx, personIds: readonly string[]): Promise<Map<string, ReviewerRow>> {
    const found = await this.repository.lock(tx, [...new Set(personIds)]);
    const now = this.clock.now();
    const changes = [...found.values()].flatMap((r) => {
      const change = zoneChange(r.periods, r.zone, now);
      if (!change) return [];
      r.periods = [...r.periods.filter((p) => p.from.getTime() !== change.from.getTime()), change];
      return [{ ...change, personId: r.personId }];
    });
    if (changes.length > 0) await this.repository.addPeriods(tx, changes);
    return found;
  }

  /** Counts days of activity: once a day each, also when the day is told days later. People must come from `begin`. */
  async count(tx: Tx, people: ReadonlyMap<string, ReviewerRow>, touches: readonly Touch[]): Promise<void> {
    const first = new Map<string, { personId: string; day: LocalDay; how: Touch['how']; at: Date }>();
    for (const t of touches) {
      const person = people.get(t.personId);
      if (!person) continue;
      const day = dayAt(person.periods, t.at);
      const key = `${t.personId} ${day}`;
      const known = first.get(key);
      if (!known || t.at < known.at) first.set(key, { personId: t.personId, day, how: t.how, at: t.at });
    }
    if (first.size === 0) return;
    const added = await this.repository.addDays(tx, [...first.values()]);
    if (added.length === 0) return;
    const daysOf = new Map<string, LocalDay[]>();
    for (const { personId, day } of added) daysOf.set(personId, [...(daysOf.get(personId) ?? []), day].sort());
    const late = [...daysOf]
      .filter(([id, days]) => (days[0] as LocalDay) <= (people.get(id)?.lastDay ?? ''))
      .map(([id]) => id);
    const all = late.length > 0 ? await this.repository.days(tx, late, null) : new Map<string, LocalDay[]>();
    const lengths = new Map<string, number>();
    const states = [...daysOf].map(([personId, days]) => {
      const person = people.get(personId) as ReviewerRow;
      const pardoned = skippedDays(person.periods);
      const history = all.get(personId);
      let state: StreakState = person;
      if (history) {
        state = streakOf(history, pardoned);
        for (const day of days)
          lengths.set(
            `${personId} ${day}`,
            streakOf(
              history.filter((d) => d <= day),
              pardoned,
            ).length,
          );
      } else {
        for (const day of days) {
          state = streakAfter(state, day, pardoned);
          lengths.set(`${personId} ${day}`, state.length);
        }
      }
      Object.assign(person, state);
      return { ...state, personId };
    });
    await this.repository.saveStates(tx, states);
    await this.activities.recordMany(
      tx,
      added.map(({ personId, day }) => ({
        verb: 'streak.day' as const,
        personId,
        subjectType: 'streak',
        subjectId: personId,
        result: { length: lengths.get(`${personId} ${day}`) ?? 1 },
        occurredAt: first.get(`${personId} ${day}`)?.at ?? this.clock.now(),
        localDay: day,
      })),
    );
  }

  async of(tx: Tx, personIds: readonly string[]): Promise<Map<string, StreakFacts>> {
    const people = await this.repository.load(tx, personIds);
    const now = this.clock.now();
    const since = addDays(now.toISOString().slice(0, 10), -9);
    const recent = await this.repository.days(tx, personIds, since);
    const firstDays = await this.repository.firstDays(tx, personIds);
    return new Map(
      [...people.values()].map((r) => {
        const today = dayAt(r.periods.length > 0 ? r.periods : [{ from: new Date(0), zone: r.zone }], now);
        const pardoned = skippedDays(r.periods);
        const week = streakWeek(
          r,
          new Set(recent.get(r.personId) ?? []),
          today,
          firstDays.get(r.personId) ?? null,
          pardoned,
        );
        return [r.personId, { ...streakOn(r, today, pardoned), today, week }];
      }),
    );
  }

  /** The person's local day and zone that count now. */
  todayOf(person: ReviewerRow, at: Date): { day: LocalDay; zone: string } {
    const periods = person.periods.length > 0 ? person.periods : [{ from: new Date(0), zone: person.zone }];
    return { day: dayAt(periods, at), zone: zoneAt(periods, at) };
  }
}
