import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, RuleViolation, type LocalDay } from '@waymark/kernel';
import { execute, maybeOne, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Settings } from '../company/company-settings.service.js';
import { lockPerson } from './person.repository.js';

export interface DottedLine {
  personId: string;
  managerId: string;
  fromDay: LocalDay;
  /** The last day, where it is known. */
  toDay: LocalDay | null;
}

/**
 * Second lines of report, beside the primary position. They say who somebody also works for and open no door: what a
 * manager sees follows supervision, and who should see more becomes a delegate there.
 */
@Injectable()
export class DottedLines {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
  ) {}

  /** @throws Conflict 'dotted-line-exists' when the two have one on any of the days */
  async start(tx: Tx, line: DottedLine, actorId: string): Promise<void> {
    if (line.managerId === line.personId) throw new InvalidInput('manager-is-self');
    if (line.toDay && line.toDay < line.fromDay) throw new InvalidInput('ends-before-start');
    const person = await lockPerson(tx, line.personId);
    if (!person) throw new NotFound('person-unknown');
    if (person.status !== 'active') throw new RuleViolation('person-not-active');
    if (person.manager_id === line.managerId) throw new RuleViolation('dotted-line-to-manager');
    const manager = await maybeOne<{ org_unit_id: string }>(
      tx,
      `select cp.org_unit_id from person p join current_position cp on cp.person_id = p.id where p.id = $1 and p.status = 'active' for share of p`,
      [line.managerId],
    );
    if (!manager) throw new InvalidInput('manager-unknown');
    const written = await execute(
      tx,
      `insert into position (id, person_id, org_unit_id, manager_id, kind, from_day, to_day, current)
       select $1, $2, $3, $4, 'dotted', $5::date, $6::date, $7::date between $5::date and coalesce($6::date, 'infinity')
       where not exists (select 1 from position o where o.person_id = $2 and o.manager_id = $4 and o.kind = 'dotted'
         and daterange(o.from_day, o.to_day, '[]') && daterange($5::date, $6::date, '[]'))`,
      [
        newId(),
        line.personId,
        manager.org_unit_id,
        line.managerId,
        line.fromDay,
        line.toDay,
        await this.settings.today(tx),
      ],
    );
    if (written === 0) throw new Conflict('dotted-line-exists');
    await this.audit.record(tx, {
      actorId,
      action: 'position.dotted-started',
      subjectType: 'person',
      subjectId: line.personId,
      personId: line.personId,
      changes: [
        { field: 'managerId', from: null, to: line.managerId },
        { field: 'fromDay', from: null, to: line.fromDay },
      ],
    });
  }

  async personOf(tx: Tx, positionId: string): Promise<string> {
    const found = await maybeOne<{ person_id: string }>(
      tx,
      `select person_id from position where id = $1 and kind = 'dotted'`,
      [positionId],
    );
    if (!found) throw new NotFound('dotted-line-unknown');
    return found.person_id;
  }

  /** One that has not begun goes; one that is over already stays as it is. */
  async end(tx: Tx, positionId: string, lastDay: LocalDay, actorId: string): Promise<void> {
    const personId = await this.personOf(tx, positionId);
    await lockPerson(tx, personId);
    const gone = await execute(tx, `delete from position where id = $1 and from_day > $2::date`, [positionId, lastDay]);
    const ended = await execute(
      tx,
      `update position set to_day = $2::date, current = current and $2::date >= $3::date
       where id = $1 and from_day <= $2::date and (to_day is null or to_day > $2::date)`,
      [positionId, lastDay, await this.settings.today(tx)],
    );
    if (gone + ended === 0) return;
    await this.audit.record(tx, {
      actorId,
      action: 'position.dotted-ended',
      subjectType: 'person',
      subjectId: personId,
      personId,
      changes: [{ field: 'lastDay', from: null, to: lastDay }],
    });
  }
}

/** Which dotted lines are in force today; run daily. */
export async function enforceDottedLines(tx: Tx, today: LocalDay): Promise<number> {
  return execute(
    tx,
    `update position set current = not current
     where kind = 'dotted' and current <> ($1::date between from_day and coalesce(to_day, 'infinity'))`,
    [today],
  );
}
