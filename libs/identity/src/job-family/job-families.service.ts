import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, type Text } from '@waymark/kernel';
import { execute, maybeOne, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';

export interface JobFamilyRecord {
  id: string;
  code: string;
  name: Text;
}

/** Job roles that share a career ladder: sales, service, solutions. */
@Injectable()
export class JobFamilies {
  constructor(@Inject(Audit) private readonly audit: Audit) {}

  async list(tx: Tx): Promise<JobFamilyRecord[]> {
    return rows(tx, `select id, code, name from job_family order by code limit 200`);
  }

  async ofRoles(tx: Tx, jobRoleIds: readonly string[]): Promise<Map<string, JobFamilyRecord>> {
    const found = await rows<JobFamilyRecord & { roleId: string }>(
      tx,
      `select r.id as "roleId", f.id, f.code, f.name from job_role r join job_family f on f.id = r.family_id where r.id = any ($1::uuid[])`,
      [[...new Set(jobRoleIds)]],
    );
    return new Map(found.map(({ roleId, ...f }) => [roleId, f]));
  }

  /** @throws Conflict 'code-taken' @throws InvalidInput 'code-malformed' | 'name-needed' */
  async save(
    tx: Tx,
    input: { id?: string | null; code?: string | null; name: Text },
    actorId: string | null,
  ): Promise<string> {
    if (!Object.values(input.name).some((n) => n?.trim())) throw new InvalidInput('name-needed');
    if (input.id) {
      const before = await maybeOne<{ name: Text }>(tx, `select name from job_family where id = $1 for update`, [
        input.id,
      ]);
      if (!before) throw new NotFound('job-family-unknown');
      const name = { ...before.name, ...input.name };
      await execute(tx, `update job_family set name = $2 where id = $1`, [input.id, JSON.stringify(name)]);
      await this.audit.record(tx, {
        actorId,
        action: 'job-family.changed',
        subjectType: 'job-family',
        subjectId: input.id,
        changes: [{ field: 'name', from: JSON.stringify(before.name), to: JSON.stringify(name) }],
      });
      return input.id;
    }
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(input.code ?? '')) throw new InvalidInput('code-malformed');
    const id = newId();
    const written = await execute(
      tx,
      `insert into job_family (id, code, name) values ($1, $2, $3) on conflict (code) do nothing`,
      [id, input.code, JSON.stringify(input.name)],
    );
    if (written === 0) throw new Conflict('code-taken', { code: input.code ?? null });
    await this.audit.record(tx, {
      actorId,
      action: 'job-family.created',
      subjectType: 'job-family',
      subjectId: id,
      changes: [{ field: 'code', from: null, to: input.code }],
    });
    return id;
  }

  /** The job roles of a family become exactly these; a role has one family at most. */
  async setRoles(tx: Tx, familyId: string, jobRoleIds: readonly string[], actorId: string | null): Promise<void> {
    const family = await maybeOne(tx, `select 1 from job_family where id = $1 for update`, [familyId]);
    if (!family) throw new NotFound('job-family-unknown');
    const before = await rows<{ id: string; code: string; familyId: string | null }>(
      tx,
      `select id, code, family_id as "familyId" from job_role where family_id = $1 or id = any ($2::uuid[]) order by id for update`,
      [familyId, jobRoleIds],
    );
    if (jobRoleIds.some((id) => !before.some((r) => r.id === id))) throw new NotFound('job-role-unknown');
    await execute(
      tx,
      `update job_role set family_id = case when id = any ($2::uuid[]) then $1::uuid end where id = any ($3::uuid[])`,
      [familyId, jobRoleIds, before.map((r) => r.id)],
    );
    const codes = (ids: (r: (typeof before)[number]) => boolean): string =>
      before
        .filter(ids)
        .map((r) => r.code)
        .sort()
        .join(' ');
    await this.audit.record(tx, {
      actorId,
      action: 'job-family.roles-changed',
      subjectType: 'job-family',
      subjectId: familyId,
      changes: [
        { field: 'roles', from: codes((r) => r.familyId === familyId), to: codes((r) => jobRoleIds.includes(r.id)) },
      ],
    });
  }
}
