import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';

const calibrationFields = graphql(`
  fragment CalibrationFields on ItemCalibration {
    answered
    a
    aSe
    b
    bSe
    problem
  }
`);
const choiceFields = graphql(`
  fragment ChoiceFields on ChoiceStatistic {
    key
    letter
    text
    right
    count
    share
    lower
    middle
    upper
    correlation
  }
`);
const analysisFields = graphql(`
  fragment AnalysisFields on Analysis {
    id
    state
    done
    problem
    people
    iterations
    converged
    requestedAt
    finishedAt
  }
`);

export const AssessmentStatisticsQuery = graphql(
  `
    query AssessmentStatistics($assessmentId: ID!, $versionId: ID, $attempts: AttemptsCounted) {
      assessmentStatistics(assessmentId: $assessmentId, versionId: $versionId, attempts: $attempts) {
        assessmentId
        code
        kind
        title
        versions {
          id
          number
          attempts
        }
        versionId
        passMark
        attempts
        people
        tooFew
        outOfDate
        computedAt
        mean
        median
        sd
        skewness
        kurtosis
        alpha
        kr20
        sem
        bins
        items {
          questionId
          questionVersionId
          code
          versionNumber
          type
          topic
          stem
          answered
          blanks
          facility
          sd
          discrimination
          efficiency
          itemRest
          itemTotal
          intendedWeight
          effectiveWeight
          choices {
            ...ChoiceFields
          }
          flags {
            code
            letter
          }
          calibration {
            ...CalibrationFields
          }
        }
        statistics {
          ...AnalysisFields
        }
        calibration {
          ...AnalysisFields
        }
      }
    }
  `,
  [choiceFields, calibrationFields, analysisFields],
);
export type ExamStatistics = ResultOf<typeof AssessmentStatisticsQuery>['assessmentStatistics'];
export type ItemStatistic = ExamStatistics['items'][number];
export type ChoiceStatistic = ItemStatistic['choices'][number];
export type ItemFlag = ItemStatistic['flags'][number];
export type Analysis = NonNullable<ExamStatistics['statistics']>;
export type Calibration = NonNullable<ItemStatistic['calibration']>;

export const QuestionStatisticsQuery = graphql(
  `
    query QuestionStatistics($questionId: ID!, $attempts: AttemptsCounted) {
      questionStatistics(questionId: $questionId, attempts: $attempts) {
        questionVersionId
        versionNumber
        publishedAt
        computedAt
        tooFew
        measures {
          answered
          blanks
          facility
          sd
          discrimination
          efficiency
          itemRest
          itemTotal
          choices {
            ...ChoiceFields
          }
          flags {
            code
            letter
          }
        }
        exams {
          assessmentId
          assessmentVersionId
          title
          versionNumber
          answered
          facility
          itemRest
          calibration {
            ...CalibrationFields
          }
        }
      }
    }
  `,
  [choiceFields, calibrationFields],
);
export type QuestionVersionStatistic = ResultOf<typeof QuestionStatisticsQuery>['questionStatistics'][number];

export const ComputeStatisticsMutation = graphql(
  `
    mutation ComputeStatistics($versionId: ID!) {
      computeStatistics(versionId: $versionId) {
        ...AnalysisFields
      }
    }
  `,
  [analysisFields],
);
export const CalibrateAssessmentMutation = graphql(
  `
    mutation CalibrateAssessment($versionId: ID!) {
      calibrateAssessment(versionId: $versionId) {
        ...AnalysisFields
      }
    }
  `,
  [analysisFields],
);
export const CancelAnalysisMutation = graphql(
  `
    mutation CancelAnalysis($id: ID!) {
      cancelAnalysis(id: $id) {
        ...AnalysisFields
      }
    }
  `,
  [analysisFields],
);
