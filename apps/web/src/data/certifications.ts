import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

export const Certifications = graphql(`
  query Certifications($archived: Boolean) {
    certifications(archived: $archived) {
      id
      code
      title
      summary
      issuer
      validityMonths
      warnDays
      renewalOpensDays
      renewalWithinMonths
      numberPattern
      skills
      audienceId
      archived
      revision
      titles {
        zhCN
        zhTW
        en
      }
      summaries {
        zhCN
        zhTW
        en
      }
      issuers {
        zhCN
        zhTW
        en
      }
      requirements {
        kind
        code
        title
        need
      }
      renewalRequirements {
        kind
        code
        title
        need
      }
      holders
      expiring
      lapsed
    }
  }
`);
export type Certification = ResultOf<typeof Certifications>['certifications'][number];
export const Certificates = graphql(
  `
    query Certificates($certificationId: ID, $state: String, $first: Int, $after: String) {
      certificates(certificationId: $certificationId, state: $state, first: $first, after: $after) {
        edges {
          node {
            id
            title
            person {
              ...CardFields
            }
            number
            issuedOn
            expiresOn
            state
            daysLeft
            publicPath
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
export type Certificate = ResultOf<typeof Certificates>['certificates']['edges'][number]['node'];
export const RevokeCertificate = graphql(`
  mutation RevokeCertificate($id: ID!, $reason: String!) {
    revokeCertificate(id: $id, reason: $reason) {
      id
      state
    }
  }
`);
export const SaveCertification = graphql(`
  mutation SaveCertification($input: CertificationInput!) {
    saveCertification(input: $input) {
      id
    }
  }
`);
export const ArchiveCertification = graphql(`
  mutation ArchiveCertification($id: ID!, $revision: Int!) {
    archiveCertification(id: $id, revision: $revision) {
      id
      revision
    }
  }
`);
export const RestoreCertification = graphql(`
  mutation RestoreCertification($id: ID!, $revision: Int!) {
    restoreCertification(id: $id, revision: $revision) {
      id
      revision
    }
  }
`);
