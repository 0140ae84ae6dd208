import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, newId, type Clock, type LocalDay, type Text } from '@waymark/kernel';
import { CLOCK, execute, maybeOne, rows, type Tx } from '@waymark/platform';
import { Settings } from '../company/company-settings.service.js';
import { normaliseWords, nextVersion, type DimensionWords } from './competency.js';
import type { RatingSource } from './competency.policy.js';

export interface CompetencyLevelRecord {
  level: number;
  code: string;
  name: Text;
}

export interface CompetencyDimensionRecord extends DimensionWords {
  id: string;
  code: string;
  version: number;
  sense: number;
  archived: boolean;
}

export interface CompetencyProfileRow {
  dimensionId: string;
  required: number | null;
  /** What the job role will ask for from a later day on. */
  upcoming: { level: number | null; fromDay: LocalDay } | null;
  self: number | null;
  selfAt: Date | null;
  assessed: number | null;
  assessedSource: RatingSource | null;
  assessedAt: Date | null;
  /** There are ratings, given when the dimension meant something else; they do not count. */
  outdated: boolean;
}

export interface CompetencyModelInput {
  levels: { level: number; code: string; name: Text }[];
  dimensions: (DimensionWords & { code: string })[];
}

/** The level a job role requires in a dimension on a day; SQL, to be joined laterally. */
export function requiredLevelSql(jobRole: string, dimension: string, day: string): string {
  return `(select level from job_role_requirement rq where rq.job_role_id = ${jobRole} and rq.dimension_id = ${dimension}
    and rq.from_day <= ${day} order by rq.from_day desc limit 1)`;
}

const DIMENSION = `d.id, d.code, d.name, d.description, d.version, d.sense, d.archived_at is not null as archived,
  coalesce((select jsonb_agg(jsonb_build_object('level', l.level, 'description', l.description, 'evidence', l.evidence) order by l.level)
            from competency_dimension_level l where l.dimension_id = d.id), '[]') as levels`;

/** The company's competency model and what it says of a person. */
@Injectable()
export class Competencies {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async levels(tx: Tx): Promise<CompetencyLevelRecord[]> {
    return rows(tx, `select level, code, name from competency_level order by level`);
  }

  async dimensions(tx: Tx, options: { archived?: boolean } = {}): Promise<CompetencyDimensionRecord[]> {
    return rows(
      tx,
      `select ${DIMENSION} from competency_dimension d where d.archived_at is null or $1
       order by d.archived_at is not null, d.ordinal, d.code`,
      [options.archived ?? false],
    );
  }

  /** Locked: words and ratings do not change while the transaction runs. */
  async lockDimension(tx: Tx, id: string, mode: 'update' | 'share'): Promise<CompetencyDimensionRecord | null> {
    await execute(tx, `select 1 from competency_dimension where id = $1 for ${mode}`, [id]);
    return maybeOne(tx, `select ${DIMENSION} from competency_dimension d where d.id = $1`, [id]);
  }

  /**
   * What every company starts with, by code. Running it again changes nothing; what the company has edited, added or
   * archived stays as it is.
   */
  async saveModel(tx: Tx, model: CompetencyModelInput): Promise<void> {
    await tx.query(
      `insert into competency_level (level, code, name) select level, code, name from jsonb_to_recordset($1::jsonb) as l(level smallint, code text, name jsonb)
       on conflict do nothing`,
      [JSON.stringify(model.levels)],
    );
    const levels = model.levels.map((l) => l.level);
    const known = new Map((await this.dimensions(tx, { archived: true })).map((d) => [d.code, d]));
    const edited = new Set(
      (
        await rows<{ id: string }>(
          tx,
          `select distinct dimension_id as id from competency_dimension_version where author_id is not null`,
        )
      ).map((r) => r.id),
    );
    for (const [ordinal, { code, ...given }] of model.dimensions.entries()) {
      const words = normaliseWords(given, levels);
      const before = known.get(code);
      if (before && !edited.has(before.id)) {
        const next = nextVersion(before, before, words, false);
        if (next) await this.writeWords(tx, before.id, words, next, null);
      } else if (!before) {
        await this.insertDimension(tx, { id: newId(), code, ordinal, words, authorId: null });
      }
    }
  }

  async insertDimension(
    tx: Tx,
    d: { id: string; code: string; ordinal: number; words: DimensionWords; authorId: string | null },
  ): Promise<boolean> {
    const written = await execute(
      tx,
      `insert into competency_dimension (id, code, name, description, ordinal) values ($1, $2, $3, $4, $5) on conflict (code) do nothing`,
      [d.id, d.code, JSON.stringify(d.words.name), JSON.stringify(d.words.description), d.ordinal],
    );
    if (written === 0) return false;
    await this.writeWords(tx, d.id, d.words, { version: 1, sense: 1 }, d.authorId);
    return true;
  }

  /** The words become the current ones and, for good, the words of this version. */
  async writeWords(
    tx: Tx,
    id: string,
    words: DimensionWords,
    head: { version: number; sense: number },
    authorId: string | null,
  ): Promise<void> {
    await execute(
      tx,
      `update competency_dimension set name = $2, description = $3, version = $4, sense = $5 where id = $1`,
      [id, JSON.stringify(words.name), JSON.stringify(words.description), head.version, head.sense],
    );
    await execute(
      tx,
      `insert into competency_dimension_level as l (dimension_id, level, description, evidence)
       select $1, level, description, evidence from jsonb_to_recordset($2::jsonb) as i(level smallint, description jsonb, evidence jsonb)
       on conflict (dimension_id, level) do update set description = excluded.description, evidence = excluded.evidence`,
      [id, JSON.stringify(words.levels)],
    );
    await execute(
      tx,
      `insert into competency_dimension_version (dimension_id, version, sense, words, author_id, created_at) values ($1, $2, $3, $4, $5, $6)`,
      [id, head.version, head.sense, JSON.stringify(words), authorId, this.clock.now()],
    );
  }

  /** What a job role requires from the first day on, as dimension code → level code. @throws InvalidInput */
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
      `select d.id as "dimensionId", ${requiredLevelSql('cp.job_role_id', 'd.id', '$2::date')} as required,
              (select jsonb_build_object('level', n.level, 'fromDay', n.from_day) from job_role_requirement n
               where n.job_role_id = cp.job_role_id and n.dimension_id = d.id and n.from_day > $2::date order by n.from_day limit 1) as upcoming,
              case when s.self_sense = d.sense then s.self_level end as self,
              case when s.self_sense = d.sense then s.self_at end as "selfAt",
              case when s.assessed_sense = d.sense then s.assessed_level end as assessed,
              case when s.assessed_sense = d.sense then s.assessed_source end as "assessedSource",
              case when s.assessed_sense = d.sense then s.assessed_at end as "assessedAt",
              coalesce(s.self_sense < d.sense or s.assessed_sense < d.sense, false) as outdated
       from competency_dimension d
       left join current_position cp on cp.person_id = $1
       left join competency_standing s on s.person_id = $1 and s.dimension_id = d.id
       where d.archived_at is null order by d.ordinal, d.code`,
      [personId, await this.settings.today(tx)],
    );
  }
}
