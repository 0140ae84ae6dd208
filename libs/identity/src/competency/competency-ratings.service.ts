import { Inject, Injectable } from '@nestjs/common';
import { clampFirst, Conflict, decodeCursor, InvalidInput, newId, NotFound, type Clock } from '@waymark/kernel';
import { CLOCK, execute, one, rows, type Tx } from '@waymark/platform';
import type { DimensionWords } from './competency.js';
import type { RatingSource } from './competency.policy.js';
import { Competencies } from './competency.service.js';

export const NOTE_MAX = 2_000;

export interface RatingInput {
  personId: string;
  dimensionId: string;
  level: number;
  source: RatingSource;
  ratedBy: string;
  note?: string | null;
  /** The sense the rater read; a rating of words that have come to mean something else is refused. */
  sense?: number | null;
}

export interface PastRating {
  personId: string;
  dimensionId: string;
  level: number;
  source: RatingSource;
  ratedBy: string;
  ratedAt: Date;
  note?: string | null;
}

export interface RatingRecord {
  id: string;
  source: RatingSource;
  level: number;
  ratedBy: string;
  ratedAt: Date;
  atText: string;
  note: string | null;
  /** The words the rating was given under. */
  words: DimensionWords;
  counts: boolean;
}

const RESTATE = `update competency_standing s set (self_level, self_sense, self_at) =
    (select r.level, v.sense, r.rated_at from competency_rating r join competency_dimension_version v using (dimension_id, version)
     where r.person_id = s.person_id and r.dimension_id = s.dimension_id and r.source = 'self' order by r.rated_at desc, r.id desc limit 1),
   (assessed_level, assessed_sense, assessed_source, assessed_at) =
    (select r.level, v.sense, r.source, r.rated_at from competency_rating r join competency_dimension_version v using (dimension_id, version)
     where r.person_id = s.person_id and r.dimension_id = s.dimension_id and r.source in ('mentor', 'manager') order by r.rated_at desc, r.id desc limit 1)
  from jsonb_to_recordset($1::jsonb) as k(person_id uuid, dimension_id uuid)
  where s.person_id = k.person_id and s.dimension_id = k.dimension_id`;

/** Ratings are added, never changed: the latest own one and the latest of a mentor or manager count. */
@Injectable()
export class CompetencyRatings {
  constructor(
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Two at once are both kept, one after the other; who comes last counts.
   * @throws NotFound 'competency-unknown' @throws InvalidInput 'competency-level-unknown'
   * @throws Conflict 'competency-sense-changed'
   */
  async rate(tx: Tx, rating: RatingInput): Promise<void> {
    const dimension = await this.competencies.lockDimension(tx, rating.dimensionId, 'share');
    if (!dimension || dimension.archived) throw new NotFound('competency-unknown');
    if (!dimension.levels.some((l) => l.level === rating.level)) throw new InvalidInput('competency-level-unknown');
    if (typeof rating.sense === 'number' && rating.sense !== dimension.sense)
      throw new Conflict('competency-sense-changed');
    const note = rating.note?.trim() ?? '';
    if (note.length > NOTE_MAX) throw new InvalidInput('text-too-long', { max: NOTE_MAX });
    await execute(
      tx,
      `insert into competency_standing (person_id, dimension_id) values ($1, $2) on conflict do nothing`,
      [rating.personId, rating.dimensionId],
    );
    await one(tx, `select 1 from competency_standing where person_id = $1 and dimension_id = $2 for update`, [
      rating.personId,
      rating.dimensionId,
    ]);
    const id = newId();
    // Behind the last one even when two clocks disagree, so that the order of the rows is the order of the decisions.
    await execute(
      tx,
      `insert into competency_rating (id, person_id, dimension_id, version, source, level, rated_by, rated_at)
       select $1, $2, $3, $4, $5, $6, $7, greatest($8::timestamptz, (select max(rated_at) + interval '1 microsecond' from competency_rating
         where person_id = $2 and dimension_id = $3))`,
      [
        id,
        rating.personId,
        rating.dimensionId,
        dimension.version,
        rating.source,
        rating.level,
        rating.ratedBy,
        this.clock.now(),
      ],
    );
    if (note !== '') {
      await execute(tx, `insert into competency_rating_note (rating_id, person_id, note) values ($1, $2, $3)`, [
        id,
        rating.personId,
        note,
      ]);
    }
    await this.restate(tx, [rating]);
  }

  /** Ratings given elsewhere or before, each at its own time, under the present words. */
  async addPast(tx: Tx, list: readonly PastRating[]): Promise<void> {
    if (list.length === 0) return;
    const full = list.map((r) => ({
      id: newId(),
      person_id: r.personId,
      dimension_id: r.dimensionId,
      source: r.source,
      level: r.level,
      rated_by: r.ratedBy,
      rated_at: r.ratedAt.toISOString(),
      note: r.note?.trim() || null,
    }));
    const given = JSON.stringify(full);
    await execute(
      tx,
      `insert into competency_rating (id, person_id, dimension_id, version, source, level, rated_by, rated_at)
       select i.id, i.person_id, i.dimension_id, d.version, i.source, i.level, i.rated_by, i.rated_at
       from jsonb_to_recordset($1::jsonb) as i(id uuid, person_id uuid, dimension_id uuid, source text, level smallint, rated_by uuid, rated_at timestamptz)
       join competency_dimension d on d.id = i.dimension_id`,
      [given],
    );
    await execute(
      tx,
      `insert into competency_rating_note (rating_id, person_id, note)
       select id, person_id, note from jsonb_to_recordset($1::jsonb) as i(id uuid, person_id uuid, note text) where note is not null`,
      [given],
    );
    await execute(
      tx,
      `insert into competency_standing (person_id, dimension_id)
       select distinct person_id, dimension_id from jsonb_to_recordset($1::jsonb) as i(person_id uuid, dimension_id uuid)
       order by 1, 2 on conflict do nothing`,
      [given],
    );
    await this.restate(tx, list);
  }

  /** Newest first. */
  async history(
    tx: Tx,
    personId: string,
    dimensionId: string,
    page: { first?: number | null; after?: string | null },
  ): Promise<{ found: RatingRecord[]; first: number }> {
    const first = clampFirst(page.first, 50);
    const [at, id] = page.after ? decodeCursor(page.after) : [null, null];
    const found = await rows<RatingRecord>(
      tx,
      `select r.id, r.source, r.level, r.rated_by as "ratedBy", r.rated_at as "ratedAt", r.rated_at::text as "atText", n.note, v.words,
              v.sense = d.sense as counts
       from competency_rating r join competency_dimension_version v using (dimension_id, version)
       join competency_dimension d on d.id = r.dimension_id
       left join competency_rating_note n on n.rating_id = r.id
       where r.person_id = $1 and r.dimension_id = $2 and ($3::timestamptz is null or (r.rated_at, r.id) < ($3, $4::uuid))
       order by r.rated_at desc, r.id desc limit $5`,
      [personId, dimensionId, at, id, first + 1],
    );
    return { found, first };
  }

  private async restate(tx: Tx, list: readonly { personId: string; dimensionId: string }[]): Promise<void> {
    await execute(tx, RESTATE, [
      JSON.stringify(list.map((r) => ({ person_id: r.personId, dimension_id: r.dimensionId }))),
    ]);
  }
}
