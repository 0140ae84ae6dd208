import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, type LocalDay, type Text } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';

export interface CohortRecord {
  id: string;
  code: string;
  name: Text;
  startDay: LocalDay | null;
  endDay: LocalDay | null;
  memberCount: number;
}

const COLUMNS = `c.id, c.code, c.name, c.start_day as "startDay", c.end_day as "endDay",
  (select count(*)::int from cohort_member m join person p on p.id = m.person_id and p.status = 'active' where m.cohort_id = c.id) as "memberCount"`;

/** Named intakes (班/期). */
@Injectable()
export class Cohorts {
  constructor(@Inject(Audit) private readonly audit: Audit) {}

  async list(tx: Tx): Promise<CohortRecord[]> {
    return rows(tx, `select ${COLUMNS} from cohort c order by c.start_day desc nulls last, c.code`);
  }

  async ofMany(tx: Tx, personIds: readonly string[]): Promise<Map<string, CohortRecord[]>> {
    const found = await rows<CohortRecord & { personId: string }>(
      tx,
      `select ${COLUMNS}, cm.person_id as "personId" from cohort c join cohort_member cm on cm.cohort_id = c.id
       where cm.person_id = any ($1::uuid[]) order by c.start_day desc nulls last, c.code`,
      [personIds],
    );
    const out = new Map<string, CohortRecord[]>(personIds.map((id) => [id, []]));
    for (const { personId, ...cohort } of found) out.get(personId)?.push(cohort);
    return out;
  }

  async find(tx: Tx, id: string): Promise<CohortRecord> {
    const found = await maybeOne<CohortRecord>(tx, `select ${COLUMNS} from cohort c where c.id = $1`, [id]);
    if (!found) throw new NotFound('cohort-unknown');
    return found;
  }

  async save(
    tx: Tx,
    input: {
      id?: string | null;
      code?: string | null;
      name: Text;
      startDay?: LocalDay | null;
      endDay?: LocalDay | null;
    },
    actorId: string | null,
  ): Promise<CohortRecord> {
    if (input.startDay && input.endDay && input.endDay < input.startDay) throw new InvalidInput('ends-before-start');
    const id = input.id ?? newId();
    if (input.id) {
      const written = await execute(
        tx,
        `update cohort set name = name || $2::jsonb, start_day = $3, end_day = $4 where id = $1`,
        [id, JSON.stringify(input.name), input.startDay ?? null, input.endDay ?? null],
      );
      if (written === 0) throw new NotFound('cohort-unknown');
    } else {
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(input.code ?? '')) throw new InvalidInput('code-invalid');
      const written = await execute(
        tx,
        `insert into cohort (id, code, name, start_day, end_day) values ($1, $2, $3, $4, $5) on conflict (code) do nothing`,
        [id, input.code, JSON.stringify(input.name), input.startDay ?? null, input.endDay ?? null],
      );
      if (written === 0) throw new Conflict('code-taken', { code: input.code ?? null });
    }
    await this.audit.record(tx, {
      actorId,
      action: input.id ? 'cohort.changed' : 'cohort.created',
      subjectType: 'cohort',
      subjectId: id,
      changes: [{ field: 'name', from: null, to: JSON.stringify(input.name) }],
    });
    return one(tx, `select ${COLUMNS} from cohort c where c.id = $1`, [id]);
  }

  async setMembers(
    tx: Tx,
    cohortId: string,
    add: readonly string[],
    remove: readonly string[],
    actorId: string | null,
  ): Promise<CohortRecord> {
    await this.find(tx, cohortId);
    const added = await execute(
      tx,
      `insert into cohort_member (cohort_id, person_id) select $1, id from person where id = any ($2::uuid[]) and status = 'active' on conflict do nothing`,
      [cohortId, add],
    );
    const removed = await execute(
      tx,
      `delete from cohort_member where cohort_id = $1 and person_id = any ($2::uuid[])`,
      [cohortId, remove],
    );
    await this.audit.record(tx, {
      actorId,
      action: 'cohort.members-changed',
      subjectType: 'cohort',
      subjectId: cohortId,
      changes: [
        { field: 'added', from: null, to: added },
        { field: 'removed', from: null, to: removed },
      ],
    });
    return this.find(tx, cohortId);
  }
}
