import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, RuleViolation, type Text } from '@waymark/kernel';
import { execute, maybeOne, one, rows, type Tx, type Viewer } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Settings } from '../company/company-settings.service.js';
import { Scope } from '../grant/scope.service.js';
import { audienceMembersSql, boundedBy, normaliseAudienceRule, type AudienceRule } from './audience-rule.js';

export interface AudienceRecord {
  id: string;
  code: string;
  name: Text;
  rule: AudienceRule;
  revision: number;
  archived: boolean;
}

const COLUMNS = `id, code, name, rule, revision, archived_at is not null as archived`;

/** Saved rules over people: the one mechanism for assignment, visibility, exams, boards and announcements. */
@Injectable()
export class Audiences {
  constructor(
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Scope) private readonly scope: Scope,
  ) {}

  /** A SELECT of person ids; only active people. */
  membersSql(rule: AudienceRule, today: string, firstParam = 1): { sql: string; params: unknown[] } {
    return audienceMembersSql(rule, today, firstParam);
  }

  async find(tx: Tx, audienceId: string): Promise<AudienceRecord> {
    const found = await maybeOne<AudienceRecord>(tx, `select ${COLUMNS} from audience where id = $1`, [audienceId]);
    if (!found) throw new NotFound('audience-unknown');
    return found;
  }

  /**
   * A regional grant does not reach people of other regions, however the audience is drawn. That is so on the day it is
   * asked; what the viewer makes of the audience keeps the returned units and stays inside them on later days.
   * @param within units that what it is used for is kept inside already
   * @returns the units the permission covers; null is the whole company
   * @throws RuleViolation 'audience-outside-scope' {people}
   */
  async assertReached(
    tx: Tx,
    viewer: Viewer,
    permission: string,
    audience: string | AudienceRule,
    within: readonly string[] | null = null,
  ): Promise<string[] | null> {
    const rule = boundedBy(
      typeof audience === 'string' ? (await this.find(tx, audience)).rule : normaliseAudienceRule(audience),
      within,
    );
    const units = this.scope.unitsOf(viewer, permission);
    if (units === null) return null;
    const members = audienceMembersSql(rule, await this.settings.today(tx));
    const reached = this.scope.visiblePersonsSql(viewer, permission, 'm.id', members.params.length + 1);
    const { n } = await one<{ n: number }>(
      tx,
      `select count(*)::int as n from (${members.sql}) m where not ${reached.sql}`,
      [...members.params, ...reached.params],
    );
    if (n > 0) throw new RuleViolation('audience-outside-scope', { people: n });
    return units;
  }

  async list(tx: Tx): Promise<AudienceRecord[]> {
    return rows(tx, `select ${COLUMNS} from audience order by archived_at is not null, code`);
  }

  async memberIds(tx: Tx, audienceId: string, within: readonly string[] | null = null): Promise<string[]> {
    return this.memberIdsOf(tx, boundedBy((await this.find(tx, audienceId)).rule, within));
  }

  async memberIdsOf(tx: Tx, rule: AudienceRule): Promise<string[]> {
    const { sql, params } = audienceMembersSql(rule, await this.settings.today(tx));
    return (await rows<{ id: string }>(tx, sql, params)).map((r) => r.id);
  }

  async isMember(tx: Tx, audienceId: string, personId: string): Promise<boolean> {
    const { sql, params } = audienceMembersSql(
      (await this.find(tx, audienceId)).rule,
      await this.settings.today(tx),
      2,
    );
    return (await maybeOne(tx, `select 1 from (${sql}) m where m.id = $1`, [personId, ...params])) !== null;
  }

  /** Which of the audiences (all when left out) the person belongs to, in one statement. */
  async audiencesOf(tx: Tx, personId: string, among?: readonly string[]): Promise<string[]> {
    const list = among
      ? await rows<AudienceRecord>(tx, `select ${COLUMNS} from audience where id = any ($1::uuid[])`, [among])
      : (await this.list(tx)).filter((a) => !a.archived);
    if (list.length === 0) return [];
    const today = await this.settings.today(tx);
    const params: unknown[] = [personId];
    const parts = list.map((a) => {
      const part = audienceMembersSql(a.rule, today, params.length + 1);
      const idParam = params.push(...part.params, a.id);
      return `select $${idParam}::uuid as id where exists (select 1 from (${part.sql}) m where m.id = $1)`;
    });
    return (await rows<{ id: string }>(tx, parts.join(' union all '), params)).map((r) => r.id);
  }

  async preview(tx: Tx, rule: AudienceRule): Promise<{ count: number; sampleIds: string[] }> {
    const { sql, params } = audienceMembersSql(normaliseAudienceRule(rule), await this.settings.today(tx));
    const found = await one<{ count: number; sample: string[] | null }>(
      tx,
      `with m as (${sql}) select (select count(*)::int from m) as count,
         (select array_agg(id::text) from (select m.id from m join person_profile pr on pr.person_id = m.id order by pr.name_pinyin, m.id limit 20) s) as sample`,
      params,
    );
    return { count: found.count, sampleIds: found.sample ?? [] };
  }

  /** How many people each audience has now, in one statement. */
  async counts(tx: Tx, audienceIds: readonly string[]): Promise<Map<string, number>> {
    const list = await rows<AudienceRecord>(tx, `select ${COLUMNS} from audience where id = any ($1::uuid[])`, [
      audienceIds,
    ]);
    if (list.length === 0) return new Map();
    const today = await this.settings.today(tx);
    const params: unknown[] = [];
    const parts = list.map((a) => {
      const idParam = params.push(a.id);
      const part = audienceMembersSql(a.rule, today, params.length + 1);
      params.push(...part.params);
      return `select $${idParam}::text as id, count(*)::int as n from (${part.sql}) m`;
    });
    const counted = await rows<{ id: string; n: number }>(tx, parts.join(' union all '), params);
    return new Map(counted.map((c) => [c.id, c.n]));
  }

  async save(
    tx: Tx,
    input: {
      id?: string | null;
      revision?: number | null;
      code?: string | null;
      name: Text;
      rule: AudienceRule;
      archived?: boolean | null;
    },
    actorId: string | null,
  ): Promise<AudienceRecord> {
    const rule = normaliseAudienceRule(input.rule);
    if (input.id) {
      const before = await maybeOne<AudienceRecord>(tx, `select ${COLUMNS} from audience where id = $1 for update`, [
        input.id,
      ]);
      if (!before) throw new NotFound('audience-unknown');
      if (before.revision !== input.revision) throw await this.audit.staleRevision(tx, 'audience', input.id);
      const after = await one<AudienceRecord>(
        tx,
        `with w as (update audience set name = name || $2::jsonb, rule = $3, revision = revision + 1, updated_by = $4, updated_at = now(),
           archived_at = case when $5 then coalesce(archived_at, now()) end where id = $1 returning *)
         select ${COLUMNS} from w`,
        [input.id, JSON.stringify(input.name), JSON.stringify(rule), actorId, input.archived ?? before.archived],
      );
      await this.audit.record(tx, {
        actorId,
        action: 'audience.changed',
        subjectType: 'audience',
        subjectId: input.id,
        changes: [{ field: 'rule', from: JSON.stringify(before.rule), to: JSON.stringify(rule) }],
      });
      return after;
    }
    const id = newId();
    const code = input.code ?? `audience-${id.slice(-12)}`;
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(code)) throw new InvalidInput('code-invalid');
    const written = await execute(
      tx,
      `insert into audience (id, code, name, rule, updated_by) values ($1, $2, $3, $4, $5) on conflict (code) do nothing`,
      [id, code, JSON.stringify(input.name), JSON.stringify(rule), actorId],
    );
    if (written === 0) throw new Conflict('code-taken', { code });
    await this.audit.record(tx, {
      actorId,
      action: 'audience.created',
      subjectType: 'audience',
      subjectId: id,
      changes: [{ field: 'rule', from: null, to: JSON.stringify(rule) }],
    });
    return this.find(tx, id);
  }
}
