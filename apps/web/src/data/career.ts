import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

export const Ability = graphql(
  `
    query Ability($personId: ID) {
      competencyModel {
        levels {
          level
          name
        }
      }
      competencyProfile(personId: $personId) {
        rateAs
        person {
          ...CardFields
        }
        jobRole {
          id
          name
        }
        rows {
          dimension {
            id
            code
            name
            description
            sense
            levels {
              level
              description
              evidence
            }
          }
          required
          upcoming {
            level
            fromDay
          }
          self
          selfAt
          assessed
          assessedSource
          assessedAt
          outdated
          gap
          tests {
            score
            questions
          }
          courses {
            id
            code
            title
            minutes
            state
          }
          helpers {
            ...CardFields
          }
        }
      }
    }
  `,
  [cardFields],
);
export type AbilityRow = ResultOf<typeof Ability>['competencyProfile']['rows'][number];
export type AbilityLevel = ResultOf<typeof Ability>['competencyModel']['levels'][number];

export const Rate = graphql(`
  mutation Rate($input: RatingInput!) {
    rateCompetency(input: $input) {
      rateAs
    }
  }
`);

export const Ratings = graphql(
  `
    query Ratings($dimensionId: ID!, $personId: ID, $after: String) {
      competencyRatings(dimensionId: $dimensionId, personId: $personId, first: 20, after: $after) {
        edges {
          node {
            id
            source
            level
            at
            note
            meaning
            counts
            by {
              ...CardFields
            }
          }
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  `,
  [cardFields],
);

export const Ladder = graphql(`
  query Ladder($personId: ID) {
    careerLadder(personId: $personId) {
      id
      name
      summary
      yearsFrom
      yearsTo
      current
      next
      reached
      requirements {
        kind
        name
        required
        have
        met
        items {
          code
          title
          met
          level
          have
        }
      }
    }
    competencyModel {
      levels {
        level
        name
      }
    }
  }
`);
export type LadderStep = ResultOf<typeof Ladder>['careerLadder'][number];

const talentFields = graphql(
  `
    fragment TalentFields on TalentFile {
      id
      parts
      hireDate
      person {
        ...CardFields
      }
      jobRole {
        id
        name
      }
      skills {
        dimension {
          id
          name
        }
        required
        self
        assessed
      }
      maps {
        title
        startDay
        status
        done
        total
        overdue
      }
      milestones {
        title
        state
        decidedOn
      }
      courses {
        title
        completedOn
        minutes
      }
      results {
        title
        kind
        attempts
        score
        passed
        topics {
          title
          score
        }
      }
      certificates {
        title
        number
        issuedOn
        expiresOn
        state
      }
      pairings {
        role
        startDay
        endDay
        ended
        held
        missed
        partner {
          ...CardFields
        }
      }
    }
  `,
  [cardFields],
);

export const TalentFile = graphql(
  `
    query TalentFile($personId: ID) {
      talentFile(personId: $personId) {
        ...TalentFields
      }
      competencyModel {
        levels {
          level
          name
        }
      }
    }
  `,
  [talentFields],
);

export const PrintTalentFile = graphql(`
  mutation PrintTalentFile($personId: ID) {
    printTalentFile(personId: $personId) {
      id
    }
  }
`);

const modelFields = graphql(
  `
    fragment ModelFields on CompetencyModelDraft {
      levels {
        level
        code
        name
        names {
          zhCN
          zhTW
          en
        }
      }
      dimensions {
        id
        code
        name
        names {
          zhCN
          zhTW
          en
        }
        descriptions {
          zhCN
          zhTW
          en
        }
        levels {
          level
          descriptions {
            zhCN
            zhTW
            en
          }
          evidences {
            zhCN
            zhTW
            en
          }
        }
        version
        sense
        archived
        rated
        changedAt
        changedBy {
          ...CardFields
        }
      }
    }
  `,
  [cardFields],
);

export const ModelForEdit = graphql(
  `
    query ModelForEdit {
      competencyModelForEdit {
        ...ModelFields
      }
    }
  `,
  [modelFields],
);
export type Model = ResultOf<typeof modelFields>;
export type EditedCompetency = Model['dimensions'][number];

export const CompetencyVersions = graphql(
  `
    query CompetencyVersions($dimensionId: ID!) {
      competencyVersions(dimensionId: $dimensionId) {
        version
        sense
        name
        description
        at
        levels {
          level
          description
          evidence
        }
        by {
          ...CardFields
        }
      }
    }
  `,
  [cardFields],
);

export const SaveCompetency = graphql(
  `
    mutation SaveCompetency($input: CompetencyInput!) {
      saveCompetency(input: $input) {
        ...ModelFields
      }
    }
  `,
  [modelFields],
);

export const OrderCompetencies = graphql(
  `
    mutation OrderCompetencies($ids: [ID!]!) {
      orderCompetencies(ids: $ids) {
        ...ModelFields
      }
    }
  `,
  [modelFields],
);

export const ArchiveCompetency = graphql(
  `
    mutation ArchiveCompetency($id: ID!, $archived: Boolean!) {
      archiveCompetency(id: $id, archived: $archived) {
        ...ModelFields
      }
    }
  `,
  [modelFields],
);

export const SaveCompetencyLevel = graphql(
  `
    mutation SaveCompetencyLevel($level: Int!, $code: String, $name: TextInput!) {
      saveCompetencyLevel(level: $level, code: $code, name: $name) {
        ...ModelFields
      }
    }
  `,
  [modelFields],
);

export const Requirements = graphql(`
  query Requirements {
    jobRoles {
      id
      code
      name
      archived
      headcount
      family {
        id
        name
      }
    }
    jobFamilies {
      id
      code
      name
      names {
        zhCN
        zhTW
        en
      }
    }
    competencyModel {
      levels {
        level
        name
      }
      dimensions {
        id
        code
        name
      }
    }
    roleRequirements {
      jobRoleId
      dimensionId
      level
      upcoming {
        level
        fromDay
      }
    }
  }
`);
export type RoleRequirement = ResultOf<typeof Requirements>['roleRequirements'][number];

export const SetRequirements = graphql(`
  mutation SetRequirements($cells: [RequirementCellInput!]!, $fromDay: LocalDay) {
    setRoleRequirements(cells: $cells, fromDay: $fromDay) {
      jobRoleId
      dimensionId
      level
    }
  }
`);

export const SaveJobFamily = graphql(`
  mutation SaveJobFamily($input: JobFamilyInput!) {
    saveJobFamily(input: $input) {
      id
      code
    }
  }
`);

export const SetJobFamilyRoles = graphql(`
  mutation SetJobFamilyRoles($familyId: ID!, $jobRoleIds: [ID!]!) {
    setJobFamilyRoles(familyId: $familyId, jobRoleIds: $jobRoleIds) {
      id
    }
  }
`);

const ladderFields = graphql(`
  fragment LadderFields on CareerLadder {
    id
    revision
    family {
      id
      name
    }
    steps {
      code
      names {
        zhCN
        zhTW
        en
      }
      summaries {
        zhCN
        zhTW
        en
      }
      yearsFrom
      yearsTo
      courses {
        code
        title
      }
      certifications {
        code
        title
      }
      competencies {
        dimension
        level
      }
      anyCompetency {
        count
        level
      }
      trainingHours
    }
  }
`);

export const Ladders = graphql(
  `
    query Ladders {
      careerLadders {
        ...LadderFields
      }
      jobFamilies {
        id
        name
      }
      certifications {
        id
        code
        title
      }
      competencyModel {
        levels {
          level
          name
        }
        dimensions {
          id
          code
          name
        }
      }
    }
  `,
  [ladderFields],
);
export type LadderForEdit = ResultOf<typeof ladderFields>;

export const SaveLadder = graphql(
  `
    mutation SaveLadder($input: CareerLadderInput!) {
      saveCareerLadder(input: $input) {
        ...LadderFields
      }
    }
  `,
  [ladderFields],
);

export const CourseChoices = graphql(`
  query CourseChoices($text: String!) {
    mapTargets(kind: "course", search: $text) {
      code
      title
    }
  }
`);

export const Skills = graphql(
  `
    query Skills($filter: SkillFilterInput, $first: Int, $after: String) {
      skillTable(filter: $filter, first: $first, after: $after) {
        totalCount
        pageInfo {
          endCursor
          hasNextPage
        }
        edges {
          node {
            id
            required
            assessed
            self
            missing
            person {
              ...CardFields
            }
            jobRole {
              id
              name
            }
          }
        }
      }
    }
  `,
  [cardFields],
);
export type SkillRow = ResultOf<typeof Skills>['skillTable']['edges'][number]['node'];

export const SkillSummaries = graphql(`
  query SkillSummaries($filter: SkillFilterInput) {
    skillSummary(filter: $filter) {
      dimensionId
      required
      met
      unrated
      missing
    }
    competencyModel {
      levels {
        level
        name
      }
      dimensions {
        id
        code
        name
      }
    }
    orgUnits {
      id
      name
      path
      archived
    }
    jobRoles {
      id
      name
      archived
    }
  }
`);
