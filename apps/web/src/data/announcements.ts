import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import { cardFields } from './fragments.js';

const announcementFields = graphql(
  `
    fragment AnnouncementFields on StaffAnnouncement {
      id
      revision
      titles {
        zhCN
        zhTW
        en
      }
      bodies {
        zhCN
        zhTW
        en
      }
      title
      pinned
      by {
        ...CardFields
      }
      audienceId
      audienceName
      fromAt
      untilAt
      state
      people
      readers
    }
  `,
  [cardFields],
);
export type StaffAnnouncement = ResultOf<typeof announcementFields>;
export const StaffAnnouncements = graphql(
  `
    query StaffAnnouncements($first: Int!) {
      staffAnnouncements(first: $first) {
        ...AnnouncementFields
      }
    }
  `,
  [announcementFields],
);
export const SaveAnnouncement = graphql(
  `
    mutation SaveAnnouncement($input: AnnouncementInput!) {
      saveAnnouncement(input: $input) {
        ...AnnouncementFields
      }
    }
  `,
  [announcementFields],
);
export const WithdrawAnnouncement = graphql(
  `
    mutation WithdrawAnnouncement($id: ID!) {
      withdrawAnnouncement(id: $id) {
        ...AnnouncementFields
      }
    }
  `,
  [announcementFields],
);
