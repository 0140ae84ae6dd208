import { graphql } from '@waymark/api-client';

export interface PaperItem {
  item: number;
  type: 'single' | 'multiple' | 'truefalse' | 'short';
  points: number;
  topic: string;
  stem: string;
  choices: { key: string; text?: string }[];
}

export interface SavedAnswer {
  item: number;
  choices?: string[];
  text?: string;
  seq: number;
  savedAt: string;
  checked: boolean;
}

export interface ResultItem {
  item: number;
  type: PaperItem['type'];
  topic: string;
  points: number;
  stem: string;
  choices: { key: string; text?: string }[];
  answer: { choices?: string[]; text?: string } | null;
  state: 'right' | 'wrong' | 'partial' | 'pending' | 'blank';
  comment?: string;
  right?: { choices?: string[]; accepted?: string[] };
  explanation?: string;
  lessonRef?: string;
}

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
      rightChoices
      accepted
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
    }
    cardsFromAttempt(attemptId: $id)
  }
`);
