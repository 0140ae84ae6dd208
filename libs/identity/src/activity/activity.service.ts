import { Inject, Injectable } from '@nestjs/common';
import { newId, type Clock, type LocalDay } from '@waymark/kernel';
import {
  CLOCK,
  EVENT_RECORD,
  eventBatch,
  eventRecord,
  Outbox,
  rows,
  type EventBatch,
  type Tx,
} from '@waymark/platform';
import { activityRecorded } from './activity.events.js';
import type { Verb } from './verb.js';

export interface ActivityInput {
  verb: Verb;
  personId: string;
  subjectType: string;
  subjectId: string;
  subjectVersion?: string | null;
  result?: Record<string, number | string | boolean | null>;
  creditedMinutes?: number;
  occurredAt?: Date;
  /** The person's local day of `occurredAt` when left out. */
  localDay?: LocalDay;
}

/** The append-only record of what people did. */
@Injectable()
export class Activities {
  constructor(
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async record(tx: Tx, activity: ActivityInput): Promise<string> {
    const [id] = await this.recordMany(tx, [activity]);
    return id as string;
  }

  /**
   * One statement however many: the records with that day's org unit, their events, and the events of what happened
   * besides. Ids of the records in the same order.
   */
  async recordMany(
    tx: Tx,
    activities: readonly ActivityInput[],
    besides: readonly EventBatch[] = [],
  ): Promise<string[]> {
    if (activities.length === 0) {
      await this.outbox.publishBatches(tx, besides);
      return [];
    }
    const now = this.clock.now();
    const full = activities.map((a) => ({ ...a, id: newId(), occurredAt: a.occurredAt ?? now }));
    const recorded = this.outbox.draft([
      eventBatch(
        activityRecorded,
        full.map((a) => ({
          personId: a.personId,
          occurredAt: a.occurredAt,
          payload: {
            activityId: a.id,
            verb: a.verb,
            subjectType: a.subjectType,
            subjectId: a.subjectId,
            subjectVersion: a.subjectVersion ?? null,
            result: a.result ?? {},
            creditedMinutes: a.creditedMinutes ?? 0,
            localDay: '',
            orgUnitId: null,
          },
        })),
      ),
    ]);
    const others = this.outbox.draft(besides);
    const written = await rows<{ id: string; org_unit_id: string | null; local_day: string }>(
      tx,
      `with a as (
         insert into activity_record (id, person_id, org_unit_id, verb, subject_type, subject_id, subject_version, result,
                                      credited_minutes, occurred_at, recorded_at, local_day)
         select a.id, a.person_id, cp.org_unit_id, a.verb, a.subject_type, a.subject_id, a.subject_version, a.result,
                a.credited_minutes, a.occurred_at, $2, coalesce(a.local_day, (a.occurred_at at time zone pr.zone)::date)
         from jsonb_to_recordset($1::jsonb) as a(id uuid, person_id uuid, verb text, subject_type text, subject_id text,
                subject_version text, result jsonb, credited_minutes int, occurred_at timestamptz, local_day date)
         join person_profile pr on pr.person_id = a.person_id
         left join current_position cp on cp.person_id = a.person_id
         returning id, org_unit_id, local_day
       ), told as (
         insert into outbox_event (id, type, person_id, payload, occurred_at)
         select e.id, e.type, e.person_id,
                e.payload || jsonb_build_object('localDay', a.local_day, 'orgUnitId', a.org_unit_id), e.occurred_at
         from jsonb_to_recordset($3::jsonb) as e${EVENT_RECORD} join a on a.id = (e.payload ->> 'activityId')::uuid
         union all
         select id, type, person_id, payload, occurred_at from jsonb_to_recordset($4::jsonb) as e${EVENT_RECORD}
       )
       select id, org_unit_id, local_day from a`,
      [
        JSON.stringify(
          full.map((a) => ({
            id: a.id,
            person_id: a.personId,
            verb: a.verb,
            subject_type: a.subjectType,
            subject_id: a.subjectId,
            subject_version: a.subjectVersion ?? null,
            result: a.result ?? {},
            credited_minutes: a.creditedMinutes ?? 0,
            occurred_at: a.occurredAt,
            local_day: a.localDay ?? null,
          })),
        ),
        now,
        JSON.stringify(recorded.map(eventRecord)),
        JSON.stringify(others.map(eventRecord)),
      ],
    );
    if (written.length !== full.length) throw new Error('An activity names a person who does not exist');
    const byId = new Map(written.map((w) => [w.id, w]));
    const dated = recorded.map((event, i) => {
      const row = byId.get((full[i] as { id: string }).id);
      return { ...event, payload: { ...event.payload, localDay: row?.local_day, orgUnitId: row?.org_unit_id } };
    });
    await this.outbox.tell(tx, [...dated, ...others]);
    return full.map((a) => a.id);
  }
}
