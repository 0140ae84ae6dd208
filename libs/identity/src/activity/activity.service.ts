import { Inject, Injectable } from '@nestjs/common';
import { newId, type Clock, type LocalDay } from '@waymark/kernel';
import { CLOCK, Outbox, rows, type Tx } from '@waymark/platform';
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

  /** Two statements however many: the records with that day's org unit, and their events. Ids in the same order. */
  async recordMany(tx: Tx, activities: readonly ActivityInput[]): Promise<string[]> {
    if (activities.length === 0) return [];
    const now = this.clock.now();
    const full = activities.map((a) => ({ ...a, id: newId(), occurredAt: a.occurredAt ?? now }));
    const written = await rows<{ id: string; org_unit_id: string | null; local_day: string }>(
      tx,
      `insert into activity_record (id, person_id, org_unit_id, verb, subject_type, subject_id, subject_version, result,
                                    credited_minutes, occurred_at, recorded_at, local_day)
       select a.id, a.person_id, cp.org_unit_id, a.verb, a.subject_type, a.subject_id, a.subject_version, a.result,
              a.credited_minutes, a.occurred_at, $2, coalesce(a.local_day, (a.occurred_at at time zone pr.zone)::date)
       from jsonb_to_recordset($1::jsonb) as a(id uuid, person_id uuid, verb text, subject_type text, subject_id text,
              subject_version text, result jsonb, credited_minutes int, occurred_at timestamptz, local_day date)
       join person_profile pr on pr.person_id = a.person_id
       left join current_position cp on cp.person_id = a.person_id
       returning id, org_unit_id, local_day`,
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
      ],
    );
    if (written.length !== full.length) throw new Error('An activity names a person who does not exist');
    const byId = new Map(written.map((w) => [w.id, w]));
    await this.outbox.publishMany(
      tx,
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
          localDay: byId.get(a.id)?.local_day ?? '',
          orgUnitId: byId.get(a.id)?.org_unit_id ?? null,
        },
      })),
    );
    return full.map((a) => a.id);
  }
}
