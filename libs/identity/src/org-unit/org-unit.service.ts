import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, RuleViolation, type Text } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';

export const ORG_UNIT_KINDS = ['company', 'region', 'department', 'team'] as const;
export type OrgUnitKind = (typeof ORG_UNIT_KINDS)[number];

export interface OrgUnitRecord {
  id: string;
  code: string;
  kind: OrgUnitKind;
  name: Text;
  parentId: string | null;
  /** '/top/below/this/': a unit's subtree is every path that starts with its own. */
  path: string;
  archived: boolean;
  headcount: number;
}

export interface OrgUnitInput {
  id?: string | null;
  code?: string | null;
  name: Text;
  kind: OrgUnitKind;
  parentId?: string | null;
  archived?: boolean | null;
}

const COLUMNS = `u.id, u.code, u.kind, u.name, u.parent_id as "parentId", u.path, u.archived_at is not null as archived,
  (select count(*)::int from current_position p join person pe on pe.id = p.person_id and pe.status = 'active' where p.org_unit_id = u.id) as headcount`;

const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** The tree company › region › department › team. */
@Injectable()
export class OrgUnits {
  constructor(@Inject(Audit) private readonly audit: Audit) {}

  /** All units, parents before children. */
  async list(tx: Tx): Promise<OrgUnitRecord[]> {
    return rows(tx, `select ${COLUMNS} from org_unit u order by u.path`);
  }

  async load(tx: Tx, ids: readonly string[]): Promise<Map<string, OrgUnitRecord>> {
    const found = await rows<OrgUnitRecord>(tx, `select ${COLUMNS} from org_unit u where u.id = any ($1::uuid[])`, [
      [...new Set(ids)],
    ]);
    return new Map(found.map((u) => [u.id, u]));
  }

  async save(tx: Tx, input: OrgUnitInput, actorId: string | null): Promise<OrgUnitRecord> {
    // The tree changes rarely; one lock keeps two moves from making a loop together.
    await tx.query(`select pg_advisory_xact_lock(hashtext('identity.org-tree'))`);
    const parent = input.parentId
      ? await maybeOne<{ id: string; path: string }>(tx, `select id, path from org_unit where id = $1`, [
          input.parentId,
        ])
      : null;
    if (input.parentId && !parent) throw new InvalidInput('org-unit-unknown');
    const id = input.id
      ? await this.change(tx, input.id, input, parent, actorId)
      : await this.create(tx, input, parent, actorId);
    return one(tx, `select ${COLUMNS} from org_unit u where u.id = $1`, [id]);
  }

  private async create(
    tx: Tx,
    input: OrgUnitInput,
    parent: { path: string } | null,
    actorId: string | null,
  ): Promise<string> {
    const code = input.code ?? '';
    if (!CODE.test(code)) throw new InvalidInput('code-invalid');
    const id = newId();
    const written = await execute(
      tx,
      `insert into org_unit (id, code, parent_id, path, kind, name) values ($1, $2, $3, $4, $5, $6) on conflict (code) do nothing`,
      [id, code, input.parentId ?? null, `${parent?.path ?? '/'}${code}/`, input.kind, JSON.stringify(input.name)],
    );
    if (written === 0) throw new Conflict('code-taken', { code });
    await this.audit.record(tx, {
      actorId,
      action: 'org-unit.created',
      subjectType: 'org-unit',
      subjectId: id,
      changes: [{ field: 'code', from: null, to: code }],
    });
    return id;
  }

  private async change(
    tx: Tx,
    id: string,
    input: OrgUnitInput,
    parent: { path: string } | null,
    actorId: string | null,
  ): Promise<string> {
    const before = await maybeOne<OrgUnitRecord>(tx, `select ${COLUMNS} from org_unit u where u.id = $1`, [id]);
    if (!before) throw new NotFound('org-unit-unknown');
    if (parent?.path.startsWith(before.path)) throw new RuleViolation('org-unit-under-itself');
    if (input.archived && !before.archived && before.headcount > 0) {
      throw new RuleViolation('org-unit-has-people', { people: before.headcount });
    }
    const path = `${parent?.path ?? '/'}${before.code}/`;
    await execute(
      tx,
      `update org_unit set name = name || $2::jsonb, kind = $3, parent_id = $4,
         archived_at = case when $5 then coalesce(archived_at, now()) end where id = $1`,
      [id, JSON.stringify(input.name), input.kind, input.parentId ?? null, input.archived ?? before.archived],
    );
    if (path !== before.path) {
      await execute(tx, `update org_unit set path = $2 || substr(path, length($1) + 1) where path like $1 || '%'`, [
        before.path,
        path,
      ]);
    }
    await this.audit.record(tx, {
      actorId,
      action: 'org-unit.changed',
      subjectType: 'org-unit',
      subjectId: id,
      changes: [
        { field: 'name', from: JSON.stringify(before.name), to: JSON.stringify({ ...before.name, ...input.name }) },
        { field: 'kind', from: before.kind, to: input.kind },
        { field: 'path', from: before.path, to: path },
        { field: 'archived', from: before.archived, to: input.archived ?? before.archived },
      ].filter((c) => c.from !== c.to),
    });
    return id;
  }
}
