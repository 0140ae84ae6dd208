import { graphql } from '@waymark/api-client';
import { query } from '../app/api.js';
import { celebrate, type Occasion } from '../app/celebrations.js';
import { t } from '../app/i18n.js';
import { live } from '../app/live.js';
import { toast } from '../app/toasts.js';
import { can, hasRole, viewer } from '../app/viewer.js';
import { counts } from './nav.js';
import { notificationText } from './notification-text.js';

const Unread = graphql(`
  query UnreadCount {
    unreadNotifications
    viewer {
      id
      review {
        due
        fresh
      }
    }
  }
`);
const SignOffCount = graphql(`
  query SignOffCount {
    signOffs {
      submissionId
    }
  }
`);
const OrderCount = graphql(`
  query OrderCount {
    rewardOrderCounts {
      requested
    }
  }
`);
const Added = graphql(`
  subscription NotificationAdded {
    notificationAdded {
      id
      kind
      params
      count
      person {
        id
        name
      }
      subjectTitle
      link
    }
  }
`);

/** The numbers beside the navigation, after the page is idle; a number that can't be had is no reason for an error. */
export function loadCounts(): void {
  if (!viewer.value) return;
  const ignore = (): void => undefined;
  void query(Unread, {}).then((d) => {
    counts.notifications = d.unreadNotifications;
    counts.reviews = (d.viewer?.review.due ?? 0) + (d.viewer?.review.fresh ?? 0);
  }, ignore);
  if (hasRole('mentor', 'manager'))
    void query(SignOffCount, {}).then((d) => (counts.signOffs = d.signOffs.length), ignore);
  if (can('rewards:handle-orders')) {
    void query(OrderCount, {}).then((d) => (counts.orders = d.rewardOrderCounts.requested), ignore);
  }
}

const OCCASIONS: Record<string, Occasion> = {
  'badge-awarded': 'badge',
  'level-reached': 'level',
  'certificate-issued': 'certificate',
};

const levelOf = (params: unknown): number =>
  typeof params === 'object' && params !== null && 'level' in params ? Number(params.level) : 0;

let following = false;
/** New notifications as they happen, while the page is open. */
export function followNotifications(): void {
  if (following || !viewer.value || viewer.value.viewAsBy) return;
  following = true;
  live(Added, {}, ({ notificationAdded: added }) => {
    counts.notifications += 1;
    if (added.kind.startsWith('milestone-waiting')) counts.signOffs += 1;
    const say = (): unknown =>
      toast(notificationText(added), {
        label: t('common.open'),
        run: () => void import('../app/router.js').then(({ router, safeNext }) => router.push(safeNext(added.link))),
      });
    const occasion = OCCASIONS[added.kind];
    if (!occasion) return void say();
    void celebrate(occasion, added.subjectTitle ?? '', { level: levelOf(added.params) }).then(
      (shown) => shown || say(),
    );
  });
}
