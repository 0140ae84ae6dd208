import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { PersonDataRegistry } from '@waymark/identity';
import { maybeOne, rows } from '@waymark/platform';

/** The part of "everything about one person" that lies here. */
@Injectable()
export class RewardsPersonalData implements OnModuleInit {
  constructor(@Inject(PersonDataRegistry) private readonly registry: PersonDataRegistry) {}

  onModuleInit(): void {
    this.registry.contribute({
      section: 'rewards',
      export: async (tx, personId) => ({
        points: await maybeOne(
          tx,
          `select earned, balance, held, recoverable, level from point_balance where person_id = $1`,
          [personId],
        ),
        statement: await rows(
          tx,
          `select to_char(booked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, local_day as day, kind, amount,
             reason_code as reason, subject_type as "subjectType", subject_id as "subjectId"
           from ledger_transaction where person_id = $1 order by booked_at, id`,
          [personId],
        ),
        badges: await rows(
          tx,
          `select b.code, to_char(h.awarded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "awardedAt"
           from person_badge h join badge b on b.id = h.badge_id where h.person_id = $1 order by h.awarded_at, b.code`,
          [personId],
        ),
        orders: await rows(
          tx,
          `select w.code as reward, r.price, r.state, r.note, r.answer, r.requested_on as "requestedOn"
           from redemption r join reward w on w.id = r.reward_id where r.person_id = $1 order by r.requested_at, r.id`,
          [personId],
        ),
      }),
    });
  }
}
