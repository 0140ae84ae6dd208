import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

const orderFields = graphql(
  `
    fragment OrderFields on RewardOrder {
      id
      person {
        ...CardFields
      }
      reward {
        id
        code
        kind
        glyph
        title
      }
      price
      state
      approval
      requestedAt
      decidedAt
      decidedBy {
        ...CardFields
      }
      fulfilledAt
      note
      answer
      canDecide
      canFulfil
    }
  `,
  [cardFields],
);
export type RewardOrder = ResultOf<typeof orderFields>;
export const RewardOrders = graphql(
  `
    query RewardOrders($filter: OrderFilter, $first: Int, $after: String) {
      rewardOrders(filter: $filter, first: $first, after: $after) {
        edges {
          node {
            ...OrderFields
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
  [orderFields],
);
export const OrderCounts = graphql(`
  query RewardOrderCounts {
    rewardOrderCounts {
      requested
      approved
      fulfilled
      rejected
      cancelled
    }
  }
`);
export const ApproveOrder = graphql(
  `
    mutation ApproveRedemption($id: ID!, $answer: String) {
      approveRedemption(id: $id, answer: $answer) {
        ...OrderFields
      }
    }
  `,
  [orderFields],
);
export const RejectOrder = graphql(
  `
    mutation RejectRedemption($id: ID!, $answer: String!) {
      rejectRedemption(id: $id, answer: $answer) {
        ...OrderFields
      }
    }
  `,
  [orderFields],
);
export const FulfilOrder = graphql(
  `
    mutation FulfilRedemption($id: ID!, $answer: String) {
      fulfilRedemption(id: $id, answer: $answer) {
        ...OrderFields
      }
    }
  `,
  [orderFields],
);
export const WithdrawOrder = graphql(
  `
    mutation WithdrawRedemption($id: ID!, $answer: String!) {
      withdrawRedemption(id: $id, answer: $answer) {
        ...OrderFields
      }
    }
  `,
  [orderFields],
);

const rewardFields = graphql(`
  fragment StoreRewardFields on StoreReward {
    id
    code
    kind
    glyph
    titles {
      zhCN
      zhTW
      en
    }
    descriptions {
      zhCN
      zhTW
      en
    }
    title
    price
    stockLeft
    limitCount
    limitPer
    approval
    audienceId
    archived
    revision
    orders
    open
  }
`);
export type StoreReward = ResultOf<typeof rewardFields>;
export const StoreRewards = graphql(
  `
    query StoreRewards($archived: Boolean) {
      storeRewards(archived: $archived) {
        ...StoreRewardFields
      }
    }
  `,
  [rewardFields],
);
export const SaveReward = graphql(
  `
    mutation SaveReward($input: StoreRewardInput!) {
      saveReward(input: $input) {
        ...StoreRewardFields
      }
    }
  `,
  [rewardFields],
);

const ruleFields = graphql(`
  fragment RuleFields on PointRule {
    code
    verb
    when
    points
    once
    capDay
    capWeek
    reason
    reasons {
      zhCN
      zhTW
      en
    }
    active
    revision
    paidLast30Days
    people30Days
  }
`);
export type PointRule = ResultOf<typeof ruleFields>;
export const PointRules = graphql(
  `
    query PointRules {
      pointRules {
        ...RuleFields
      }
      pointsPolicy {
        expireMonths
        expireFrom
        revision
      }
    }
  `,
  [ruleFields],
);
export const SavePointsPolicy = graphql(`
  mutation SavePointsPolicy($revision: Int!, $expireMonths: Int) {
    savePointsPolicy(revision: $revision, expireMonths: $expireMonths) {
      expireMonths
      expireFrom
      revision
    }
  }
`);
export const SimulateRule = graphql(`
  query SimulateRule($rule: PointRuleInput!, $fromDay: LocalDay, $toDay: LocalDay) {
    simulatePointRule(rule: $rule, fromDay: $fromDay, toDay: $toDay) {
      fromDay
      toDay
      activities
      awards
      people
      points
      capped
      perPersonMedian
      perPersonMax
      paid
      days {
        day
        points
      }
    }
  }
`);
export type RuleSimulation = ResultOf<typeof SimulateRule>['simulatePointRule'];
export const SaveRule = graphql(
  `
    mutation SavePointRule($input: PointRuleInput!) {
      savePointRule(input: $input) {
        ...RuleFields
      }
    }
  `,
  [ruleFields],
);
export const RewardStats = graphql(`
  query RewardStats($fromDay: LocalDay, $toDay: LocalDay) {
    rewardStats(fromDay: $fromDay, toDay: $toDay) {
      fromDay
      toDay
      awarded
      spent
      held
      balance
      earners
      people
      openOrders
      byReason {
        code
        reason
        points
        awards
        people
      }
      byUnit {
        id
        name
        points
        people
      }
      byWeek {
        startsOn
        awarded
        spent
      }
      rewards {
        id
        title
        orders
        points
      }
    }
    badges {
      badge {
        code
        shape
        tier
        glyph
        title
        description
      }
      need
    }
  }
`);
export const GrantPoints = graphql(`
  mutation GrantPoints($personId: ID!, $points: Int!, $reason: String!, $requestKey: ID!) {
    grantPoints(personId: $personId, points: $points, reason: $reason, requestKey: $requestKey)
  }
`);
