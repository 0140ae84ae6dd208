import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, newId, NotFound, pickText, type Clock, type Locale, type Text } from '@waymark/kernel';
import { afterCommit, CLOCK, Db, Jobs, Texts, type Tx } from '@waymark/platform';
import { Assessments } from '@waymark/assessment';
import { Courses } from '@waymark/catalog';
import { Audit } from '@waymark/identity';
import { isNumberPattern } from '../certificate/certificate.js';
import { issueToReady } from '../check/certification-check.jobs.js';
import {
  CertificationRepository,
  type CertificationFields,
  type CertificationRow,
  type NewRequirement,
  type Requirement,
  type RequirementKind,
} from './certification.repository.js';

export interface RequirementInput {
  kind: RequirementKind;
  code?: string | null;
  hours?: number | null;
}

export interface CertificationInput extends CertificationFields {
  title: Text;
  summary: Text;
  issuer: Text;
  requirements: readonly RequirementInput[];
  renewalRequirements: readonly RequirementInput[];
}

export interface CertificationTexts {
  title: Text;
  summary: Text;
  issuer: Text;
}

/** What it takes to be certified, for how long, and what it takes to stay so. */
@Injectable()
export class Certifications {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CertificationRepository) private readonly repository: CertificationRepository,
    @Inject(Texts) private readonly textRevisions: Texts,
    @Inject(Assessments) private readonly assessments: Assessments,
    @Inject(Courses) private readonly courses: Courses,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  list(archived: boolean | null): Promise<CertificationRow[]> {
    return this.db.read((tx) => this.repository.list(tx, { archived }));
  }

  async byCode(code: string): Promise<CertificationRow> {
    return this.db.read(async (tx) => {
      const found = await this.repository.byCode(tx, code);
      if (!found) throw new NotFound('certification-unknown');
      return found;
    });
  }

  async texts(tx: Tx, ids: readonly string[], asOfSeq?: number): Promise<Map<string, CertificationTexts>> {
    const loaded = await this.textRevisions.load(tx, ids, asOfSeq);
    return new Map(
      ids.map((id) => {
        const fields = loaded.get(id) ?? {};
        return [id, { title: fields['title'] ?? {}, summary: fields['summary'] ?? {}, issuer: fields['issuer'] ?? {} }];
      }),
    );
  }

  readTexts(ids: readonly string[]): Promise<Map<string, CertificationTexts>> {
    return this.db.read((tx) => this.texts(tx, ids));
  }

  readRequirements(ids: readonly string[]): Promise<Requirement[]> {
    return this.db.read((tx) => this.repository.requirements(tx, ids));
  }

  /** Titles of what requirements point at, by kind and code. */
  async titles(tx: Tx, list: readonly Requirement[], locale: Locale): Promise<Map<string, string>> {
    const of = (kind: RequirementKind) => [
      ...new Set(list.filter((r) => r.kind === kind).flatMap((r) => r.targetId ?? [])),
    ];
    const out = new Map<string, string>();
    for (const [id, card] of await this.assessments.cards(tx, of('exam'), locale)) out.set(id, card.title);
    for (const [id, card] of await this.courses.cards(tx, of('course'), locale)) out.set(id, card.title);
    return new Map(list.map((r) => [r.id, (r.targetId ? out.get(r.targetId) : undefined) ?? r.code ?? '']));
  }

  async titlesByCode(tx: Tx, codes: readonly string[], locale: Locale): Promise<Map<string, string>> {
    const found = (await this.repository.list(tx, { archived: null })).filter((c) => codes.includes(c.code));
    const texts = await this.texts(
      tx,
      found.map((c) => c.id),
    );
    return new Map(found.map((c) => [c.code, this.title(texts.get(c.id), locale)]));
  }

  readTitles(list: readonly Requirement[], locale: Locale): Promise<Map<string, string>> {
    return this.db.read((tx) => this.titles(tx, list, locale));
  }

  /** @throws Conflict 'changed-meanwhile'; InvalidInput naming the code that is unknown */
  async save(
    actorId: string,
    input: CertificationInput & { id: string | null; revision: number | null },
  ): Promise<CertificationRow> {
    return this.db.transaction(async (tx) => {
      const before = input.id ? await this.repository.lock(tx, input.id) : null;
      if (input.id && !before) throw new NotFound('certification-unknown');
      if (before && before.revision !== input.revision)
        throw await this.audit.staleRevision(tx, 'certification', before.id);
      const saved = await this.write(tx, actorId, before, input);
      if (!saved.archived) this.issueSoon(tx, saved);
      return saved;
    });
  }

  /** Some may have done all of it before. A queue that is away loses nothing: the daily check issues too. */
  private issueSoon(tx: Tx, { id, revision }: CertificationRow): void {
    afterCommit(tx, () =>
      this.jobs.enqueue(issueToReady, { certificationId: id }, { key: `certification-${id}-${revision}` }),
    );
  }

  async write(
    tx: Tx,
    actorId: string | null,
    before: CertificationRow | null,
    input: CertificationInput,
  ): Promise<CertificationRow> {
    if (!isNumberPattern(input.numberPattern)) throw new InvalidInput('number-pattern-invalid');
    if (input.requirements.length === 0) throw new InvalidInput('requirements-missing');
    if (!before && (await this.repository.byCode(tx, input.code)))
      throw new InvalidInput('code-taken', { code: input.code });
    const id = before?.id ?? newId();
    const now = this.clock.now();
    const fields = {
      ...input,
      code: before?.code ?? input.code,
      warnDays: [...new Set(input.warnDays)].sort((a, b) => b - a),
    };
    if (before) await this.repository.update(tx, id, fields, now);
    else await this.repository.insert(tx, id, fields, actorId, now);
    await this.repository.replaceRequirements(tx, id, [
      ...(await this.resolve(tx, 'first', input.requirements)),
      ...(await this.resolve(tx, 'renewal', input.renewalRequirements)),
    ]);
    await this.textRevisions.set(tx, id, { title: input.title, summary: input.summary, issuer: input.issuer }, actorId);
    await this.audit.record(tx, {
      actorId,
      action: before ? 'certification.changed' : 'certification.created',
      subjectType: 'certification',
      subjectId: id,
    });
    return (await this.repository.lock(tx, id)) as CertificationRow;
  }

  private async resolve(
    tx: Tx,
    use: 'first' | 'renewal',
    list: readonly RequirementInput[],
  ): Promise<NewRequirement[]> {
    const codes = (kind: RequirementKind) => list.filter((r) => r.kind === kind).flatMap((r) => r.code ?? []);
    const exams = new Map((await this.assessments.refs(tx, { codes: codes('exam') })).map((r) => [r.code, r.id]));
    const courses = new Map((await this.courses.refs(tx, { codes: codes('course') })).map((r) => [r.code, r.id]));
    const seen = new Set<string>();
    return list.map((r) => {
      const key = `${r.kind} ${r.code ?? ''}`;
      if (seen.has(key)) throw new InvalidInput('requirement-twice', { kind: r.kind, code: r.code ?? null });
      seen.add(key);
      if (r.kind === 'hours') {
        if (!r.hours || r.hours <= 0) throw new InvalidInput('requirement-hours-missing');
        return { use, kind: r.kind, targetId: null, code: null, hours: r.hours };
      }
      const code = r.code ?? '';
      const targetId = r.kind === 'exam' ? exams.get(code) : r.kind === 'course' ? courses.get(code) : null;
      if (!code || targetId === undefined) throw new InvalidInput('requirement-unknown', { kind: r.kind, code });
      return { use, kind: r.kind, targetId, code, hours: null };
    });
  }

  /** Archived, it is issued no more; certificates that were issued stay as they are. */
  async setArchived(actorId: string, id: string, revision: number, archived: boolean): Promise<CertificationRow> {
    return this.db.transaction(async (tx) => {
      const before = await this.repository.lock(tx, id);
      if (!before) throw new NotFound('certification-unknown');
      if (before.revision !== revision) throw await this.audit.staleRevision(tx, 'certification', id);
      const now = this.clock.now();
      await this.repository.setArchived(tx, id, archived ? now : null, now);
      await this.audit.record(tx, {
        actorId,
        action: archived ? 'certification.archived' : 'certification.restored',
        subjectType: 'certification',
        subjectId: id,
      });
      const saved = (await this.repository.lock(tx, id)) as CertificationRow;
      if (!archived) this.issueSoon(tx, saved);
      return saved;
    });
  }

  title(texts: CertificationTexts | undefined, locale: Locale): string {
    return pickText(texts?.title ?? {}, locale);
  }
}
