import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { LOCALES, InvalidInput, pickText, type Text } from '@waymark/kernel';
import { Allow, CurrentViewer, Db, fromText, toText, type Tx, type Viewer } from '@waymark/platform';
import { personOf } from '../competency/competency.resolver.js';
import { Competencies } from '../competency/competency.service.js';
import { Scope } from '../grant/scope.service.js';
import { JobFamilies } from '../job-family/job-families.service.js';
import { toJobFamily } from '../job-family/job-family.model.js';
import { CareerEvidenceRegistry } from './career-evidence.registry.js';
import { CareerLadder, wanted, type CareerStepInput } from './career-ladder.service.js';
import { CareerLadderInputModel, type CareerStepInputModel } from './career.inputs.js';
import { CareerLadderModel, CareerStepModel } from './career.model.js';

const NAME_MAX = 60;
const SUMMARY_MAX = 500;

function short(text: Text, max: number, field: string): Text {
  if (LOCALES.some((l) => (text[l]?.length ?? 0) > max))
    throw new InvalidInput('competency-text-too-long', { field, max });
  return text;
}

function toStep(s: CareerStepInputModel): CareerStepInput {
  return {
    code: s.code,
    name: short(toText(s.name), NAME_MAX, 'name'),
    summary: short(toText(s.summary), SUMMARY_MAX, 'description'),
    yearsFrom: s.yearsFrom,
    yearsTo: s.yearsTo ?? null,
    requirements: {
      ...(s.courses.length > 0 ? { courses: [...new Set(s.courses)] } : {}),
      ...(s.certifications.length > 0 ? { certifications: [...new Set(s.certifications)] } : {}),
      ...(s.competencies.length > 0
        ? { competencies: s.competencies.map(({ dimension, level }) => ({ dimension, level })) }
        : {}),
      ...(s.anyCompetency ? { anyCompetency: { count: s.anyCompetency.count, level: s.anyCompetency.level } } : {}),
      ...(s.trainingHours > 0 ? { trainingHours: s.trainingHours } : {}),
    },
  };
}

@Resolver(() => CareerStepModel)
export class CareerResolver {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CareerLadder) private readonly ladder: CareerLadder,
    @Inject(CareerEvidenceRegistry) private readonly evidence: CareerEvidenceRegistry,
    @Inject(Competencies) private readonly competencies: Competencies,
    @Inject(JobFamilies) private readonly families: JobFamilies,
    @Inject(Scope) private readonly scope: Scope,
  ) {}

  @Query(() => [CareerStepModel], { description: 'The steps of my ladder and how far I am; or of somebody I may see' })
  @Allow('signed-in')
  async careerLadder(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID, nullable: true }) personId?: string | null,
  ): Promise<CareerStepModel[]> {
    const id = personOf(viewer, personId);
    return this.db.read(async (tx) => {
      await this.scope.assertCanSee(tx, viewer, id, ['self', 'identity:see-competencies']);
      const steps = await this.ladder.progressOf(tx, id);
      const levels = new Map(
        (await this.competencies.levels(tx)).map((l) => [l.level, pickText(l.name, viewer.locale)]),
      );
      const titles = await this.titles(tx, viewer, steps);
      return steps.map((s) => ({
        id: s.id,
        code: s.code,
        name: pickText(s.name, viewer.locale),
        summary: pickText(s.summary, viewer.locale) || null,
        yearsFrom: s.yearsFrom,
        yearsTo: s.yearsTo,
        current: s.current,
        next: s.next,
        reached: s.reached,
        requirements: s.progress.map((p) => ({
          kind: p.kind,
          name: p.level === null ? '' : (levels.get(p.level) ?? ''),
          required: p.required,
          have: p.have,
          met: p.met,
          items: p.items.map((i) => ({ ...i, title: titles.get(`${p.kind} ${i.code}`) ?? i.code })),
        })),
      }));
    });
  }

  @Query(() => [CareerLadderModel], { description: "The company's ladder first, then those of job families" })
  @Allow('identity:edit-competencies')
  careerLadders(@CurrentViewer() viewer: Viewer): Promise<CareerLadderModel[]> {
    return this.db.read((tx) => this.ladders(tx, viewer));
  }

  @Mutation(() => [CareerLadderModel], {
    description: "Publishes a ladder; a family whose ladder has no step uses the company's",
  })
  @Allow('identity:edit-competencies')
  saveCareerLadder(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: CareerLadderInputModel,
  ): Promise<CareerLadderModel[]> {
    const steps = input.steps.map(toStep);
    return this.db.transaction(async (tx) => {
      await this.ladder.assertTargets(tx, steps);
      await this.ladder.save(tx, steps, {
        familyId: input.familyId ?? null,
        revision: input.revision,
        actorId: viewer.personId,
      });
      return this.ladders(tx, viewer);
    });
  }

  private async ladders(tx: Tx, viewer: Viewer): Promise<CareerLadderModel[]> {
    const list = await this.ladder.list(tx);
    const families = new Map((await this.families.list(tx)).map((f) => [f.id, toJobFamily(f, viewer.locale)]));
    const titles = await this.titles(
      tx,
      viewer,
      list.flatMap((l) => l.steps),
    );
    const targets = (kind: string, codes: readonly string[] | undefined) =>
      (codes ?? []).map((code) => ({ code, title: titles.get(`${kind} ${code}`) ?? code }));
    return list.map((l) => ({
      id: l.id,
      family: l.familyId ? (families.get(l.familyId) ?? null) : null,
      revision: l.revision,
      steps: l.steps.map((s) => ({
        code: s.code,
        names: fromText(s.name),
        summaries: fromText(s.summary),
        yearsFrom: s.yearsFrom,
        yearsTo: s.yearsTo,
        courses: targets('courses', s.requirements.courses),
        certifications: targets('certifications', s.requirements.certifications),
        competencies: s.requirements.competencies ?? [],
        anyCompetency: s.requirements.anyCompetency ?? null,
        trainingHours: s.requirements.trainingHours ?? 0,
      })),
    }));
  }

  /** Titles of everything the steps name, by kind and code. */
  private async titles(tx: Tx, viewer: Viewer, steps: readonly CareerStepInput[]): Promise<Map<string, string>> {
    const out = new Map<string, string>();
    for (const kind of ['courses', 'certifications'] as const)
      for (const [code, title] of await this.evidence.titles(tx, kind, wanted(steps, kind), viewer.locale))
        out.set(`${kind} ${code}`, title);
    for (const d of await this.competencies.dimensions(tx, { archived: true }))
      out.set(`competencies ${d.code}`, pickText(d.name, viewer.locale));
    return out;
  }
}
