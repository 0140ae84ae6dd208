import { Inject, Injectable } from '@nestjs/common';
import { rows, Db, type Tx } from '@waymark/platform';
import { Badges } from '../badge/badges.service.js';
import { BoardScores } from '../leaderboard/board-scores.service.js';
import { Awarding, type ActivityAt } from './awarding.service.js';

export interface Replayed {
  activities: number;
  awards: number;
  points: number;
  badges: number;
  boardsClosed: number;
}

const PAGE = 25_000;

/**
 * Goes through all activity records with the rules in force and their own days, pays what was not paid, awards badges
 * of the past and closes periods that are over. Tells nobody. A second run changes nothing.
 */
@Injectable()
export class PointsReplay {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Awarding) private readonly awarding: Awarding,
    @Inject(Badges) private readonly badges: Badges,
    @Inject(BoardScores) private readonly boards: BoardScores,
  ) {}

  async rebuildFromActivities(): Promise<Replayed> {
    return this.db.transaction(async (tx) => {
      const out: Replayed = { activities: 0, awards: 0, points: 0, badges: 0, boardsClosed: 0 };
      for (let after: ActivityAt | undefined; ;) {
        const page = await this.page(tx, after);
        const { awards } = await this.awarding.award(tx, page);
        out.activities += page.length;
        out.awards += awards.length;
        out.points += awards.reduce((sum, a) => sum + a.points, 0);
        after = page.at(-1);
        if (page.length < PAGE) break;
      }
      out.badges = (await this.badges.evaluate(tx, null)).length;
      out.boardsClosed = await this.boards.closeEnded(tx);
      return out;
    });
  }

  private async page(tx: Tx, after: ActivityAt | undefined): Promise<ActivityAt[]> {
    return rows<ActivityAt>(
      tx,
      `select a.id, a.person_id as "personId", a.verb, a.subject_type as "subjectType", a.subject_id as "subjectId", a.result,
         a.local_day as day, a.occurred_at as at, a.org_unit_id as "orgUnitId"
       from activity_record a
       where exists (select 1 from point_rule r where r.active and r.verb = a.verb)
         and ($1::timestamptz is null or (a.occurred_at, a.id) > ($1, $2::uuid))
       order by a.occurred_at, a.id limit ${PAGE}`,
      [after?.at ?? null, after?.id ?? null],
    );
  }
}
