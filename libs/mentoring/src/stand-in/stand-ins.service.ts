import { Inject, Injectable } from '@nestjs/common';
import { Settings, Supervisions } from '@waymark/identity';
import { addDays } from '@waymark/kernel';
import { Outbox, rows, type Tx } from '@waymark/platform';
import { mentorBack, mentorSubstituted } from './stand-in.events.js';
import { standInChanges, type StandIn } from './stand-in.js';

/**
 * While a mentor is away the substitute answers for the mentees, as supervision says, which is what everybody asks.
 * Whatever changes an absence or a pairing brings it in step, in the same transaction.
 */
@Injectable()
export class StandIns {
  constructor(
    @Inject(Supervisions) private readonly supervisions: Supervisions,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Outbox) private readonly outbox: Outbox,
  ) {}

  /** @param back tell those concerned that the mentor is there again; not when the pairing itself has ended */
  async sync(tx: Tx, mentorIds: readonly string[], back = false): Promise<void> {
    const mentors = [...new Set(mentorIds)];
    // One after the other for each mentor: an absence and a new pairing at once would both miss the other.
    await rows(
      tx,
      `select person_id from mentor_profile where person_id = any ($1::uuid[]) order by person_id for update`,
      [mentors],
    );
    const today = await this.settings.today(tx);
    const wanted = await rows<StandIn>(
      tx,
      `select a.substitute_id as "substituteId", p.learner_id as "learnerId", a.mentor_id as "mentorId",
              greatest(a.from_day, p.start_day) as "fromDay", a.to_day as "toDay"
       from mentor_absence a
       join pairing p on p.mentor_id = a.mentor_id and p.ended_on is null and p.start_day <= a.to_day and p.learner_id <> a.substitute_id
       join person s on s.id = a.substitute_id and s.status = 'active'
       where a.mentor_id = any ($1::uuid[]) and a.to_day >= $2 order by a.from_day, p.id`,
      [mentors, today],
    );
    const present = (await this.supervisions.standInsFor(tx, mentors, today)).map((s) => ({
      id: s.id,
      substituteId: s.supervisorId,
      learnerId: s.personId,
      mentorId: s.inPlaceOf,
      fromDay: s.fromDay,
      toDay: s.toDay,
    }));
    const { add, end, drop } = standInChanges(present, wanted, today);
    await this.supervisions.endStandIns(
      tx,
      end.map((e) => e.id),
      addDays(today, -1),
    );
    await this.supervisions.dropStandIns(
      tx,
      drop.map((d) => d.id),
    );
    await this.supervisions.startStandIns(
      tx,
      add.map((a) => ({
        supervisorId: a.substituteId,
        personId: a.learnerId,
        inPlaceOf: a.mentorId,
        fromDay: a.fromDay,
        toDay: a.toDay,
      })),
    );
    const news = (list: readonly StandIn[]) =>
      list.map(({ mentorId, substituteId, learnerId, fromDay, toDay }) => ({
        personId: learnerId,
        payload: { mentorId, substituteId, learnerId, fromDay, toDay },
      }));
    await this.outbox.publishMany(tx, mentorSubstituted, news(add));
    if (back) await this.outbox.publishMany(tx, mentorBack, news([...end, ...drop]));
  }
}
