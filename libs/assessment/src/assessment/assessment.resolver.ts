import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { InvalidInput } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, fromText, toText, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCards } from '@waymark/identity';
import { IdPipe } from '../id.pipe.js';
import { CODE } from '../question/question.model.js';
import { AssessmentKindEnum } from './assessment-enums.model.js';
import {
  AssessmentConnection,
  AssessmentDetailModel,
  AssessmentFilterInput,
  AssessmentInput,
  BlueprintCheckModel,
  DrawRuleInput,
} from './assessment.model.js';
import type { AssessmentFilter } from './assessment.repository.js';
import { assessmentDefaults, type AssessmentDraft, type AssessmentKind } from './assessment.js';
import { Assessments } from './assessments.service.js';
import type { DrawRule } from './blueprint.js';

function toRule(input: DrawRuleInput): DrawRule {
  const from = input.difficultyFrom ?? 1;
  const to = input.difficultyTo ?? 5;
  if (from > to) throw new InvalidInput('difficulty-range');
  return {
    count: input.count,
    bankIds: input.bankIds ?? [],
    tags: input.tags ?? [],
    types: input.types ?? [],
    difficultyFrom: from,
    difficultyTo: to,
    use: input.use ?? null,
    points: input.points ?? null,
  };
}

function toDraft(kind: AssessmentKind, input: AssessmentInput): AssessmentDraft {
  const defaults = assessmentDefaults(kind);
  return {
    title: toText(input.title),
    description: toText(input.description),
    instructions: toText(input.instructions),
    passMark: input.passMark,
    durationSeconds: input.durationSeconds ?? null,
    // Left out means the kind's own rule; an explicit null lifts the limit.
    retakes: input.retakes === undefined ? defaults.retakes : input.retakes,
    retakeDays: input.retakeDays ?? defaults.retakeDays,
    feedback: input.feedback,
    shuffleQuestions: input.shuffleQuestions ?? true,
    shuffleChoices: input.shuffleChoices ?? true,
    gradeShortAnswers: input.gradeShortAnswers ?? defaults.gradeShortAnswers,
    fixed: (input.fixed ?? []).map((f) => ({ questionId: f.questionId, points: f.points ?? null })),
    draws: (input.draws ?? []).map(toRule),
  };
}

@Resolver()
export class AssessmentResolver {
  constructor(
    @Inject(Assessments) private readonly service: Assessments,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => AssessmentConnection)
  @Allow('assessment:read-bank')
  async assessments(
    @CurrentViewer() viewer: Viewer,
    @Args('filter', { nullable: true }) filter?: AssessmentFilterInput,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<AssessmentConnection> {
    const given = Object.entries(filter ?? {}).filter(([, value]) => value !== null && value !== undefined);
    const page = await this.service.list(Object.fromEntries(given) as AssessmentFilter, viewer.locale, {
      first: first ?? null,
      after: after ?? null,
    });
    return {
      ...page,
      edges: page.edges.map(({ cursor, node: r }) => ({
        cursor,
        node: {
          id: r.id,
          code: r.code,
          kind: r.kind,
          status: r.status,
          hasDraft: r.has_draft,
          title: r.title,
          itemCount: r.item_count,
          passMark: r.pass_mark,
          durationSeconds: r.duration_seconds,
          versionNumber: r.version_number,
          attempts: r.attempts,
          pendingCount: r.pending_count,
          passRate: r.passRate,
          updatedAt: r.updated_at,
        },
      })),
    };
  }

  @Query(() => AssessmentDetailModel)
  @Allow('assessment:read-bank')
  async assessmentForEdit(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
  ): Promise<AssessmentDetailModel> {
    return this.detail(id, viewer, ctx);
  }

  @Query(() => BlueprintCheckModel)
  @Allow('assessment:read-bank')
  async blueprintCheck(
    @Args('draws', { type: () => [DrawRuleInput] }) draws: DrawRuleInput[],
    @Args('fixedIds', { type: () => [ID], nullable: true }) fixedIds?: string[],
  ): Promise<BlueprintCheckModel> {
    if (draws.length > 50 || (fixedIds?.length ?? 0) > 200) throw new InvalidInput('too-many-rules');
    return this.service.checkDraws(draws.map(toRule), fixedIds ?? []);
  }

  @Mutation(() => AssessmentDetailModel)
  @Allow('assessment:edit')
  async createAssessment(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('code') code: string,
    @Args('kind', { type: () => AssessmentKindEnum }) kind: AssessmentKind,
    @Args('assessment') assessment: AssessmentInput,
  ): Promise<AssessmentDetailModel> {
    if (!CODE.test(code)) throw new InvalidInput('code-invalid');
    const id = await this.service.create(viewer.personId, code, kind, toDraft(kind, assessment));
    return this.detail(id, viewer, ctx);
  }

  @Mutation(() => AssessmentDetailModel)
  @Allow('assessment:edit')
  async saveAssessment(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
    @Args('assessment') assessment: AssessmentInput,
  ): Promise<AssessmentDetailModel> {
    const { kind } = await this.service.detail(id, viewer.locale);
    await this.service.save(viewer.personId, id, revision, toDraft(kind, assessment));
    return this.detail(id, viewer, ctx);
  }

  @Mutation(() => AssessmentDetailModel)
  @Allow('assessment:publish')
  async publishAssessment(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<AssessmentDetailModel> {
    await this.service.publish(viewer.personId, id, revision);
    return this.detail(id, viewer, ctx);
  }

  @Mutation(() => AssessmentDetailModel)
  @Allow('assessment:publish')
  async archiveAssessment(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('revision', { type: () => Int }) revision: number,
  ): Promise<AssessmentDetailModel> {
    await this.service.archive(viewer.personId, id, revision);
    return this.detail(id, viewer, ctx);
  }

  private async detail(id: string, viewer: Viewer, ctx: GqlContext): Promise<AssessmentDetailModel> {
    const { draft, updatedBy, ...rest } = await this.service.detail(id, viewer.locale);
    return {
      ...draft,
      ...rest,
      title: fromText(draft.title),
      description: fromText(draft.description),
      instructions: fromText(draft.instructions),
      updatedBy: updatedBy ? await personCardLoader(ctx, this.cards).load(updatedBy) : null,
    };
  }
}
