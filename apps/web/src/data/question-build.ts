import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';

export const QuestionBanksQuery = graphql(`
  query QuestionBanks {
    questionBanks {
      id
      code
      title
      titles {
        zhCN
        zhTW
        en
      }
      questionCount
      publishedCount
      revision
    }
    topics {
      code
      title
      titles {
        zhCN
        zhTW
        en
      }
      questionCount
    }
  }
`);
export type Bank = ResultOf<typeof QuestionBanksQuery>['questionBanks'][number];
export type Topic = ResultOf<typeof QuestionBanksQuery>['topics'][number];

export const QuestionsQuery = graphql(`
  query Questions($filter: QuestionFilter, $first: Int, $after: String) {
    questions(filter: $filter, first: $first, after: $after) {
      edges {
        node {
          id
          code
          bankId
          bankCode
          type
          use
          status
          hasDraft
          stem
          tags
          difficulty
          points
          versionNumber
          usedIn
          answered
          facility
          lastAnsweredAt
          updatedAt
        }
      }
      pageInfo {
        endCursor
        hasNextPage
      }
      totalCount
    }
  }
`);
export type QuestionRow = ResultOf<typeof QuestionsQuery>['questions']['edges'][number]['node'];

export const detailFields = graphql(`
  fragment QuestionDetailFields on QuestionDetail {
    id
    code
    bankId
    status
    hasDraft
    revision
    versionNumber
    type
    use
    tags
    competency
    difficulty
    points
    stem {
      zhCN
      zhTW
      en
    }
    choices {
      key
      text {
        zhCN
        zhTW
        en
      }
      correct
      feedback {
        zhCN
        zhTW
        en
      }
    }
    answerTrue
    accepted {
      zhCN
      zhTW
      en
    }
    exactCase
    wildcards
    scoring
    number {
      value
      tolerance
      relative
    }
    unit
    prompts {
      key
      text {
        zhCN
        zhTW
        en
      }
      option
    }
    options {
      key
      text {
        zhCN
        zhTW
        en
      }
    }
    items {
      key
      text {
        zhCN
        zhTW
        en
      }
    }
    gaps {
      key
      kind
      weight
      accepted {
        zhCN
        zhTW
        en
      }
      exactCase
      wildcards
      choices {
        key
        text {
          zhCN
          zhTW
          en
        }
        correct
        feedback {
          zhCN
          zhTW
          en
        }
      }
      number {
        value
        tolerance
        relative
      }
      unit
    }
    essay {
      min
      max
    }
    rubric {
      key
      title {
        zhCN
        zhTW
        en
      }
      levels {
        key
        title {
          zhCN
          zhTW
          en
        }
        points
      }
    }
    parts {
      key
      type
      points
      stem {
        zhCN
        zhTW
        en
      }
      choices {
        key
        text {
          zhCN
          zhTW
          en
        }
        correct
        feedback {
          zhCN
          zhTW
          en
        }
      }
      answerTrue
      accepted {
        zhCN
        zhTW
        en
      }
      exactCase
      wildcards
      scoring
      number {
        value
        tolerance
        relative
      }
      unit
      prompts {
        key
        text {
          zhCN
          zhTW
          en
        }
        option
      }
      options {
        key
        text {
          zhCN
          zhTW
          en
        }
      }
      items {
        key
        text {
          zhCN
          zhTW
          en
        }
      }
      gaps {
        key
        kind
        weight
        accepted {
          zhCN
          zhTW
          en
        }
        exactCase
        wildcards
        choices {
          key
          text {
            zhCN
            zhTW
            en
          }
          correct
          feedback {
            zhCN
            zhTW
            en
          }
        }
        number {
          value
          tolerance
          relative
        }
        unit
      }
      essay {
        min
        max
      }
      rubric {
        key
        title {
          zhCN
          zhTW
          en
        }
        levels {
          key
          title {
            zhCN
            zhTW
            en
          }
          points
        }
      }
    }
    media {
      place
      fileId
      kind
      alt {
        zhCN
        zhTW
        en
      }
    }
    explanation {
      zhCN
      zhTW
      en
    }
    lessonRef
    usage {
      assessmentId
      code
      title
      kind
    }
    answered
    facility
    problems {
      code
      params
    }
    updatedAt
    updatedBy {
      id
      name
    }
  }
`);
export type QuestionView = ResultOf<typeof detailFields>;

export const QuestionQuery = graphql(
  `
    query Question($id: ID!) {
      question(id: $id) {
        ...QuestionDetailFields
      }
    }
  `,
  [detailFields],
);
export const CreateQuestionMutation = graphql(
  `
    mutation CreateQuestion($bankId: ID!, $code: String, $question: QuestionInput!) {
      createQuestion(bankId: $bankId, code: $code, question: $question) {
        ...QuestionDetailFields
      }
    }
  `,
  [detailFields],
);
export const SaveQuestionMutation = graphql(
  `
    mutation SaveQuestion($id: ID!, $revision: Int!, $question: QuestionInput!) {
      saveQuestion(id: $id, revision: $revision, question: $question) {
        ...QuestionDetailFields
      }
    }
  `,
  [detailFields],
);
export const PublishQuestionMutation = graphql(
  `
    mutation PublishQuestion($id: ID!, $revision: Int!) {
      publishQuestion(id: $id, revision: $revision) {
        ...QuestionDetailFields
      }
    }
  `,
  [detailFields],
);
export const DiscardQuestionDraftMutation = graphql(
  `
    mutation DiscardQuestionDraft($id: ID!, $revision: Int!) {
      discardQuestionDraft(id: $id, revision: $revision) {
        ...QuestionDetailFields
      }
    }
  `,
  [detailFields],
);
export const RetireQuestionMutation = graphql(
  `
    mutation RetireQuestion($id: ID!, $revision: Int!) {
      retireQuestion(id: $id, revision: $revision) {
        ...QuestionDetailFields
      }
    }
  `,
  [detailFields],
);
export const RestoreQuestionMutation = graphql(
  `
    mutation RestoreQuestion($id: ID!, $revision: Int!) {
      restoreQuestion(id: $id, revision: $revision) {
        ...QuestionDetailFields
      }
    }
  `,
  [detailFields],
);
export const CreateBankMutation = graphql(`
  mutation CreateQuestionBank($code: String!, $title: TextInput!) {
    createQuestionBank(code: $code, title: $title) {
      id
      code
    }
  }
`);
export const RenameBankMutation = graphql(`
  mutation RenameQuestionBank($id: ID!, $revision: Int!, $title: TextInput!) {
    renameQuestionBank(id: $id, revision: $revision, title: $title) {
      id
      title
      revision
    }
  }
`);
export const RenameTopicMutation = graphql(`
  mutation RenameTopic($code: String!, $title: TextInput!) {
    renameTopic(code: $code, title: $title) {
      code
      title
    }
  }
`);
export const SimilarQuestionsQuery = graphql(`
  query SimilarQuestions($stem: TextInput!, $exceptId: ID) {
    similarQuestions(stem: $stem, exceptId: $exceptId) {
      id
      code
      stem
      same
      likeness
    }
  }
`);
export type SimilarQuestion = ResultOf<typeof SimilarQuestionsQuery>['similarQuestions'][number];
