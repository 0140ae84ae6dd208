import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

const profileFields = graphql(
  `
    fragment MentorProfileFields on MentorProfile {
      id
      skills
      languages
      capacity
      pairings
      about
      eligibility
      active
      siteId
      revision
      availability {
        weekday
        from
        to
      }
      absencesAhead {
        id
        fromDay
        toDay
        substitute {
          ...CardFields
        }
      }
    }
  `,
  [cardFields],
);
export type MentorProfile = ResultOf<typeof profileFields>;

export const MyMentorProfile = graphql(
  `
    query MyMentorProfile {
      myMentorProfile {
        ...MentorProfileFields
      }
      mentorSites {
        id
        name
      }
      competencyModel {
        dimensions {
          id
          code
          name
        }
      }
    }
  `,
  [profileFields],
);
export const SaveMentorProfile = graphql(
  `
    mutation SaveMentorProfile($input: MentorProfileInput!) {
      saveMentorProfile(input: $input) {
        ...MentorProfileFields
      }
    }
  `,
  [profileFields],
);
export const AddMentorAbsence = graphql(`
  mutation AddMentorAbsence($mentorId: ID!, $fromDay: LocalDay!, $toDay: LocalDay!, $substituteId: ID) {
    addMentorAbsence(mentorId: $mentorId, fromDay: $fromDay, toDay: $toDay, substituteId: $substituteId) {
      id
    }
  }
`);
export const RemoveMentorAbsence = graphql(`
  mutation RemoveMentorAbsence($id: ID!) {
    removeMentorAbsence(id: $id)
  }
`);

export const MyMentorImpact = graphql(
  `
    query MyMentorImpact {
      myMentorImpact {
        finished
        current
        held
        missed
        onTime
        done
        decisions
        decideHours
        thanks
        latestThanks {
          id
          text
          createdAt
          learner {
            ...CardFields
          }
        }
      }
      viewer {
        id
        mentoringPoints
      }
    }
  `,
  [cardFields],
);

/** What partners see of their pairing besides the meetings. */
export const PairingDepth = graphql(
  `
    query PairingDepth($id: ID!) {
      pairing(id: $id) {
        id
        week
        status
        side
        endDay
        endedOn
        followsId
        agenda {
          id
          text
        }
        coMentors {
          ...CardFields
        }
        mentorAbsences {
          id
          fromDay
          toDay
          substitute {
            ...CardFields
          }
        }
        mentor {
          ...CardFields
        }
        learner {
          ...CardFields
        }
      }
    }
  `,
  [cardFields],
);

export const PairingClosing = graphql(
  `
    query PairingClosing($id: ID!) {
      pairingSummaries(pairingId: $id) {
        goal
        reached
        next
        submittedAt
        author {
          ...CardFields
        }
      }
      myPairingFeedback(pairingId: $id) {
        prepared
        useful
        comment
      }
    }
  `,
  [cardFields],
);
export const SavePairingSummary = graphql(`
  mutation SavePairingSummary($id: ID!, $input: PairingSummaryInput!) {
    savePairingSummary(pairingId: $id, input: $input) {
      submittedAt
    }
  }
`);
export const SavePairingFeedback = graphql(`
  mutation SavePairingFeedback($id: ID!, $input: PairingFeedbackInput!) {
    savePairingFeedback(pairingId: $id, input: $input) {
      submittedAt
    }
  }
`);
export const ThankMentor = graphql(`
  mutation ThankMentor($id: ID!, $text: String!) {
    thankMentor(pairingId: $id, text: $text) {
      id
    }
  }
`);

export const planFields = graphql(
  `
    fragment PlanFields on ImprovementPlan {
      id
      startDay
      endedOn
      endReason
      side
      week
      behaviours {
        week
        ordinal
        text
        learner
        mentor
      }
      learner {
        ...CardFields
      }
    }
  `,
  [cardFields],
);
export type Plan = ResultOf<typeof planFields>;
export const ImprovementPlan = graphql(
  `
    query ImprovementPlan($learnerId: ID!) {
      improvementPlan(learnerId: $learnerId) {
        ...PlanFields
      }
    }
  `,
  [planFields],
);
export const StartImprovementPlan = graphql(
  `
    mutation StartImprovementPlan($learnerId: ID!, $weeks: [ImprovementWeekInput!]!, $startDay: LocalDay) {
      startImprovementPlan(learnerId: $learnerId, weeks: $weeks, startDay: $startDay) {
        ...PlanFields
      }
    }
  `,
  [planFields],
);
export const SaveImprovementWeek = graphql(
  `
    mutation SaveImprovementWeek($id: ID!, $input: ImprovementWeekInput!) {
      saveImprovementWeek(id: $id, input: $input) {
        ...PlanFields
      }
    }
  `,
  [planFields],
);
export const RateImprovement = graphql(
  `
    mutation RateImprovement($id: ID!, $week: Int!, $scores: [Int!]!) {
      rateImprovement(id: $id, week: $week, scores: $scores) {
        ...PlanFields
      }
    }
  `,
  [planFields],
);

export const StaffPairing = graphql(
  `
    query StaffPairing($id: ID!) {
      pairing(id: $id) {
        id
        status
        startDay
        endDay
        endedOn
        endReason
        week
        held
        missed
        followsId
        mentor {
          ...CardFields
        }
        learner {
          ...CardFields
        }
        coMentors {
          ...CardFields
        }
      }
      pairingSummaries(pairingId: $id) {
        goal
        reached
        next
        author {
          ...CardFields
        }
      }
      pairingFeedback(pairingId: $id) {
        prepared
        useful
        comment
        author {
          ...CardFields
        }
        about {
          ...CardFields
        }
      }
    }
  `,
  [cardFields],
);
export const AddCoMentor = graphql(`
  mutation AddCoMentor($pairingId: ID!, $personId: ID!) {
    addCoMentor(pairingId: $pairingId, personId: $personId) {
      id
    }
  }
`);
export const RemoveCoMentor = graphql(`
  mutation RemoveCoMentor($pairingId: ID!, $personId: ID!) {
    removeCoMentor(pairingId: $pairingId, personId: $personId) {
      id
    }
  }
`);

export const StaffMentors = graphql(
  `
    query StaffMentors {
      mentorProfiles {
        ...MentorProfileFields
        person {
          ...CardFields
        }
      }
      mentorCandidates {
        period
        figure
        rank
        of
        mentor
        person {
          ...CardFields
        }
      }
      mentorFeedback {
        answers
        prepared
        useful
        mentor {
          id
        }
      }
    }
  `,
  [profileFields, cardFields],
);
export const PerformanceImport = graphql(
  `
    query PerformanceImport($id: ID!) {
      performanceImport(id: $id) {
        id
        period
        state
        summary {
          added
          changed
          kept
          refused
        }
        rows {
          line
          employeeNumber
          figure
          outcome
          problem
          person {
            ...CardFields
          }
        }
      }
    }
  `,
  [cardFields],
);
export const CommitPerformanceImport = graphql(`
  mutation CommitPerformanceImport($id: ID!) {
    commitPerformanceImport(id: $id) {
      id
      state
    }
  }
`);
export const CancelPerformanceImport = graphql(`
  mutation CancelPerformanceImport($id: ID!) {
    cancelPerformanceImport(id: $id) {
      id
      state
    }
  }
`);

export const MentoringAgenda = graphql(`
  query MentoringAgenda {
    mentoringAgenda {
      week
      revision
      items {
        id
        text {
          zhCN
          zhTW
          en
        }
      }
    }
  }
`);
export const SaveAgendaWeek = graphql(`
  mutation SaveAgendaWeek($week: Int!, $revision: Int!, $items: [AgendaItemInput!]!) {
    saveAgendaWeek(week: $week, revision: $revision, items: $items) {
      week
      revision
    }
  }
`);

export const Allowance = graphql(
  `
    query Allowance($month: String!) {
      mentoringAllowance(month: $month) {
        mentor {
          ...CardFields
        }
        meetings
        minutes
        mentees
        decisions
        amount
        currency
      }
      allowanceRates {
        fromMonth
        perMeeting
        currency
      }
    }
  `,
  [cardFields],
);
export const SetAllowanceRate = graphql(`
  mutation SetAllowanceRate($input: AllowanceRateInput!) {
    setAllowanceRate(input: $input) {
      fromMonth
      perMeeting
      currency
    }
  }
`);
