import { Inject, Injectable } from '@nestjs/common';
import { newId, type Text } from '@waymark/kernel';
import { one, rows, type Tx } from '@waymark/platform';
import { Settings } from '../company/company-settings.service.js';
import { Competencies } from '../competency/competency.service.js';
import { Persons } from '../person/person.service.js';
import {
  careerProgress,
  type CareerEvidence,
  type CareerRequirements,
  type CareerRequirementState,
} from './career-progress.js';

export interface CareerStepInput {
  code: string;
  name: Text;
  yearsFrom: number;
  yearsTo: number | null;
  requirements: CareerRequirements;
}

export interface CareerStepProgress extends CareerStepInput {
  id: string;
  reached: boolean;
  current: boolean;
  progress: CareerRequirementState[];
}

type DoneCodes = (tx: Tx, personId: string, codes: readonly string[]) => Promise<ReadonlySet<string>>;

/** Where other libs say which courses and certifications, by code, a person has. */
@Injectable()
export class CareerEvidenceRegistry {
  private readonly sources = new Map<'courses' | 'certifications', DoneCodes>();

  contribute(kind: 'courses' | 'certifications', done: DoneCodes): void {
    if (this.sources.has(kind)) throw new Error(`Two sources of career evidence for ${kind}`);
    this.sources.set(kind, done);
  }

  async done(
    tx: Tx,
    kind: 'courses' | 'certifications',
    personId: string,
    codes: readonly string[],
  ): Promise<ReadonlySet<string>> {
    return codes.length === 0 ? new Set() : ((await this.sources.get(kind)?.(tx, personId, codes)) ?? new Set());
  }
}

@Injectable()
export class CareerLadder {
  constructor(
    @Inject(CareerEvidenceRegistry) private readonly evidence: CareerEvidenceRegistry,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** Brings the ladder to these steps, lowest first. */
  async save(tx: Tx, steps: readonly CareerStepInput[]): Promise<void> {
    await tx.query(`delete from career_step where code <> all ($1)`, [steps.map((s) => s.code)]);
    await tx.query(`update career_step set ordinal = -1 - ordinal where ordinal >= 0`);
    await tx.query(
      `insert into career_step (id, code, ordinal, name, years_from, years_to, requirements)
       select id, code, ordinal, name, years_from, years_to, requirements
       from jsonb_to_recordset($1::jsonb) as s(id uuid, code text, ordinal smallint, name jsonb, years_from smallint, years_to smallint, requirements jsonb)
       on conflict (code) do update set ordinal = excluded.ordinal, name = excluded.name, years_from = excluded.years_from,
         years_to = excluded.years_to, requirements = excluded.requirements`,
      [
        JSON.stringify(
          steps.map((s, ordinal) => ({
            id: newId(),
            code: s.code,
            ordinal,
            name: s.name,
            years_from: s.yearsFrom,
            years_to: s.yearsTo,
            requirements: s.requirements,
          })),
        ),
      ],
    );
  }

  /** Every step with how far the person is. A step is reached when it and all before it are. */
  async progressOf(tx: Tx, personId: string): Promise<CareerStepProgress[]> {
    const steps = await rows<CareerStepInput & { id: string }>(
      tx,
      `select id, code, name, years_from as "yearsFrom", years_to as "yearsTo", requirements from career_step order by ordinal`,
    );
    if (steps.length === 0) return [];
    const wanted = (kind: 'courses' | 'certifications'): string[] => [
      ...new Set(steps.flatMap((s) => s.requirements[kind] ?? [])),
    ];
    const facts = (await this.persons.facts(tx, [personId])).get(personId);
    const profile = await this.competencies.profile(tx, personId);
    const { minutes } = await one<{ minutes: number }>(
      tx,
      `select coalesce(sum(credited_minutes), 0)::int as minutes from activity_record where person_id = $1`,
      [personId],
    );
    const evidence: CareerEvidence = {
      hireDate: facts?.hireDate ?? null,
      today: await this.settings.today(tx),
      courses: await this.evidence.done(tx, 'courses', personId, wanted('courses')),
      certifications: await this.evidence.done(tx, 'certifications', personId, wanted('certifications')),
      levels: profile.map((p) => p.assessed ?? p.self ?? 0),
      trainingMinutes: minutes,
    };
    let open = true;
    const out = steps.map((s, i): CareerStepProgress => {
      const progress = careerProgress(s, evidence, i === 0);
      open = open && progress.every((p) => p.met);
      return { ...s, progress, reached: open, current: false };
    });
    const current = out.filter((s) => s.reached).at(-1);
    if (current) current.current = true;
    return out;
  }
}
