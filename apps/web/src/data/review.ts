import { graphql, type ResultOf } from '@waymark/api-client';
import { mutate } from '../app/api.js';
import { asApiError } from '../app/errors.js';
import { dropReviews, pendingReviews } from './outbox.js';

const cardFields = graphql(`
  fragment ReviewCardFields on ReviewCard {
    id
    kind
    state
    front
    back
    questionType
    choices {
      key
      text
      right
    }
    accepted
    courseCode
    lessonKey
    lessonTitle
    dueAt
    suspended
    revision
    why {
      code
      days
      recallPercent
      lastReviewedOn
      topic
    }
    next {
      grade
      minutes
      days
    }
  }
`);

export const ReviewHomeQuery = graphql(`
  query ReviewHome {
    viewer {
      id
      review {
        due
        fresh
        minutes
        doneToday
        nextDueAt
      }
      streak {
        length
        longest
        doneToday
        freezes
        week {
          day
          state
        }
      }
    }
    reviewForecast {
      day
      due
    }
  }
`);

export const ReviewSessionQuery = graphql(
  `
    query ReviewSession {
      reviewSession {
        id
        dueTotal
        newTotal
        returning
        nextDueAt
        cards {
          ...ReviewCardFields
        }
      }
    }
  `,
  [cardFields],
);
export type ReviewSession = ResultOf<typeof ReviewSessionQuery>['reviewSession'];
export type ReviewCard = ReviewSession['cards'][number];

export const SubmitReviewsMutation = graphql(`
  mutation SubmitReviews($events: [ReviewEventInput!]!) {
    submitReviews(events: $events) {
      results {
        id
        outcome
        code
      }
    }
  }
`);

export const FinishReviewSessionMutation = graphql(`
  mutation FinishReviewSession($sessionId: ID!) {
    finishReviewSession(sessionId: $sessionId) {
      sessionId
      reviews
      cards
      recalled
      recalledAtOnce
      again
      kept
      seconds
      nextDueAt
      forecast {
        day
        due
      }
      streak {
        length
        doneToday
      }
    }
  }
`);

export const MyCardsQuery = graphql(
  `
    query MyCards($kind: String, $suspended: Boolean, $first: Int, $after: String) {
      myCards(kind: $kind, suspended: $suspended, first: $first, after: $after) {
        totalCount
        edges {
          node {
            ...ReviewCardFields
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

export const WriteCardMutation = graphql(
  `
    mutation WriteCard($input: OwnCardInput!) {
      writeCard(input: $input) {
        ...ReviewCardFields
      }
    }
  `,
  [cardFields],
);

export const EditCardMutation = graphql(
  `
    mutation EditCard($id: ID!, $revision: Int!, $input: OwnCardInput!) {
      editCard(id: $id, revision: $revision, input: $input) {
        ...ReviewCardFields
      }
    }
  `,
  [cardFields],
);

export const SuspendCardMutation = graphql(
  `
    mutation SuspendCard($id: ID!, $suspended: Boolean!) {
      suspendCard(id: $id, suspended: $suspended) {
        ...ReviewCardFields
      }
    }
  `,
  [cardFields],
);

const BATCH = 200;
let sending: Promise<boolean> | null = null;

/** Sends reviews that wait on this device. True when none is left; false without a network (they stay). */
export function flushReviews(): Promise<boolean> {
  sending ??= send().finally(() => (sending = null));
  return sending;
}

async function send(): Promise<boolean> {
  for (;;) {
    const waiting = (await pendingReviews()).slice(0, BATCH);
    if (waiting.length === 0) return true;
    try {
      const { submitReviews } = await mutate(SubmitReviewsMutation, { events: waiting });
      // Refused ones are settled as well: too old, or the card is gone.
      await dropReviews(submitReviews.results.map((r) => r.id));
      if (submitReviews.results.length === 0) return false;
    } catch (e) {
      if (['OFFLINE', 'TRANSIENT', 'RATE_LIMITED', 'UNAUTHENTICATED'].includes(asApiError(e).code)) return false;
      throw e;
    }
  }
}
