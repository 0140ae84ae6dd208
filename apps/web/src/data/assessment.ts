import { graphql } from '@waymark/api-client';

export type { PaperBody, PaperItem, ResultItem, SavedAnswer, ShownMedia } from '@waymark/assessment/rules';

export const AssessmentIntroQuery = graphql(`
  query AssessmentIntro($code: String!) {
    assessmentIntro(code: $code) {
      id
      code
      kind
      title
      description
      instructions
      itemCount
      passMark
      durationSeconds
      feedback
      attemptsUsed
      attemptsLeft
      retakeUntilDay
      mayStart
      reason
      openAttemptId
      lastAttemptId
      bestScore
      passed
    }
  }
`);

const attemptFields = graphql(`
  fragment AttemptFields on Attempt {
    id
    assessmentCode
    assessmentKind
    title
    state
    number
    itemCount
    passMark
    feedback
    startedAt
    deadlineAt
    serverNow
    readOnly
    lastSeq
    paper
    answers
  }
`);

export const StartAttemptMutation = graphql(
  `
    mutation StartAttempt($input: StartAttemptInput!) {
      startAttempt(input: $input) {
        ...AttemptFields
      }
    }
  `,
  [attemptFields],
);

export const AttemptQuery = graphql(
  `
    query Attempt($id: ID!, $deviceId: String!) {
      attempt(id: $id, deviceId: $deviceId) {
        ...AttemptFields
      }
    }
  `,
  [attemptFields],
);

export const TakeOverMutation = graphql(
  `
    mutation TakeOverAttempt($attemptId: ID!, $deviceId: String!) {
      takeOverAttempt(attemptId: $attemptId, deviceId: $deviceId) {
        ...AttemptFields
      }
    }
  `,
  [attemptFields],
);

export const SaveAnswersMutation = graphql(`
  mutation SaveAnswers($input: SaveAnswersInput!) {
    saveAnswers(input: $input) {
      attemptId
      state
      saved
      late
      lastSeq
      savedAt
      deadlineAt
      serverNow
    }
  }
`);

export const CheckAnswerMutation = graphql(`
  mutation CheckAnswer($input: CheckAnswerInput!) {
    checkAnswer(input: $input) {
      item
      right
      state
      answer
      choiceFeedback
      explanation
      lessonRef
    }
  }
`);

export const SubmitAttemptMutation = graphql(`
  mutation SubmitAttempt($input: SubmitAttemptInput!) {
    submitAttempt(input: $input) {
      attemptId
    }
  }
`);

export const AttemptResultQuery = graphql(`
  query AttemptResult($id: ID!) {
    attemptResult(id: $id) {
      attemptId
      assessmentCode
      assessmentKind
      title
      pending
      number
      score
      passMark
      passed
      submittedBy
      secondsUsed
      itemCount
      answeredCount
      missedCount
      lateCount
      topics {
        topic
        title
        score
        weak
      }
      feedback
      retakeUntilDay
      attemptsLeft
      mayRetake
      items
      regrades {
        item
        at
        reason
        scoreBefore
        score
      }
    }
    cardsFromAttempt(attemptId: $id)
  }
`);
