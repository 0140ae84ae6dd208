import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, type Text } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';

export interface JobRoleRecord {
  id: string;
  code: string;
  name: Text;
  archived: boolean;
  headcount: number;
}

const COLUMNS = `r.id, r.code, r.name, r.archived_at is not null as archived,
  (select count(*)::int from current_position p join person pe on pe.id = p.person_id and pe.status = 'active' where p.job_role_id = r.id) as headcount`;

@Injectable()
export class JobRoles {
  constructor(@Inject(Audit) private readonly audit: Audit) {}

  async list(tx: Tx): Promise<JobRoleRecord[]> {
    return rows(tx, `select ${COLUMNS} from job_role r order by r.archived_at is not null, r.code`);
  }

  async load(tx: Tx, ids: readonly string[]): Promise<Map<string, JobRoleRecord>> {
    const found = await rows<JobRoleRecord>(tx, `select ${COLUMNS} from job_role r where r.id = any ($1::uuid[])`, [
      [...new Set(ids)],
    ]);
    return new Map(found.map((r) => [r.id, r]));
  }

  async save(
    tx: Tx,
    input: { id?: string | null; code?: string | null; name: Text; archived?: boolean | null },
    actorId: string | null,
  ): Promise<JobRoleRecord> {
    const id = input.id ?? newId();
    if (input.id) {
      const before = await maybeOne<{ name: Text }>(tx, `select name from job_role where id = $1 for update`, [id]);
      if (!before) throw new NotFound('job-role-unknown');
      await execute(
        tx,
        `update job_role set name = name || $2::jsonb, archived_at = case when $3 then coalesce(archived_at, now()) when $3 is null then archived_at end where id = $1`,
        [id, JSON.stringify(input.name), input.archived ?? null],
      );
      await this.audit.record(tx, {
        actorId,
        action: 'job-role.changed',
        subjectType: 'job-role',
        subjectId: id,
        changes: [
          { field: 'name', from: JSON.stringify(before.name), to: JSON.stringify({ ...before.name, ...input.name }) },
        ],
      });
    } else {
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(input.code ?? '')) throw new InvalidInput('code-invalid');
      const written = await execute(
        tx,
        `insert into job_role (id, code, name) values ($1, $2, $3) on conflict (code) do nothing`,
        [id, input.code, JSON.stringify(input.name)],
      );
      if (written === 0) throw new Conflict('code-taken', { code: input.code ?? null });
      await this.audit.record(tx, {
        actorId,
        action: 'job-role.created',
        subjectType: 'job-role',
        subjectId: id,
        changes: [{ field: 'code', from: null, to: input.code }],
      });
    }
    return one(tx, `select ${COLUMNS} from job_role r where r.id = $1`, [id]);
  }
}
