import { Inject, Injectable } from '@nestjs/common';
import { Scope } from '@waymark/identity';
import { Db, rows, type Tx, type Viewer } from '@waymark/platform';

export interface CompetencyTest {
  competency: string;
  /** 0 to 100, floored to one decimal. */
  score: number;
  questions: number;
  lastAt: Date;
}

/** What the latest graded attempt of each quiz and exam says of a competency: earned over all points of its questions. */
@Injectable()
export class CompetencyTests {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
  ) {}

  /** Empty for whom results per topic are not open: a manager sees final scores. */
  async forViewer(viewer: Viewer, personId: string): Promise<CompetencyTest[]> {
    return this.db.read(async (tx) =>
      (await this.scope.canSee(tx, viewer, personId, ['self', 'mentor', 'delegate', 'assessment:results']))
        ? this.of(tx, personId)
        : [],
    );
  }

  async of(tx: Tx, personId: string): Promise<CompetencyTest[]> {
    return rows(
      tx,
      `select v.competency, (floor(sum((e.entry->>'p')::numeric * (m.mark->>'n')::numeric / (m.mark->>'d')::numeric)
                                   * 1000 / sum((e.entry->>'p')::numeric)) / 10)::float8 as score,
              count(*)::int as questions, max(a.released_at) as "lastAt"
       from (select distinct on (assessment_id) paper, marks, released_at from attempt
             where person_id = $1 and state = 'graded' order by assessment_id, number desc) a
       cross join lateral jsonb_array_elements(a.paper) with ordinality as e(entry, place)
       cross join lateral (select a.marks -> (e.place::int - 1) as mark) m
       join question_version v on v.id = (e.entry->>'v')::uuid
       where v.competency is not null and m.mark is not null group by v.competency`,
      [personId],
    );
  }
}
