import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

export const CoursesForEditQuery = graphql(
  `
    query CoursesForEdit($filter: CourseEditFilter, $first: Int, $after: String) {
      coursesForEdit(filter: $filter, first: $first, after: $after) {
        edges {
          node {
            id
            code
            title
            module
            status
            hasDraft
            versionNumber
            minutes
            levelCount
            lessonCount
            inFlight
            completed
            audienceId
            updatedAt
            updatedBy {
              ...CardFields
            }
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
        totalCount
      }
    }
  `,
  [cardFields],
);
export type CourseRow = ResultOf<typeof CoursesForEditQuery>['coursesForEdit']['edges'][number]['node'];

const draftFields = graphql(`
  fragment CourseDraftFields on CourseDraft {
    id
    code
    status
    hasDraft
    revision
    versionNumber
    title {
      zhCN
      zhTW
      en
    }
    summary {
      zhCN
      zhTW
      en
    }
    module
    minutes
    competencies
    audienceId
    levels {
      id
      key
      title {
        zhCN
        zhTW
        en
      }
      checkpoint {
        title {
          zhCN
          zhTW
          en
        }
        passMark
        questionIds
      }
      lessons {
        id
        key
        kind
        criterion
        minutes
        title {
          zhCN
          zhTW
          en
        }
        body {
          zhCN
          zhTW
          en
        }
        keyPointFront {
          zhCN
          zhTW
          en
        }
        keyPointBack {
          zhCN
          zhTW
          en
        }
        media {
          fileId
          url
          name
          mime
          bytes
          durationSeconds
          pages
        }
        captions {
          locale
          fileId
          url
          name
          bytes
        }
      }
    }
    problems {
      code
      params
      levelKey
      lessonKey
    }
    versions {
      id
      number
      publishedAt
      note
      inFlight
      completed
      publishedBy {
        id
        name
      }
    }
    updatedAt
    updatedBy {
      id
      name
    }
  }
`);
export type CourseView = ResultOf<typeof draftFields>;

export const CourseForEditQuery = graphql(
  `
    query CourseForEdit($code: String!) {
      courseForEdit(code: $code) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const CreateCourseMutation = graphql(`
  mutation CreateCourse($code: String, $title: TextInput!, $module: String!) {
    createCourse(code: $code, title: $title, module: $module) {
      id
      code
    }
  }
`);
export const SaveCourseMetaMutation = graphql(
  `
    mutation SaveCourseMeta($courseId: ID!, $revision: Int!, $meta: CourseMetaInput!) {
      changed: saveCourseMeta(courseId: $courseId, revision: $revision, meta: $meta) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const AddCourseLevelMutation = graphql(
  `
    mutation AddCourseLevel($courseId: ID!, $revision: Int!, $title: TextInput!, $position: Int) {
      changed: addCourseLevel(courseId: $courseId, revision: $revision, title: $title, position: $position) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const SaveCourseLevelMutation = graphql(
  `
    mutation SaveCourseLevel($courseId: ID!, $revision: Int!, $levelKey: String!, $title: TextInput!) {
      changed: saveCourseLevel(courseId: $courseId, revision: $revision, levelKey: $levelKey, title: $title) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const MoveCourseLevelMutation = graphql(
  `
    mutation MoveCourseLevel($courseId: ID!, $revision: Int!, $levelKey: String!, $position: Int!) {
      changed: moveCourseLevel(courseId: $courseId, revision: $revision, levelKey: $levelKey, position: $position) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const RemoveCourseLevelMutation = graphql(
  `
    mutation RemoveCourseLevel($courseId: ID!, $revision: Int!, $levelKey: String!) {
      changed: removeCourseLevel(courseId: $courseId, revision: $revision, levelKey: $levelKey) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const AddLessonMutation = graphql(
  `
    mutation AddLesson(
      $courseId: ID!
      $revision: Int!
      $levelKey: String!
      $key: String
      $position: Int
      $lesson: LessonInput!
    ) {
      changed: addLesson(
        courseId: $courseId
        revision: $revision
        levelKey: $levelKey
        key: $key
        position: $position
        lesson: $lesson
      ) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const SaveLessonMutation = graphql(
  `
    mutation SaveLesson($courseId: ID!, $revision: Int!, $lessonKey: String!, $lesson: LessonInput!) {
      changed: saveLesson(courseId: $courseId, revision: $revision, lessonKey: $lessonKey, lesson: $lesson) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const MoveLessonMutation = graphql(
  `
    mutation MoveLesson($courseId: ID!, $revision: Int!, $lessonKey: String!, $levelKey: String!, $position: Int!) {
      changed: moveLesson(
        courseId: $courseId
        revision: $revision
        lessonKey: $lessonKey
        levelKey: $levelKey
        position: $position
      ) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const RemoveLessonMutation = graphql(
  `
    mutation RemoveLesson($courseId: ID!, $revision: Int!, $lessonKey: String!) {
      changed: removeLesson(courseId: $courseId, revision: $revision, lessonKey: $lessonKey) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const SaveCheckpointMutation = graphql(
  `
    mutation SaveCheckpoint($courseId: ID!, $revision: Int!, $levelKey: String!, $checkpoint: CheckpointInput!) {
      changed: saveCheckpoint(courseId: $courseId, revision: $revision, levelKey: $levelKey, checkpoint: $checkpoint) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const CoursePublishCheckQuery = graphql(`
  query CoursePublishCheck($courseId: ID!) {
    coursePublishCheck(courseId: $courseId) {
      problems {
        code
        params
        levelKey
        lessonKey
      }
      inFlight
      completed
      addedLessons
      removedLessons
      changedLessons
      correctionPossible
      wouldComplete
    }
  }
`);
export type PublishCheck = ResultOf<typeof CoursePublishCheckQuery>['coursePublishCheck'];

export const PublishCourseMutation = graphql(
  `
    mutation PublishCourse($input: PublishCourseInput!) {
      changed: publishCourse(input: $input) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const DiscardCourseDraftMutation = graphql(
  `
    mutation DiscardCourseDraft($courseId: ID!, $revision: Int!) {
      changed: discardCourseDraft(courseId: $courseId, revision: $revision) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const ArchiveCourseMutation = graphql(
  `
    mutation ArchiveCourse($courseId: ID!, $revision: Int!) {
      changed: archiveCourse(courseId: $courseId, revision: $revision) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const RestoreCourseMutation = graphql(
  `
    mutation RestoreCourse($courseId: ID!, $revision: Int!) {
      changed: restoreCourse(courseId: $courseId, revision: $revision) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const SetCourseAudienceMutation = graphql(
  `
    mutation SetCourseAudience($courseId: ID!, $audienceId: ID) {
      changed: setCourseAudience(courseId: $courseId, audienceId: $audienceId) {
        ...CourseDraftFields
      }
    }
  `,
  [draftFields],
);
export const CourseAudiencesQuery = graphql(`
  query CourseAudiences {
    audiences {
      id
      name
      archived
      memberCount
    }
  }
`);
export const CompetencyNamesQuery = graphql(`
  query CompetencyNames {
    competencyModel {
      dimensions {
        id
        code
        name
      }
    }
  }
`);
export const LessonSearchQuery = graphql(`
  query LessonSearch($text: String!) {
    searchCourses(text: $text, first: 20) {
      courseCode
      courseTitle
      lessonKey
      lessonTitle
    }
  }
`);
export const CourseLessonsQuery = graphql(`
  query CourseLessons($code: String!) {
    courseForEdit(code: $code) {
      id
      levels {
        id
        lessons {
          id
          key
          title {
            zhCN
            zhTW
            en
          }
        }
      }
    }
  }
`);
