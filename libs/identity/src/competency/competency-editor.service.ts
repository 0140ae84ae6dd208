import { Inject, Injectable } from '@nestjs/common';
import { Conflict, InvalidInput, newId, NotFound, RuleViolation, type Clock, type Text } from '@waymark/kernel';
import { CLOCK, execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { nextVersion, normaliseWords, type DimensionWords } from './competency.js';
import { Competencies, type CompetencyDimensionRecord } from './competency.service.js';

const SUBJECT = 'competency';
const MAX_DIMENSIONS = 24;
const MAX_LEVEL = 9;
const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;

export interface EditedDimension extends CompetencyDimensionRecord {
  /** People with a rating that counts today. */
  rated: number;
  changedBy: string | null;
  changedAt: Date | null;
}

export interface DimensionVersionRecord {
  version: number;
  sense: number;
  words: DimensionWords;
  authorId: string | null;
  createdAt: Date;
}

/** L&D changes the model: words as versions, order, archive. */
@Injectable()
export class CompetencyEditor {
  constructor(
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async list(tx: Tx): Promise<EditedDimension[]> {
    const found = await this.competencies.dimensions(tx, { archived: true });
    const more = new Map(
      (
        await rows<{ id: string; rated: number; changedBy: string | null; changedAt: Date | null }>(
          tx,
          `select d.id, v.author_id as "changedBy", v.created_at as "changedAt",
                  (select count(*)::int from competency_standing s where s.dimension_id = d.id and (s.assessed_sense = d.sense or s.self_sense = d.sense)) as rated
           from competency_dimension d join competency_dimension_version v on v.dimension_id = d.id and v.version = d.version`,
        )
      ).map((m) => [m.id, m]),
    );
    return found.map((d) => ({
      ...d,
      rated: more.get(d.id)?.rated ?? 0,
      changedBy: more.get(d.id)?.changedBy ?? null,
      changedAt: more.get(d.id)?.changedAt ?? null,
    }));
  }

  async versions(tx: Tx, dimensionId: string): Promise<DimensionVersionRecord[]> {
    return rows(
      tx,
      `select version, sense, words, author_id as "authorId", created_at as "createdAt" from competency_dimension_version
       where dimension_id = $1 order by version desc limit 100`,
      [dimensionId],
    );
  }

  /**
   * @param input.version the one the editor saw; not given for a new dimension
   * @param input.senseChanged the words mean something else: ratings so far no longer count
   * @throws Conflict 'changed-meanwhile' | 'code-taken'
   */
  async save(
    tx: Tx,
    actorId: string | null,
    input: DimensionWords & {
      id?: string | null;
      code?: string | null;
      version?: number | null;
      senseChanged: boolean;
    },
  ): Promise<string> {
    const words = normaliseWords(
      input,
      (await this.competencies.levels(tx)).map((l) => l.level),
    );
    if (!input.id) return this.create(tx, actorId, input.code ?? '', words);
    const before = await this.competencies.lockDimension(tx, input.id, 'update');
    if (!before) throw new NotFound('competency-unknown');
    if (before.version !== input.version) throw await this.audit.staleRevision(tx, SUBJECT, before.id);
    const next = nextVersion(before, before, words, input.senseChanged);
    if (!next) return before.id;
    await this.competencies.writeWords(tx, before.id, words, next, actorId);
    await this.audit.record(tx, {
      actorId,
      action: 'competency.changed',
      subjectType: SUBJECT,
      subjectId: before.id,
      changes: [
        { field: 'version', from: before.version, to: next.version },
        { field: 'sense', from: before.sense, to: next.sense },
        { field: 'name', from: JSON.stringify(before.name), to: JSON.stringify(words.name) },
      ],
    });
    return before.id;
  }

  private async create(tx: Tx, actorId: string | null, code: string, words: DimensionWords): Promise<string> {
    if (!CODE.test(code)) throw new InvalidInput('code-malformed');
    await tx.query(`lock table competency_dimension in share row exclusive mode`);
    const { open, last } = await one<{ open: number; last: number }>(
      tx,
      `select count(*) filter (where archived_at is null)::int as open, coalesce(max(ordinal), -1)::int as last from competency_dimension`,
    );
    if (open >= MAX_DIMENSIONS) throw new RuleViolation('competency-too-many', { max: MAX_DIMENSIONS });
    const id = newId();
    if (!(await this.competencies.insertDimension(tx, { id, code, ordinal: last + 1, words, authorId: actorId })))
      throw new Conflict('code-taken', { code });
    await this.audit.record(tx, {
      actorId,
      action: 'competency.created',
      subjectType: SUBJECT,
      subjectId: id,
      changes: [{ field: 'code', from: null, to: code }],
    });
    return id;
  }

  /** @throws Conflict 'changed-meanwhile' when the ids are not those of the open dimensions */
  async order(tx: Tx, actorId: string | null, ids: readonly string[]): Promise<void> {
    await tx.query(`lock table competency_dimension in share row exclusive mode`);
    const open = await this.competencies.dimensions(tx);
    const known = new Set(open.map((d) => d.id));
    if (ids.length !== known.size || new Set(ids).size !== ids.length || ids.some((id) => !known.has(id)))
      throw new Conflict('changed-meanwhile', { by: null, at: null });
    await execute(
      tx,
      `update competency_dimension d set ordinal = o.n from unnest($1::uuid[]) with ordinality as o(id, n) where d.id = o.id`,
      [ids],
    );
    const codeOf = new Map(open.map((d) => [d.id, d.code]));
    await this.audit.record(tx, {
      actorId,
      action: 'competency.ordered',
      subjectType: SUBJECT,
      subjectId: 'model',
      changes: [
        {
          field: 'order',
          from: open.map((d) => d.code).join(' '),
          to: ids.map((id) => codeOf.get(id)).join(' '),
        },
      ],
    });
  }

  /** An archived dimension leaves radars, requirements and tables; its ratings stay. */
  async archive(tx: Tx, actorId: string | null, id: string, archived: boolean): Promise<void> {
    const before = await this.competencies.lockDimension(tx, id, 'update');
    if (!before) throw new NotFound('competency-unknown');
    if (before.archived === archived) return;
    await execute(tx, `update competency_dimension set archived_at = $2 where id = $1`, [
      id,
      archived ? this.clock.now() : null,
    ]);
    await this.audit.record(tx, {
      actorId,
      action: archived ? 'competency.archived' : 'competency.restored',
      subjectType: SUBJECT,
      subjectId: id,
    });
  }

  /** Names a level, or adds the next one on top; dimensions say what it looks like afterwards. */
  async saveLevel(tx: Tx, actorId: string | null, level: number, code: string | null, name: Text): Promise<void> {
    await tx.query(`lock table competency_level in share row exclusive mode`);
    if (!Object.values(name).some((n) => n?.trim())) throw new InvalidInput('name-needed');
    const before = await maybeOne<{ name: Text }>(tx, `select name from competency_level where level = $1`, [level]);
    if (before) {
      await execute(tx, `update competency_level set name = name || $2::jsonb where level = $1`, [
        level,
        JSON.stringify(name),
      ]);
    } else {
      const { top } = await one<{ top: number }>(
        tx,
        `select coalesce(max(level), 0)::int as top from competency_level`,
      );
      if (level !== top + 1 || level > MAX_LEVEL) throw new InvalidInput('competency-level-unknown');
      if (!CODE.test(code ?? '')) throw new InvalidInput('code-malformed');
      const written = await execute(
        tx,
        `insert into competency_level (level, code, name) values ($1, $2, $3) on conflict do nothing`,
        [level, code, JSON.stringify(name)],
      );
      if (written === 0) throw new Conflict('code-taken', { code });
    }
    await this.audit.record(tx, {
      actorId,
      action: 'competency-level.saved',
      subjectType: 'competency-level',
      subjectId: String(level),
      changes: [
        {
          field: 'name',
          from: before ? JSON.stringify(before.name) : null,
          to: JSON.stringify({ ...before?.name, ...name }),
        },
      ],
    });
  }
}
