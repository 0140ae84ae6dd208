import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, newId, NotFound, RuleViolation, type Clock } from '@waymark/kernel';
import { CLOCK, Db, execute, maybeOne, readTable, rows, type Tx, type Viewer } from '@waymark/platform';
import { Audit, Scope } from '@waymark/identity';
import { columnsOf, figureOf, standings } from './performance.js';

export const PERFORMANCE_LIMITS = { maxBytes: 5 * 1024 * 1024, maxRows: 20_000 };
const PERMISSION = 'mentoring:performance';
const PERIOD = /^\d{4}(-(H[12]|Q[1-4]|(0[1-9]|1[0-2])))?$/;

export type PerformanceOutcome = 'added' | 'changed' | 'kept' | 'refused';

export interface PerformanceImport {
  id: string;
  period: string;
  state: 'checked' | 'committed' | 'cancelled';
  summary: Record<PerformanceOutcome, number>;
  createdBy: string;
  createdAt: Date;
}

export interface PerformanceRow {
  line: number;
  personId: string | null;
  employeeNumber: string;
  figure: number | null;
  outcome: PerformanceOutcome;
  problem: string | null;
}

export interface MentorCandidate {
  personId: string;
  period: string;
  figure: number;
  rank: number;
  of: number;
  mentor: boolean;
}

const COLUMNS = `i.id, i.period, i.state, i.summary, i.created_by as "createdBy", i.created_at as "createdAt"`;

/**
 * A figure per person and period, from a list. The upload only checks and names every row that is wrong; the commit
 * checks again and writes all good rows at once. The figures are L&D's alone.
 */
@Injectable()
export class PerformanceImports {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Scope) private readonly scope: Scope,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws InvalidInput period-invalid, performance-columns-missing, and what a table can be refused for */
  async upload(viewer: Viewer, period: string, bytes: Buffer): Promise<string> {
    if (!PERIOD.test(period)) throw new InvalidInput('period-invalid');
    const table = await readTable(bytes, PERFORMANCE_LIMITS);
    const columns = columnsOf(table.headings);
    const { employeeNumber, figure } = columns;
    if (employeeNumber === null || figure === null)
      throw new InvalidInput('performance-columns-missing', { headings: table.headings.slice(0, 20) });
    const id = newId();
    await this.db.transaction(async (tx) => {
      await execute(
        tx,
        `insert into performance_import (id, created_by, period, state, summary, created_at) values ($1, $2, $3, 'checked', '{}', $4)`,
        [id, viewer.personId, period, this.clock.now()],
      );
      await execute(
        tx,
        `insert into performance_import_row (import_id, line, employee_number, figure, outcome, problem)
         select $1, line, number, figure, 'refused', problem
         from jsonb_to_recordset($2::jsonb) as r(line int, number text, figure double precision, problem text)`,
        [
          id,
          JSON.stringify(
            table.rows.map((r) => {
              const value = figureOf(r.cells[figure] ?? '');
              return {
                line: r.line,
                number: (r.cells[employeeNumber] ?? '')
                  .normalize('NFKC')
                  .replace(/\s+/g, '')
                  .toUpperCase()
                  .slice(0, 100),
                figure: value,
                problem: value === null ? 'figure-not-a-number' : null,
              };
            }),
          ),
        ],
      );
      await this.check(tx, viewer, id);
    });
    return id;
  }

  /** Finds people and says of every row what would happen to it. */
  private async check(tx: Tx, viewer: Viewer, id: string): Promise<void> {
    const seen = this.scope.visiblePersonsSql(viewer, PERMISSION, 'p.id', 2);
    await execute(
      tx,
      `with row as (
         select r.line, p.id, p.status, coalesce(${seen.sql}, false) as seen, r.figure, f.figure as now,
                count(*) over (partition by r.employee_number) as times
         from performance_import_row r join performance_import i on i.id = r.import_id
         left join person_profile pr on pr.employee_number_key = r.employee_number left join person p on p.id = pr.person_id
         left join performance_figure f on f.person_id = p.id and f.period = i.period
         where r.import_id = $1
       ), judged as (
         select line, id, figure, now, case when id is null or not seen then 'person-unknown' when status <> 'active' then 'person-not-active'
                when times > 1 then 'number-twice' when figure is null then 'figure-not-a-number' end as problem from row
       )
       update performance_import_row r set person_id = j.id, problem = j.problem,
         outcome = case when j.problem is not null then 'refused' when j.now is null then 'added' when j.now = j.figure then 'kept' else 'changed' end
       from judged j where r.import_id = $1 and r.line = j.line`,
      [id, ...seen.params],
    );
    await execute(
      tx,
      `update performance_import set summary = (
         select jsonb_build_object('added', count(*) filter (where outcome = 'added'), 'changed', count(*) filter (where outcome = 'changed'),
           'kept', count(*) filter (where outcome = 'kept'), 'refused', count(*) filter (where outcome = 'refused'))
         from performance_import_row where import_id = $1) where id = $1`,
      [id],
    );
  }

  async find(viewer: Viewer, id: string): Promise<PerformanceImport> {
    return this.db.read(async (tx) => this.mine(viewer, await this.load(tx, id, false)));
  }

  private load(tx: Tx, id: string, lock: boolean): Promise<PerformanceImport | null> {
    return maybeOne(tx, `select ${COLUMNS} from performance_import i where i.id = $1 ${lock ? 'for update' : ''}`, [
      id,
    ]);
  }

  private mine(viewer: Viewer, found: PerformanceImport | null): PerformanceImport {
    if (!found || (found.createdBy !== viewer.personId && this.scope.unitsOf(viewer, PERMISSION) !== null))
      throw new NotFound('import-unknown');
    return found;
  }

  rows(id: string, outcome: string | null): Promise<PerformanceRow[]> {
    return this.db.read((tx) =>
      rows(
        tx,
        `select line, person_id as "personId", employee_number as "employeeNumber", figure, outcome, problem from performance_import_row
         where import_id = $1 and ($2::text is null or outcome = $2) order by outcome = 'refused' desc, line limit 500`,
        [id, outcome],
      ),
    );
  }

  /** @throws RuleViolation import-closed, import-nothing-to-do */
  async commit(viewer: Viewer, id: string): Promise<PerformanceImport> {
    return this.db.transaction(async (tx) => {
      const run = this.mine(viewer, await this.load(tx, id, true));
      if (run.state !== 'checked') throw new RuleViolation('import-closed', { state: run.state });
      // One list at a time: the standings are of everybody's figures.
      await tx.query(`select pg_advisory_xact_lock(hashtext('mentoring.performance'))`);
      await this.check(tx, viewer, id);
      const written = await execute(
        tx,
        `insert into performance_figure (person_id, period, figure, import_id)
         select r.person_id, $2, r.figure, $1 from performance_import_row r where r.import_id = $1 and r.outcome in ('added', 'changed')
         on conflict (person_id, period) do update set figure = excluded.figure, import_id = excluded.import_id`,
        [id, run.period],
      );
      if (written === 0) throw new RuleViolation('import-nothing-to-do');
      await this.rank(tx, run.period);
      await execute(tx, `update performance_import set state = 'committed', committed_at = $2 where id = $1`, [
        id,
        this.clock.now(),
      ]);
      await this.audit.record(tx, {
        actorId: viewer.personId,
        action: 'performance.imported',
        subjectType: 'performance-import',
        subjectId: id,
        changes: [{ field: 'figures', from: null, to: written }],
      });
      return (await this.load(tx, id, false)) as PerformanceImport;
    });
  }

  async cancel(viewer: Viewer, id: string): Promise<PerformanceImport> {
    return this.db.transaction(async (tx) => {
      const run = this.mine(viewer, await this.load(tx, id, true));
      if (run.state === 'committed') throw new RuleViolation('import-already-committed');
      await execute(tx, `update performance_import set state = 'cancelled' where id = $1`, [id]);
      return (await this.load(tx, id, false)) as PerformanceImport;
    });
  }

  /** Where everybody stands in the department of today; the unit itself where none is above it. */
  async rank(tx: Tx, period: string): Promise<void> {
    const figures = await rows<{ personId: string; departmentId: string | null; figure: number }>(
      tx,
      `select f.person_id as "personId", f.figure, coalesce(
         (select d.id from org_unit d where d.kind = 'department' and u.path like d.path || '%' order by length(d.path) desc limit 1), u.id) as "departmentId"
       from performance_figure f left join current_position cp on cp.person_id = f.person_id left join org_unit u on u.id = cp.org_unit_id
       where f.period = $1`,
      [period],
    );
    const found = standings(figures);
    await execute(
      tx,
      `update performance_figure f set department_id = s.department, rank = s.rank, "of" = s.of, top = s.top
       from jsonb_to_recordset($2::jsonb) as s(person uuid, department uuid, rank int, "of" int, top boolean) where f.period = $1 and f.person_id = s.person`,
      [
        period,
        JSON.stringify(
          figures.map((f) => ({ person: f.personId, department: f.departmentId, ...found.get(f.personId) })),
        ),
      ],
    );
  }

  /** The best of each department by the newest figure of each person, mentors already or not. */
  async candidates(viewer: Viewer): Promise<MentorCandidate[]> {
    const seen = this.scope.visiblePersonsSql(viewer, PERMISSION, 'f.person_id', 1);
    return this.db.read((tx) =>
      rows(
        tx,
        `select * from (
           select distinct on (f.person_id) f.person_id as "personId", f.period, f.figure, f.rank, f."of", f.top,
                  exists (select 1 from mentor_profile m where m.person_id = f.person_id and m.active) as mentor, pr.name_pinyin
           from performance_figure f join person p on p.id = f.person_id and p.status = 'active' join person_profile pr on pr.person_id = p.id
           where ${seen.sql} order by f.person_id, f.period desc) newest
         where top order by mentor, name_pinyin, "personId" limit 500`,
        seen.params,
      ),
    );
  }
}
