import { Inject, Injectable } from '@nestjs/common';
import { Db, one } from '@waymark/platform';

export interface MentorImpact {
  finished: number;
  current: number;
  held: number;
  missed: number;
  onTime: number;
  done: number;
  decisions: number;
  /** Mean, from hand-in to decision. */
  decideHours: number | null;
  thanks: number;
}

/** What a mentor's work has come to. */
@Injectable()
export class Impacts {
  constructor(@Inject(Db) private readonly db: Db) {}

  /** On time: steps of mentees' maps done by their due day, of those with one that were done while the pairing ran. */
  of(mentorId: string): Promise<MentorImpact> {
    return this.db.read((tx) =>
      one(
        tx,
        `with mine as (select * from pairing where mentor_id = $1),
         step as (
           select s.due_on, s.completed_on from mine p join enrolment e on e.person_id = p.learner_id and e.status <> 'withdrawn'
           join enrolment_progress g on g.enrolment_id = e.id cross join lateral unnest(g.due_on, g.completed_on) as s(due_on, completed_on)
           where s.due_on is not null and s.completed_on between p.start_day and coalesce(p.ended_on, s.completed_on)
         ),
         decided as (select submitted_at, decided_at from milestone_submission where decided_by = $1 and submitted_at is not null)
         select (select count(*)::int from mine where end_reason = 'completed') as finished,
                (select count(*)::int from mine where ended_on is null) as current,
                (select count(*)::int from mentor_meeting where logged_by = $1 and state = 'held') as held,
                (select count(*)::int from mentor_meeting m join mine p on p.id = m.pairing_id where m.state = 'missed') as missed,
                (select count(*)::int from step where completed_on <= due_on) as "onTime", (select count(*)::int from step) as done,
                (select count(*)::int from decided) as decisions,
                (select (avg(extract(epoch from decided_at - submitted_at)) / 3600)::float8 from decided) as "decideHours",
                (select count(*)::int from mentor_thanks where mentor_id = $1) as thanks`,
        [mentorId],
      ),
    );
  }
}
