import { graphql } from '@waymark/api-client';
import { cardFields } from './fragments.js';
import { pairingFields } from './mentor.js';

export const Pairings = graphql(
  `
    query Pairings($filter: PairingFilter, $first: Int, $after: String) {
      pairings(filter: $filter, first: $first, after: $after) {
        edges {
          node {
            ...PairingFields
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
  [pairingFields],
);
export const MentorProfiles = graphql(
  `
    query MentorProfiles {
      mentorProfiles(active: true) {
        id
        person {
          ...CardFields
        }
        skills
        languages
        capacity
        pairings
        about
        active
      }
    }
  `,
  [cardFields],
);
export const StartPairing = graphql(
  `
    mutation StartPairing($input: PairingInput!) {
      startPairing(input: $input) {
        ...PairingFields
      }
    }
  `,
  [pairingFields],
);
export const EndPairing = graphql(
  `
    mutation EndPairing($id: ID!, $lastDay: LocalDay) {
      endPairing(id: $id, lastDay: $lastDay) {
        ...PairingFields
      }
    }
  `,
  [pairingFields],
);
export const HandOverPairing = graphql(
  `
    mutation HandOverPairing($id: ID!, $mentorId: ID!, $fromDay: LocalDay, $overCapacity: Boolean) {
      handOverPairing(id: $id, mentorId: $mentorId, fromDay: $fromDay, overCapacity: $overCapacity) {
        ...PairingFields
      }
    }
  `,
  [pairingFields],
);
