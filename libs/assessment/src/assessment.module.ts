import { Global, Module } from '@nestjs/common';
import { AssessmentResolver } from './assessment/assessment.resolver.js';
import { AssessmentTitles } from './assessment/assessment-titles.service.js';
import { AssessmentVersions } from './assessment/assessment-versions.service.js';
import { Assessments } from './assessment/assessments.service.js';
import { AttemptAccessRegistry } from './attempt/attempt-access.port.js';

import { AttemptPersonalData } from './attempt/attempt-personal-data.service.js';
import { CompetencyTestsResolver } from './attempt/competency-tests.resolver.js';
import { CompetencyTests } from './attempt/competency-tests.service.js';
import { AttemptFinisher } from './attempt/attempt-finisher.service.js';
import { AttemptJobs } from './attempt/attempt.jobs.js';
import { AttemptResolver } from './attempt/attempt.resolver.js';
import { AttemptResults } from './attempt/attempt-results.service.js';
import { Attempts } from './attempt/attempts.service.js';
import { RetakeGrants } from './attempt/retake-grants.service.js';
import { GradingQueue } from './grading/grading-queue.service.js';
import { GradingResolver } from './grading/grading.resolver.js';
import { InterchangeController } from './interchange/interchange.controller.js';
import { InterchangeResolver } from './interchange/interchange.resolver.js';
import { KnownQuestions } from './interchange/known-questions.service.js';
import { QuestionExports } from './interchange/question-exports.service.js';
import { QuestionImports } from './interchange/question-imports.service.js';
import { ChineseVariants } from './question/chinese-variants.service.js';
import { PracticeQuestions } from './question/practice-questions.service.js';
import { QuestionJobs } from './question/question.jobs.js';
import { QuestionMedia } from './question/question-media.service.js';
import { QuestionResolver } from './question/question.resolver.js';
import { QuestionStatistics } from './question/question-statistics.consumer.js';
import { QuestionVersions } from './question/question-versions.service.js';
import { Questions } from './question/questions.service.js';
import { SimilarQuestions } from './question/similar-questions.service.js';
import { QuestionBanks } from './question-bank/question-banks.service.js';
import { KeyCorrections } from './regrade/key-corrections.service.js';
import { RegradeResolver } from './regrade/regrade.resolver.js';
import { Regrades } from './regrade/regrades.service.js';
import { AssessmentLoader } from './seed/assessment.loader.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { StatisticsResolver } from './statistics/statistics.resolver.js';
import { Statistics } from './statistics/statistics.service.js';
import { StatisticsViews } from './statistics/statistics-views.service.js';
import { Topics } from './topic/topics.service.js';

const offered = [
  Assessments,
  AssessmentLoader,
  AttemptAccessRegistry,
  AttemptResults,
  Attempts,
  CompetencyTests,
  PracticeQuestions,
  QuestionBanks,
  QuestionExports,
  QuestionImports,
  Questions,
  Statistics,
  Topics,
];

/** Global: downstream libs register who may start what, and read results. Needs identity. */
@Global()
@Module({
  providers: [
    ...offered,
    AssessmentResolver,
    AssessmentTitles,
    AssessmentVersions,
    AttemptPersonalData,
    AttemptFinisher,
    AttemptJobs,
    AttemptResolver,
    ChineseVariants,
    CompetencyTestsResolver,
    GradingQueue,
    GradingResolver,
    InterchangeResolver,
    KnownQuestions,
    KeyCorrections,
    QuestionJobs,
    QuestionMedia,
    QuestionResolver,
    QuestionStatistics,
    QuestionVersions,
    RegradeResolver,
    Regrades,
    RetakeGrants,
    SimilarQuestions,
    StatisticsResolver,
    StatisticsViews,
  ],
  controllers: [InterchangeController, StatisticsController],
  exports: offered,
})
export class AssessmentModule {}
