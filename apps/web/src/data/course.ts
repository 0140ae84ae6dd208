import { graphql } from '@waymark/api-client';

export const CourseQuery = graphql(`
  query Course($code: String!, $preview: Boolean) {
    course(code: $code, preview: $preview) {
      id
      code
      title
      summary
      module
      minutes
      newerVersion
      preview
      state
      done
      of
      resume {
        lessonKey
        title
        kind
        minutes
        place
      }
      checkpoint {
        title
        assessmentCode
        questionCount
        passMark
        bestScore
        attempts
      }
      levels {
        id
        key
        number
        title
        state
        lockedBy
        lessons {
          id
          key
          kind
          title
          minutes
          state
        }
        checkpoint {
          title
          assessmentCode
          questionCount
          passMark
          state
          bestScore
          attempts
        }
      }
    }
  }
`);

const progressFields = graphql(`
  fragment LessonProgressFields on LessonProgress {
    lessonKey
    state
    place
    furthest
    covered
    completedAt
  }
`);

const stepFields = graphql(`
  fragment FlowStepFields on FlowStep {
    kind
    lessonKey
    title
    lessonKind
    minutes
    assessmentCode
    locked
  }
`);

export const LessonQuery = graphql(
  `
    query Lesson($courseCode: String!, $lessonKey: String!, $preview: Boolean) {
      lesson(courseCode: $courseCode, lessonKey: $lessonKey, preview: $preview) {
        id
        courseCode
        courseTitle
        key
        kind
        criterion
        title
        minutes
        levelTitle
        number
        of
        body
        bodyLocale
        preview
        media {
          url
          name
          mime
          durationSeconds
          pages
        }
        captions {
          locale
          url
        }
        progress {
          ...LessonProgressFields
        }
        next {
          ...FlowStepFields
        }
        previous {
          ...FlowStepFields
        }
      }
    }
  `,
  [progressFields, stepFields],
);

export const OpenLessonMutation = graphql(
  `
    mutation OpenLesson($courseCode: String!, $lessonKey: String!) {
      openLesson(courseCode: $courseCode, lessonKey: $lessonKey) {
        ...LessonProgressFields
      }
    }
  `,
  [progressFields],
);

const savedFields = graphql(
  `
    fragment LessonSavedFields on LessonSaved {
      progress {
        ...LessonProgressFields
      }
      completedNow
      courseCompletedNow
      done
      of
      next {
        ...FlowStepFields
      }
    }
  `,
  [progressFields, stepFields],
);

export const SaveLessonProgressMutation = graphql(
  `
    mutation SaveLessonProgress($input: LessonProgressInput!) {
      saveLessonProgress(input: $input) {
        ...LessonSavedFields
      }
    }
  `,
  [savedFields],
);

export const AcknowledgeLessonMutation = graphql(
  `
    mutation AcknowledgeLesson($courseCode: String!, $lessonKey: String!) {
      acknowledgeLesson(courseCode: $courseCode, lessonKey: $lessonKey) {
        ...LessonSavedFields
      }
    }
  `,
  [savedFields],
);
