import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Allow, CurrentViewer, type Viewer } from '@waymark/platform';
import { IdPipe } from '../id.pipe.js';
import {
  AnalysisModel,
  AssessmentStatisticsModel,
  AttemptsCountedEnum,
  QuestionVersionStatisticModel,
} from './statistics.model.js';
import { StatisticsViews } from './statistics-views.service.js';
import type { AnalysisRow, AttemptsCounted } from './statistics.repository.js';
import { Statistics } from './statistics.service.js';

function toAnalysis(a: AnalysisRow): AnalysisModel {
  return {
    id: a.id,
    state: a.state,
    done: a.done,
    problem: a.problem,
    people: a.people,
    iterations: a.iterations,
    converged: a.converged,
    requestedAt: a.requested_at,
    finishedAt: a.finished_at,
  };
}

@Resolver()
export class StatisticsResolver {
  constructor(
    @Inject(Statistics) private readonly service: Statistics,
    @Inject(StatisticsViews) private readonly views: StatisticsViews,
  ) {}

  @Query(() => AssessmentStatisticsModel)
  @Allow('assessment:read-bank')
  async assessmentStatistics(
    @CurrentViewer() viewer: Viewer,
    @Args('assessmentId', { type: () => ID }, IdPipe) assessmentId: string,
    @Args('versionId', { type: () => ID, nullable: true }, IdPipe) versionId?: string | null,
    @Args('attempts', { type: () => AttemptsCountedEnum, nullable: true }) attempts?: AttemptsCounted | null,
  ): Promise<AssessmentStatisticsModel> {
    const view = await this.views.ofAssessment(assessmentId, versionId ?? null, attempts ?? 'first', viewer.locale);
    const { test } = view;
    return {
      assessmentId,
      code: view.code,
      kind: view.kind,
      title: view.title,
      versions: view.versions.map(({ id, number, attempts: n }) => ({ id, number, attempts: n })),
      versionId: view.version.id,
      passMark: view.version.pass_mark,
      attempts: view.attempts,
      people: test?.people ?? 0,
      tooFew: view.tooFew,
      outOfDate: view.outOfDate,
      computedAt: test?.computedAt ?? null,
      mean: test?.mean ?? null,
      median: test?.median ?? null,
      sd: test?.sd ?? null,
      skewness: test?.skewness ?? null,
      kurtosis: test?.kurtosis ?? null,
      alpha: test?.alpha ?? null,
      kr20: test?.kr20 ?? null,
      sem: test?.sem ?? null,
      bins: test?.bins ?? [],
      items: view.items,
      statistics: view.statistics && toAnalysis(view.statistics),
      calibration: view.calibration && toAnalysis(view.calibration),
    };
  }

  @Query(() => [QuestionVersionStatisticModel], { description: 'By version, newest first' })
  @Allow('assessment:read-bank')
  async questionStatistics(
    @CurrentViewer() viewer: Viewer,
    @Args('questionId', { type: () => ID }, IdPipe) questionId: string,
    @Args('attempts', { type: () => AttemptsCountedEnum, nullable: true }) attempts?: AttemptsCounted | null,
  ): Promise<QuestionVersionStatisticModel[]> {
    return this.views.ofQuestion(questionId, attempts ?? 'first', viewer.locale);
  }

  @Mutation(() => AnalysisModel)
  @Allow('assessment:edit')
  async computeStatistics(
    @CurrentViewer() viewer: Viewer,
    @Args('versionId', { type: () => ID }, IdPipe) versionId: string,
  ): Promise<AnalysisModel> {
    return toAnalysis(await this.service.ask(viewer, versionId, 'statistics'));
  }

  @Mutation(() => AnalysisModel)
  @Allow('assessment:edit')
  async calibrateAssessment(
    @CurrentViewer() viewer: Viewer,
    @Args('versionId', { type: () => ID }, IdPipe) versionId: string,
  ): Promise<AnalysisModel> {
    return toAnalysis(await this.service.ask(viewer, versionId, 'calibration'));
  }

  @Mutation(() => AnalysisModel)
  @Allow('assessment:edit')
  async cancelAnalysis(@Args('id', { type: () => ID }, IdPipe) id: string): Promise<AnalysisModel> {
    return toAnalysis(await this.service.cancel(id));
  }
}
