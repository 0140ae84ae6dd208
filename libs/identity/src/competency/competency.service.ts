import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, newId, NotFound, type Clock, type Text } from '@waymark/kernel';
import { CLOCK, execute, rows, type Tx } from '@waymark/platform';

export interface CompetencyLevelRecord {
  level: number;
  code: string;
  name: Text;
}

export interface CompetencyDimensionRecord {
  id: string;
  code: string;
  name: Text;
  description: Text;
  levels: { level: number; description: Text }[];
}

export interface CompetencyProfileRow {
  dimensionId: string;
  required: number | null;
  self: number | null;
  assessed: number | null;
}

export interface CompetencyModelInput {
  levels: { level: number; code: string; name: Text }[];
  dimensions: { code: string; name: Text; description: Text; levels: { level: number; description: Text }[] }[];
}

/** The company's competency model, what job roles require of it, and how people are rated. */
@Injectable()
export class Competencies {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  async levels(tx: Tx): Promise<CompetencyLevelRecord[]> {
    return rows(tx, `select level, code, name from competency_level order by level`);
  }

  async dimensions(tx: Tx): Promise<CompetencyDimensionRecord[]> {
    return rows(
      tx,
      `select d.id, d.code, d.name, d.description,
              coalesce((select jsonb_agg(jsonb_build_object('level', l.level, 'description', l.description) order by l.level)
                        from competency_dimension_level l where l.dimension_id = d.id), '[]') as levels
       from competency_dimension d where d.archived_at is null order by d.ordinal, d.code`,
    );
  }

  /** Brings the model to what is given, by code. Running it again changes nothing; dimensions left out are archived. */
  async saveModel(tx: Tx, model: CompetencyModelInput): Promise<void> {
    await tx.query(
      `insert into competency_level (level, code, name) select level, code, name from jsonb_to_recordset($1::jsonb) as l(level smallint, code text, name jsonb)
       on conflict (level) do update set code = excluded.code, name = excluded.name
         where (competency_level.code, competency_level.name) is distinct from (excluded.code, excluded.name)`,
      [JSON.stringify(model.levels)],
    );
    await tx.query(
      `insert into competency_dimension as d (id, code, name, description, ordinal)
       select id, code, name, description, ordinal from jsonb_to_recordset($1::jsonb) as i(id uuid, code text, name jsonb, description jsonb, ordinal smallint)
       on conflict (code) do update set name = excluded.name, description = excluded.description, ordinal = excluded.ordinal, archived_at = null
         where (d.name, d.description, d.ordinal, d.archived_at) is distinct from (excluded.name, excluded.description, excluded.ordinal, null::timestamptz)`,
      [JSON.stringify(model.dimensions.map((d, ordinal) => ({ ...d, id: newId(), ordinal })))],
    );
    await tx.query(
      `insert into competency_dimension_level as l (dimension_id, level, description)
       select d.id, i.level, i.description from jsonb_to_recordset($1::jsonb) as i(code text, level smallint, description jsonb)
       join competency_dimension d on d.code = i.code
       on conflict (dimension_id, level) do update set description = excluded.description where l.description is distinct from excluded.description`,
      [JSON.stringify(model.dimensions.flatMap((d) => d.levels.map((l) => ({ code: d.code, ...l }))))],
    );
    await execute(
      tx,
      `update competency_dimension set archived_at = $2 where code <> all ($1) and archived_at is null`,
      [model.dimensions.map((d) => d.code), this.clock.now()],
    );
  }

  /** What a job role requires, as dimension code → level code. Replaces what it required before. @throws InvalidInput */
  async setRequirements(tx: Tx, jobRoleId: string, required: Readonly<Record<string, string>>): Promise<void> {
    await execute(tx, `delete from job_role_requirement where job_role_id = $1`, [jobRoleId]);
    const list = Object.entries(required).map(([dimension, level]) => ({ dimension, level }));
    const written = await rows(
      tx,
      `insert into job_role_requirement (job_role_id, dimension_id, level)
       select $1, d.id, l.level from jsonb_to_recordset($2::jsonb) as i(dimension text, level text)
       join competency_dimension d on d.code = i.dimension join competency_level l on l.code = i.level returning dimension_id`,
      [jobRoleId, JSON.stringify(list)],
    );
    if (written.length !== list.length)
      throw new InvalidInput('competency-unknown', { given: list.map((l) => `${l.dimension}: ${l.level}`) });
  }

  /** Required, self and assessed level per dimension, for the radar. */
  async profile(tx: Tx, personId: string): Promise<CompetencyProfileRow[]> {
    return rows(
      tx,
      `select d.id as "dimensionId", q.level as required, self.level as self, assessed.level as assessed
       from competency_dimension d
       left join current_position cp on cp.person_id = $1
       left join job_role_requirement q on q.job_role_id = cp.job_role_id and q.dimension_id = d.id
       left join lateral (select level from competency_rating r where r.person_id = $1 and r.dimension_id = d.id and r.source = 'self'
                          order by rated_at desc, id desc limit 1) self on true
       left join lateral (select level from competency_rating r where r.person_id = $1 and r.dimension_id = d.id and r.source = 'mentor'
                          order by rated_at desc, id desc limit 1) assessed on true
       where d.archived_at is null order by d.ordinal, d.code`,
      [personId],
    );
  }

  /** A rating is added, never changed: the latest of each source counts. */
  async rate(
    tx: Tx,
    rating: {
      personId: string;
      dimensionId: string;
      level: number;
      source: 'self' | 'mentor';
      ratedBy: string;
      ratedAt?: Date;
    },
  ): Promise<void> {
    const known = await rows<{ kind: string }>(
      tx,
      `select 'dimension' as kind from competency_dimension where id = $1 and archived_at is null
       union all select 'level' from competency_level where level = $2`,
      [rating.dimensionId, rating.level],
    );
    if (!known.some((k) => k.kind === 'dimension')) throw new NotFound('competency-unknown');
    if (!known.some((k) => k.kind === 'level')) throw new InvalidInput('competency-level-unknown');
    await execute(
      tx,
      `insert into competency_rating (id, person_id, dimension_id, source, level, rated_by, rated_at) values ($1, $2, $3, $4, $5, $6, $7)`,
      [
        newId(),
        rating.personId,
        rating.dimensionId,
        rating.source,
        rating.level,
        rating.ratedBy,
        rating.ratedAt ?? this.clock.now(),
      ],
    );
  }
}
