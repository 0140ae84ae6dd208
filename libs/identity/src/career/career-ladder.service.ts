import { Inject, Injectable } from '@nestjs/common';
import { InvalidInput, LOCALES, newId, NotFound, type Clock, type Text } from '@waymark/kernel';
import { CLOCK, execute, maybeOne, one, rows, type Tx } from '@waymark/platform';
import { Audit } from '../audit/audit.service.js';
import { Settings } from '../company/company-settings.service.js';
import { Competencies } from '../competency/competency.service.js';
import { Persons } from '../person/person.service.js';
import { CareerEvidenceRegistry, type CareerEvidenceKind } from './career-evidence.registry.js';
import {
  careerProgress,
  type CareerEvidence,
  type CareerRequirements,
  type CareerRequirementState,
} from './career-progress.js';

export interface CareerStepInput {
  code: string;
  name: Text;
  summary?: Text;
  yearsFrom: number;
  yearsTo: number | null;
  requirements: CareerRequirements;
}

export interface CareerStepRecord extends Required<CareerStepInput> {
  id: string;
}

export interface CareerLadderRecord {
  id: string;
  familyId: string | null;
  revision: number;
  steps: CareerStepRecord[];
}

export interface CareerStepProgress extends CareerStepRecord {
  reached: boolean;
  /** The highest step reached. */
  current: boolean;
  /** The first one not reached. */
  next: boolean;
  progress: CareerRequirementState[];
}

export const MAX_STEPS = 12;
const SUBJECT = 'career-ladder';
const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;
const STEPS = `select id, ladder_id, code, name, summary, years_from as "yearsFrom", years_to as "yearsTo", requirements from career_step`;

@Injectable()
export class CareerLadder {
  constructor(
    @Inject(CareerEvidenceRegistry) private readonly evidence: CareerEvidenceRegistry,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(Audit) private readonly audit: Audit,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The company's own first, then one per family that has its own. */
  async list(tx: Tx): Promise<CareerLadderRecord[]> {
    const ladders = await rows<{ id: string; familyId: string | null; revision: number }>(
      tx,
      `select l.id, l.family_id as "familyId", l.revision from career_ladder l left join job_family f on f.id = l.family_id
       order by l.family_id is not null, f.code`,
    );
    const steps = await rows<CareerStepRecord & { ladder_id: string }>(tx, `${STEPS} order by ladder_id, ordinal`);
    return ladders.map((l) => ({
      ...l,
      steps: steps.filter((s) => s.ladder_id === l.id).map(({ ladder_id: _ladder, ...s }) => s),
    }));
  }

  /**
   * Publishes a ladder, lowest step first; what it said before stays in its versions. A family whose ladder has no
   * step uses the company's.
   * @param revision the one the editor saw, 0 for a ladder nobody has written; null: whatever there is (seeds)
   * @throws Conflict 'changed-meanwhile' @throws InvalidInput
   */
  async save(
    tx: Tx,
    steps: readonly CareerStepInput[],
    options: { familyId?: string | null; revision?: number | null; actorId?: string | null } = {},
  ): Promise<void> {
    const familyId = options.familyId ?? null;
    const actorId = options.actorId ?? null;
    await this.check(tx, steps);
    if (familyId && !(await maybeOne(tx, `select 1 from job_family where id = $1 for share`, [familyId])))
      throw new NotFound('job-family-unknown');
    await execute(tx, `insert into career_ladder (id, family_id) values ($1, $2) on conflict do nothing`, [
      newId(),
      familyId,
    ]);
    const ladder = await one<{ id: string; revision: number }>(
      tx,
      `select id, revision from career_ladder where family_id is not distinct from $1 for update`,
      [familyId],
    );
    if (typeof options.revision === 'number' && options.revision !== ladder.revision)
      throw await this.audit.staleRevision(tx, SUBJECT, ladder.id);
    const before = await rows<CareerStepRecord>(tx, `${STEPS} where ladder_id = $1 order by ordinal`, [ladder.id]);
    const revision = ladder.revision + 1;
    await execute(tx, `update career_ladder set revision = $2 where id = $1`, [ladder.id, revision]);
    await execute(tx, `delete from career_step where ladder_id = $1 and code <> all ($2)`, [
      ladder.id,
      steps.map((s) => s.code),
    ]);
    await execute(tx, `set constraints career_step_ladder_id_ordinal_key deferred`);
    await execute(
      tx,
      `insert into career_step (id, ladder_id, code, ordinal, name, summary, years_from, years_to, requirements)
       select id, $2, code, ordinal, name, summary, years_from, years_to, requirements
       from jsonb_to_recordset($1::jsonb) as s(id uuid, code text, ordinal smallint, name jsonb, summary jsonb, years_from smallint, years_to smallint, requirements jsonb)
       on conflict (ladder_id, code) do update set ordinal = excluded.ordinal, name = excluded.name, summary = excluded.summary,
         years_from = excluded.years_from, years_to = excluded.years_to, requirements = excluded.requirements`,
      [
        JSON.stringify(
          steps.map((s, ordinal) => ({
            id: newId(),
            code: s.code,
            ordinal,
            name: s.name,
            summary: s.summary ?? {},
            years_from: s.yearsFrom,
            years_to: s.yearsTo,
            requirements: s.requirements,
          })),
        ),
        ladder.id,
      ],
    );
    await execute(
      tx,
      `insert into career_ladder_version (ladder_id, revision, steps, author_id, created_at) values ($1, $2, $3, $4, $5)`,
      [ladder.id, revision, JSON.stringify(steps), actorId, this.clock.now()],
    );
    if (actorId) {
      const words = (list: readonly CareerStepInput[]): string =>
        JSON.stringify(
          list.map((s) => ({
            code: s.code,
            yearsFrom: s.yearsFrom,
            yearsTo: s.yearsTo,
            requirements: s.requirements,
          })),
        );
      await this.audit.record(tx, {
        actorId,
        action: 'career-ladder.published',
        subjectType: SUBJECT,
        subjectId: ladder.id,
        changes: [{ field: 'steps', from: words(before), to: words(steps) }],
      });
    }
  }

  private async check(tx: Tx, steps: readonly CareerStepInput[]): Promise<void> {
    if (steps.length > MAX_STEPS) throw new InvalidInput('too-many', { max: MAX_STEPS });
    const codes = new Set(steps.map((s) => s.code));
    if (codes.size !== steps.length || steps.some((s) => !CODE.test(s.code))) throw new InvalidInput('code-malformed');
    const levels = new Set((await this.competencies.levels(tx)).map((l) => l.level));
    const dimensions = new Map((await this.competencies.dimensions(tx)).map((d) => [d.code, d]));
    for (const [i, s] of steps.entries()) {
      const step = i + 1;
      if (!LOCALES.some((l) => s.name[l]?.trim())) throw new InvalidInput('step-name-missing', { step });
      if (s.yearsTo !== null && s.yearsTo < s.yearsFrom) throw new InvalidInput('step-years-wrong', { step });
      const before = steps[i - 1];
      if (before && s.yearsFrom < before.yearsFrom) throw new InvalidInput('step-years-descend', { step });
      const r = s.requirements;
      const asked = [
        ...(r.competencies ?? []).map((c) => c.level),
        ...(r.anyCompetency ? [r.anyCompetency.level] : []),
      ];
      if (asked.some((level) => !levels.has(level))) throw new InvalidInput('competency-level-unknown');
      if ((r.competencies ?? []).some((c) => !dimensions.has(c.dimension)))
        throw new InvalidInput('competency-unknown');
      if (r.anyCompetency && r.anyCompetency.count > dimensions.size)
        throw new InvalidInput('step-asks-too-many-competencies', { step, max: dimensions.size });
    }
  }

  /** @throws InvalidInput 'career-target-unknown' with the codes that name nothing */
  async assertTargets(tx: Tx, steps: readonly CareerStepInput[]): Promise<void> {
    const missing: string[] = [];
    for (const kind of ['courses', 'certifications'] as const) {
      const codes = wanted(steps, kind);
      const known = await this.evidence.titles(tx, kind, codes, 'en');
      missing.push(...codes.filter((c) => !known.has(c)));
    }
    if (missing.length > 0) throw new InvalidInput('career-target-unknown', { codes: missing });
  }

  /** Every step of the person's ladder with how far they are. A step is reached when it and all before it are. */
  async progressOf(tx: Tx, personId: string): Promise<CareerStepProgress[]> {
    const facts = (await this.persons.facts(tx, [personId])).get(personId);
    const steps = await rows<CareerStepRecord>(
      tx,
      `${STEPS} where ladder_id = coalesce(
         (select l.id from career_ladder l join job_role r on r.family_id = l.family_id
          where r.id = $1 and exists (select 1 from career_step s where s.ladder_id = l.id)),
         (select id from career_ladder where family_id is null)) order by ordinal`,
      [facts?.jobRoleId ?? null],
    );
    if (steps.length === 0) return [];
    const profile = await this.competencies.profile(tx, personId);
    const codeOf = new Map((await this.competencies.dimensions(tx)).map((d) => [d.id, d.code]));
    const { minutes } = await one<{ minutes: number }>(
      tx,
      `select coalesce(sum(credited_minutes), 0)::int as minutes from activity_record where person_id = $1`,
      [personId],
    );
    const evidence: CareerEvidence = {
      hireDate: facts?.hireDate ?? null,
      today: await this.settings.today(tx),
      courses: await this.evidence.done(tx, 'courses', personId, wanted(steps, 'courses')),
      certifications: await this.evidence.done(tx, 'certifications', personId, wanted(steps, 'certifications')),
      levels: new Map(profile.map((p) => [codeOf.get(p.dimensionId) ?? '', p.assessed ?? 0])),
      trainingMinutes: minutes,
    };
    let open = true;
    const out = steps.map((s, i): CareerStepProgress => {
      const progress = careerProgress(s, evidence, i === 0);
      const before = open;
      open = open && progress.every((p) => p.met);
      return { ...s, progress, reached: open, current: false, next: before && !open };
    });
    const current = out.filter((s) => s.reached).at(-1);
    if (current) current.current = true;
    return out;
  }
}

export function wanted(steps: readonly CareerStepInput[], kind: CareerEvidenceKind): string[] {
  return [...new Set(steps.flatMap((s) => s.requirements[kind] ?? []))];
}
