import { Inject } from '@nestjs/common';
import { Args, ID, Info, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import { InvalidInput } from '@waymark/kernel';
import { Allow, Ctx, CurrentViewer, type GqlContext, type Viewer } from '@waymark/platform';
import { personCardLoader, PersonCards } from '@waymark/identity';
import { Kind, type GraphQLResolveInfo } from 'graphql';
import { AssessmentIntroModel } from '../assessment/assessment.model.js';
import { IdPipe } from '../id.pipe.js';
import { AttemptResults } from './attempt-results.service.js';
import {
  AnswerFeedbackModel,
  AttemptModel,
  AttemptResultModel,
  AttemptRowConnection,
  CheckAnswerInput,
  MyAttemptConnection,
  PersonResultModel,
  RetakeGrantModel,
  SaveAnswersInput,
  SavedAnswersModel,
  StartAttemptInput,
  SubmitAttemptInput,
  type AnswerContentInput,
  type AnswerInput,
  type PartAnswerInput,
} from './attempt.model.js';
import type { Answer } from '../question/question.js';
import { Attempts, type GivenAnswer } from './attempts.service.js';
import { RetakeGrants } from './retake-grants.service.js';

function toGiven(input: AnswerInput): GivenAnswer {
  return {
    saveId: input.saveId,
    seq: input.seq,
    item: input.item,
    answeredAt: input.answeredAt ?? null,
    ...toAnswer(input),
  };
}

function entries(list: readonly { key: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(list.map(({ key, value }) => [key, value]));
}

function toAnswer(input: AnswerContentInput & { parts?: PartAnswerInput[] | null }): Answer {
  return {
    ...(input.choices ? { choices: input.choices } : {}),
    ...(typeof input.text === 'string' ? { text: input.text } : {}),
    ...(input.pairs ? { pairs: entries(input.pairs) } : {}),
    ...(input.order ? { order: input.order } : {}),
    ...(input.gaps ? { gaps: entries(input.gaps) } : {}),
    ...(input.parts ? { parts: Object.fromEntries(input.parts.map((p) => [p.key, toAnswer(p)])) } : {}),
  };
}

/** Whether a selection is plainly that one field; anything written through fragments counts as more. */
function asksOnlyFor(field: string, info: GraphQLResolveInfo): boolean {
  return info.fieldNodes.every((node) =>
    node.selectionSet?.selections.every((s) => s.kind === Kind.FIELD && [field, '__typename'].includes(s.name.value)),
  );
}

@Resolver()
export class AttemptResolver {
  constructor(
    @Inject(Attempts) private readonly attempts: Attempts,
    @Inject(AttemptResults) private readonly results: AttemptResults,
    @Inject(RetakeGrants) private readonly grants: RetakeGrants,
    @Inject(PersonCards) private readonly cards: PersonCards,
  ) {}

  @Query(() => AssessmentIntroModel)
  @Allow('signed-in')
  assessmentIntro(@CurrentViewer() viewer: Viewer, @Args('code') code: string): Promise<AssessmentIntroModel> {
    return this.attempts.intro(viewer, code);
  }

  @Query(() => AttemptModel)
  @Allow('signed-in')
  attempt(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
    @Args('deviceId') deviceId: string,
  ): Promise<AttemptModel> {
    return this.attempts.read(viewer, id, deviceId);
  }

  @Query(() => AttemptResultModel)
  @Allow('signed-in')
  attemptResult(
    @CurrentViewer() viewer: Viewer,
    @Args('id', { type: () => ID }, IdPipe) id: string,
  ): Promise<AttemptResultModel> {
    return this.results.result(viewer, id);
  }

  @Query(() => MyAttemptConnection)
  @Allow('signed-in')
  myAttempts(
    @CurrentViewer() viewer: Viewer,
    @Args('assessmentCode', { type: () => String, nullable: true }) assessmentCode?: string,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<MyAttemptConnection> {
    return this.results.mine(viewer, assessmentCode ?? null, { first: first ?? null, after: after ?? null });
  }

  @Query(() => [PersonResultModel])
  @Allow('signed-in')
  personResults(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }, IdPipe) personId: string,
  ): Promise<PersonResultModel[]> {
    return this.results.ofPerson(viewer, personId);
  }

  @Query(() => AttemptRowConnection)
  @Allow('assessment:results')
  async assessmentAttempts(
    @CurrentViewer() viewer: Viewer,
    @Ctx() ctx: GqlContext,
    @Args('assessmentId', { type: () => ID }, IdPipe) assessmentId: string,
    @Args('personId', { type: () => ID, nullable: true }, IdPipe) personId: string | null,
    @Args('first', { type: () => Int, nullable: true }) first?: number,
    @Args('after', { type: () => String, nullable: true }) after?: string,
  ): Promise<AttemptRowConnection> {
    const page = await this.results.ofAssessment(viewer, assessmentId, personId, {
      first: first ?? null,
      after: after ?? null,
    });
    const people = await personCardLoader(ctx, this.cards).loadMany(page.edges.map((e) => e.node.person_id));
    return {
      ...page,
      edges: page.edges.flatMap(({ cursor, node: r }, i) => {
        const person = people[i];
        if (!person || person instanceof Error) return [];
        return [
          {
            cursor,
            node: {
              id: r.id,
              person,
              state: r.state,
              number: r.number,
              startedAt: r.started_at,
              submittedAt: r.submitted_at,
              score: r.score,
              passed: r.passed,
              lateCount: r.late_count,
              retakeUntilDay: r.retake_until_day,
              mayGrantRetake: r.may_grant_retake,
            },
          },
        ];
      }),
    };
  }

  @Mutation(() => AttemptModel)
  @Allow('signed-in')
  startAttempt(@CurrentViewer() viewer: Viewer, @Args('input') input: StartAttemptInput): Promise<AttemptModel> {
    return this.attempts.start(viewer, input.assessmentCode, input.deviceId);
  }

  @Mutation(() => SavedAnswersModel)
  @Allow('signed-in')
  saveAnswers(@CurrentViewer() viewer: Viewer, @Args('input') input: SaveAnswersInput): Promise<SavedAnswersModel> {
    return this.attempts.save(viewer, input.attemptId, input.deviceId, input.answers.map(toGiven));
  }

  @Mutation(() => AnswerFeedbackModel)
  @Allow('signed-in')
  checkAnswer(@CurrentViewer() viewer: Viewer, @Args('input') input: CheckAnswerInput): Promise<AnswerFeedbackModel> {
    return this.attempts.check(viewer, input.attemptId, input.deviceId, toGiven(input.answer));
  }

  @Mutation(() => AttemptModel)
  @Allow('signed-in')
  takeOverAttempt(
    @CurrentViewer() viewer: Viewer,
    @Args('attemptId', { type: () => ID }, IdPipe) attemptId: string,
    @Args('deviceId') deviceId: string,
  ): Promise<AttemptModel> {
    if (!/^[A-Za-z0-9_-]{8,64}$/.test(deviceId)) throw new InvalidInput('device-id-invalid');
    return this.attempts.takeOver(viewer, attemptId, deviceId);
  }

  @Mutation(() => AttemptResultModel)
  @Allow('signed-in')
  async submitAttempt(
    @CurrentViewer() viewer: Viewer,
    @Args('input') input: SubmitAttemptInput,
    @Info() info: GraphQLResolveInfo,
  ): Promise<AttemptResultModel | Pick<AttemptResultModel, 'attemptId'>> {
    await this.attempts.submit(viewer, input.attemptId, input.deviceId, (input.answers ?? []).map(toGiven));
    // The player hands in and then opens the result page, which asks for the result itself.
    if (asksOnlyFor('attemptId', info)) return { attemptId: input.attemptId.toLowerCase() };
    return this.results.result(viewer, input.attemptId);
  }

  @Mutation(() => RetakeGrantModel)
  @Allow('assessment:grant-retake')
  grantRetake(
    @CurrentViewer() viewer: Viewer,
    @Args('personId', { type: () => ID }, IdPipe) personId: string,
    @Args('assessmentId', { type: () => ID }, IdPipe) assessmentId: string,
    @Args('reason') reason: string,
  ): Promise<RetakeGrantModel> {
    const words = reason.trim();
    if (words.length < 1 || words.length > 500) throw new InvalidInput('reason-length', { maximum: 500 });
    return this.grants.grant(viewer, personId, assessmentId, words);
  }
}
