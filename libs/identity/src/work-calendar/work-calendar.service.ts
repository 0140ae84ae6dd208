import { Inject, Injectable } from '@nestjs/common';
import { makeWorkCalendar, type WorkCalendarRule } from '@waymark/kernel';
import { execute, one, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { readCalendarFile, type CalendarException } from './work-calendar-file.js';

export interface CalendarImport {
  added: number;
  changed: number;
  kept: number;
  refused: { line: number; code: string }[];
}

@Injectable()
export class WorkCalendars {
  constructor(@Inject(Audit) private readonly audit: Audit) {}

  async load(tx: Tx): Promise<WorkCalendarRule> {
    const { weekend, days } = await one<{ weekend: number[]; days: [string, boolean][] | null }>(
      tx,
      `select weekend, (select jsonb_agg(jsonb_build_array(day, working)) from work_calendar_exception) as days from company_setting`,
    );
    return makeWorkCalendar({ weekend, exceptions: new Map(days ?? []) });
  }

  async list(tx: Tx, year: number): Promise<CalendarException[]> {
    return rows(
      tx,
      `select day, working, name from work_calendar_exception where day >= make_date($1, 1, 1) and day < make_date($1 + 1, 1, 1) order by day`,
      [year],
    );
  }

  async save(
    tx: Tx,
    exceptions: readonly CalendarException[],
    remove: readonly string[],
    actorId: string | null,
  ): Promise<Omit<CalendarImport, 'refused'>> {
    const removed =
      remove.length === 0
        ? 0
        : await execute(tx, `delete from work_calendar_exception where day = any ($1::date[])`, [remove]);
    const written = await rows<{ added: boolean }>(
      tx,
      `insert into work_calendar_exception as w (day, working, name)
       select day, working, name from jsonb_to_recordset($1::jsonb) as e(day date, working boolean, name text)
       on conflict (day) do update set working = excluded.working, name = excluded.name
         where (w.working, w.name) is distinct from (excluded.working, excluded.name)
       returning (xmax = 0) as added`,
      [JSON.stringify(exceptions)],
    );
    const added = written.filter((w) => w.added).length;
    const changed = written.length - added;
    if (added + changed + removed > 0) {
      await this.audit.record(tx, {
        actorId,
        action: 'work-calendar.changed',
        subjectType: 'work-calendar',
        subjectId: 'company',
        changes: [
          { field: 'added', from: null, to: added },
          { field: 'changed', from: null, to: changed },
          { field: 'removed', from: null, to: removed },
        ],
      });
    }
    return { added, changed, kept: exceptions.length - written.length };
  }

  /** Adds the days nobody has decided about yet; what the company changed stays. */
  async addMissing(tx: Tx, exceptions: readonly CalendarException[]): Promise<number> {
    return execute(
      tx,
      `insert into work_calendar_exception (day, working, name)
       select day, working, name from jsonb_to_recordset($1::jsonb) as e(day date, working boolean, name text) on conflict (day) do nothing`,
      [JSON.stringify(exceptions)],
    );
  }

  async importFile(tx: Tx, csv: string, actorId: string | null): Promise<CalendarImport> {
    const file = readCalendarFile(csv);
    return { ...(await this.save(tx, file.exceptions, [], actorId)), refused: file.refused };
  }
}
