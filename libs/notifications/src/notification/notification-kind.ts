export const TOPICS = ['sign-offs', 'due', 'reviews', 'rewards', 'certificates', 'mentoring', 'announcements'] as const;
/** What a person switches on and off together. */
export type Topic = (typeof TOPICS)[number];

interface KindFacts {
  topic: Topic;
  /** How it goes by e-mail, where the person wants that: at once, in the daily digest, or never. */
  mail: 'now' | 'digest' | 'never';
}

const kinds = {
  'milestone-waiting': { topic: 'sign-offs', mail: 'now' },
  'milestone-reminder': { topic: 'sign-offs', mail: 'digest' },
  'milestone-signed': { topic: 'sign-offs', mail: 'now' },
  'milestone-returned': { topic: 'sign-offs', mail: 'now' },
  'node-due': { topic: 'due', mail: 'digest' },
  'staff-nudge': { topic: 'due', mail: 'now' },
  'mentee-due': { topic: 'due', mail: 'digest' },
  'overdue-escalated': { topic: 'due', mail: 'digest' },
  'check-in-help': { topic: 'mentoring', mail: 'now' },
  'assignment-given': { topic: 'due', mail: 'now' },
  'enrolment-created': { topic: 'due', mail: 'never' },
  'exam-result': { topic: 'due', mail: 'never' },
  'result-regraded': { topic: 'due', mail: 'now' },
  'reviews-due': { topic: 'reviews', mail: 'digest' },
  'badge-awarded': { topic: 'rewards', mail: 'never' },
  'level-reached': { topic: 'rewards', mail: 'never' },
  'points-expiring': { topic: 'rewards', mail: 'digest' },
  'redemption-waiting': { topic: 'rewards', mail: 'now' },
  'redemption-approved': { topic: 'rewards', mail: 'now' },
  'redemption-rejected': { topic: 'rewards', mail: 'now' },
  'redemption-fulfilled': { topic: 'rewards', mail: 'now' },
  'redemption-cancelled': { topic: 'rewards', mail: 'now' },
  'certificate-issued': { topic: 'certificates', mail: 'now' },
  'certificate-expiring': { topic: 'certificates', mail: 'now' },
  'certificate-lapsed': { topic: 'certificates', mail: 'now' },
  'node-waived': { topic: 'due', mail: 'now' },
  'node-unwaived': { topic: 'due', mail: 'now' },
  'due-extended': { topic: 'due', mail: 'now' },
  'due-days-extended': { topic: 'due', mail: 'now' },
  'extension-ended': { topic: 'due', mail: 'now' },
  'map-moved': { topic: 'due', mail: 'digest' },
  'leave-recorded': { topic: 'due', mail: 'now' },
  'leave-cancelled': { topic: 'due', mail: 'now' },
  'pairing-started': { topic: 'mentoring', mail: 'now' },
  'pairing-ended': { topic: 'mentoring', mail: 'now' },
  'mentor-changed': { topic: 'mentoring', mail: 'now' },
  'mentee-handed-over': { topic: 'mentoring', mail: 'now' },
  'co-mentor-added': { topic: 'mentoring', mail: 'now' },
  'mentor-substituted': { topic: 'mentoring', mail: 'now' },
  'standing-in': { topic: 'mentoring', mail: 'now' },
  'mentor-back': { topic: 'mentoring', mail: 'now' },
  'standing-in-ended': { topic: 'mentoring', mail: 'now' },
  'meeting-missed': { topic: 'mentoring', mail: 'digest' },
  announcement: { topic: 'announcements', mail: 'now' },
} as const satisfies Record<string, KindFacts>;

export type NotificationKind = keyof typeof kinds;
export const NOTIFICATION_KINDS = Object.keys(kinds) as NotificationKind[];

export function factsOf(kind: NotificationKind): KindFacts {
  return kinds[kind];
}

/** Without a choice of the person's own: everything in the app, by e-mail what others wait for and what has a date. */
export const DEFAULT_EMAIL: Record<Topic, boolean> = {
  'sign-offs': true,
  due: true,
  reviews: false,
  rewards: false,
  certificates: true,
  mentoring: true,
  announcements: false,
};

export type NotificationParams = Readonly<Record<string, string | number | boolean | null>>;

export interface LinkSource {
  kind: string;
  params: NotificationParams;
  subjectType: string | null;
  subjectId: string | null;
}

/** The decision about a node that the news tells of: its reason stands there, and goes with it. */
export function decisionOf(params: NotificationParams): string | null {
  const id = params['decisionId'];
  return typeof id === 'string' ? id : null;
}

const part = (value: unknown): string => encodeURIComponent(String(value ?? ''));

/** Where in the web app it leads. */
export function linkOf(n: LinkSource): string {
  switch (n.kind as NotificationKind) {
    case 'milestone-waiting':
    case 'milestone-reminder':
      return `/mentor/sign-offs/${part(n.params['submissionId'])}`;
    case 'milestone-signed':
    case 'milestone-returned':
      return `/milestones/${part(n.params['enrolmentId'])}/${part(n.subjectId)}`;
    case 'node-due':
    case 'staff-nudge':
      return n.subjectType === 'map-node' ? `/map?node=${part(n.subjectId)}` : '/';
    case 'mentee-due':
      return n.params['enrolmentId'] && n.params['as'] === 'mentor'
        ? `/mentor/mentees/${part(n.params['enrolmentId'])}`
        : '/team';
    case 'overdue-escalated':
      return '/staff/inbox';
    case 'check-in-help':
      return `/mentor/mentees/${part(n.params['enrolmentId'])}?tab=check-ins`;
    case 'assignment-given':
      return n.params['targetKind'] === 'course'
        ? `/courses/${part(n.params['targetCode'])}`
        : n.params['targetKind'] === 'exam'
          ? `/assessments/${part(n.params['targetCode'])}`
          : n.params['targetKind'] === 'certification'
            ? '/me/certificates'
            : '/map';
    case 'enrolment-created':
      return '/map';
    case 'exam-result':
    case 'result-regraded':
      return `/attempts/${part(n.params['attemptId'])}/result`;
    case 'reviews-due':
      return '/review';
    case 'badge-awarded':
      return '/me/badges';
    case 'level-reached':
    case 'points-expiring':
      return '/me/points';
    case 'redemption-waiting':
      return '/orders';
    case 'redemption-approved':
    case 'redemption-rejected':
    case 'redemption-fulfilled':
    case 'redemption-cancelled':
      return '/rewards/orders';
    case 'certificate-issued':
    case 'certificate-expiring':
    case 'certificate-lapsed':
      return '/me/certificates';
    case 'node-waived':
    case 'node-unwaived':
    case 'due-extended':
    case 'extension-ended':
      return `/map?enrolment=${part(n.params['enrolmentId'])}&node=${part(n.subjectId)}`;
    case 'due-days-extended':
    case 'map-moved':
      return `/map?enrolment=${part(n.params['enrolmentId'])}`;
    case 'leave-recorded':
    case 'leave-cancelled':
      return '/map';
    case 'mentor-changed':
    case 'co-mentor-added':
    case 'mentor-substituted':
    case 'mentor-back':
    case 'pairing-ended':
      return '/me/mentoring';
    case 'standing-in':
    case 'standing-in-ended':
    case 'mentee-handed-over':
      return '/mentor/mentees';
    case 'pairing-started':
    case 'meeting-missed':
      return n.params['as'] === 'mentor'
        ? '/mentor/meetings'
        : n.params['as'] === 'staff'
          ? '/staff/pairings'
          : '/me/mentoring';
    case 'announcement':
      return `/?announcement=${part(n.subjectId)}`;
    default:
      return '/';
  }
}
