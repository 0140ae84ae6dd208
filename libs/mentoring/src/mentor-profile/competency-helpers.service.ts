import { Inject, Injectable } from '@nestjs/common';
import { Settings } from '@waymark/identity';
import { Db, rows } from '@waymark/platform';

export interface HelpAsked {
  personId: string;
  dimensionId: string;
  /** The level that is required. */
  level: number;
}

const PER_DIMENSION = 4;

/** People who can help: active mentors with a place left and not away today, assessed at the level or above. */
@Injectable()
export class CompetencyHelpers {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** Own unit first, then the most able, then who has the most room. One statement for all that is asked. */
  async find(asked: readonly HelpAsked[]): Promise<(HelpAsked & { helperIds: string[] })[]> {
    return this.db.read(async (tx) =>
      rows(
        tx,
        `select a.person_id as "personId", a.dimension_id as "dimensionId", a.level, coalesce(h.ids, '[]') as "helperIds"
         from jsonb_to_recordset($1::jsonb) as a(person_id uuid, dimension_id uuid, level smallint)
         left join current_position mine on mine.person_id = a.person_id
         left join lateral (
           select jsonb_agg(x.id order by x.place) as ids from (
             select mp.person_id as id, row_number() over (order by cp.org_unit_id is not distinct from mine.org_unit_id desc, s.assessed_level desc,
                      mp.capacity - o.pairings desc, mp.person_id) as place
             from competency_standing s
             join competency_dimension d on d.id = s.dimension_id and d.archived_at is null and d.sense = s.assessed_sense
             join mentor_profile mp on mp.person_id = s.person_id and mp.active
             join person p on p.id = mp.person_id and p.status = 'active'
             left join current_position cp on cp.person_id = mp.person_id
             cross join lateral (select count(*)::int as pairings from pairing pa where pa.mentor_id = mp.person_id and pa.ended_on is null) o
             where s.dimension_id = a.dimension_id and s.assessed_level >= a.level and mp.person_id <> a.person_id and mp.capacity > o.pairings
               and not exists (select 1 from mentor_absence ab where ab.mentor_id = mp.person_id and $2::date between ab.from_day and ab.to_day)
             order by place limit ${PER_DIMENSION}) x) h on true`,
        [
          JSON.stringify(asked.map((a) => ({ person_id: a.personId, dimension_id: a.dimensionId, level: a.level }))),
          await this.settings.today(tx),
        ],
      ),
    );
  }
}
