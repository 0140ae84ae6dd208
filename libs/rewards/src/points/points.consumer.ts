import { Inject, Injectable } from '@nestjs/common';
import { activityRecorded } from '@waymark/identity/events';
import { ConsumesEvents, Outbox, rows, type DomainEvent, type Tx } from '@waymark/platform';
import { personLevelReached } from '../person-level/person-level.events.js';
import { Awarding, type ActivityAt } from './awarding.service.js';
import { pointsAwarded } from './points.events.js';

/** Turns activities into points, in batches, with the boards in the same transaction. */
@Injectable()
export class PointsConsumer {
  constructor(
    @Inject(Awarding) private readonly awarding: Awarding,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  @ConsumesEvents({ consumer: 'rewards.points', events: [activityRecorded] })
  async take(tx: Tx, events: DomainEvent<{ activityId: string }>[]): Promise<void> {
    // Points count on the day they arrive: what was done offline days ago can't be moved into a day with room under a cap.
    const activities = await rows<ActivityAt>(
      tx,
      `select a.id, a.person_id as "personId", a.verb, a.subject_type as "subjectType", a.subject_id as "subjectId", a.result,
         (a.recorded_at at time zone pr.zone)::date as day, a.recorded_at as at, a.org_unit_id as "orgUnitId"
       from activity_record a join person_profile pr on pr.person_id = a.person_id
       where a.id = any ($1::uuid[]) order by a.occurred_at, a.id`,
      [events.map((e) => e.payload.activityId)],
    );
    const { changes, points } = await this.awarding.award(tx, activities);
    await this.outbox.publishMany(
      tx,
      pointsAwarded,
      [...changes].map(([personId, c]) => ({
        personId,
        payload: { points: points.get(personId) ?? 0, earned: c.after.earned, balance: c.after.balance },
      })),
    );
    await this.outbox.publishMany(
      tx,
      personLevelReached,
      [...changes]
        .filter(([, c]) => c.after.level > c.before.level)
        .map(([personId, c]) => ({ personId, payload: { level: c.after.level } })),
    );
  }
}
