import type { NotificationKind, NotificationParams } from './notification-kind.js';

/** One message to one person. The same source key reaches a person once. */
export interface News {
  personId: string;
  kind: NotificationKind;
  sourceKey: string;
  params?: NotificationParams;
  count?: number;
  aboutPersonId?: string | null;
  subjectType?: string | null;
  subjectId?: string | null;
}

export interface RoutedEvent {
  id: string;
  type: string;
  personId: string | null;
  payload: unknown;
}

interface NudgeItem {
  kind: string;
  enrolmentId: string | null;
  assignmentId: string | null;
  nodeId: string | null;
}

type Payload = Record<string, unknown>;
const text = (v: unknown): string => String(v ?? '');
const list = (v: unknown): string[] => (Array.isArray(v) ? v.map(String) : []);

function milestone(p: Payload): Pick<News, 'params' | 'subjectType' | 'subjectId'> {
  return {
    params: { submissionId: text(p['milestoneSubmissionId']), enrolmentId: text(p['enrolmentId']) },
    subjectType: 'map-node',
    subjectId: text(p['nodeId']),
  };
}

function nudges(learnerId: string, eventId: string, p: Payload): News[] {
  const items = (p['items'] ?? []) as NudgeItem[];
  const first = items.find((i) => i.nodeId) ?? items[0];
  if (!first) return [];
  const common = {
    count: items.length,
    subjectType: first.nodeId ? 'map-node' : first.assignmentId ? 'assignment' : null,
    subjectId: first.nodeId ?? first.assignmentId,
    params: { when: first.kind, enrolmentId: first.enrolmentId },
  };
  const byStaff = Boolean(p['byStaff']);
  const mentors = new Set(list(p['mentorIds']));
  const others = [...new Set([...mentors, ...list(p['managerIds'])])].filter((id) => id !== learnerId);
  return [
    { ...common, personId: learnerId, kind: byStaff ? 'staff-nudge' : 'node-due', sourceKey: `nudge:${eventId}` },
    ...others.map((personId): News => ({
      ...common,
      personId,
      kind: 'mentee-due',
      sourceKey: `nudge:${eventId}`,
      aboutPersonId: learnerId,
      params: { ...common.params, as: mentors.has(personId) ? 'mentor' : 'manager' },
    })),
  ];
}

function redemption(kind: NotificationKind, personId: string, p: Payload): News[] {
  // Nobody is told of what they did themselves, and an order that needed no decision is no news.
  const by = p['decidedBy'] as string | null;
  if (by === personId || (by === null && kind === 'redemption-approved')) return [];
  return [
    {
      personId,
      kind,
      sourceKey: `${kind}:${text(p['redemptionId'])}`,
      params: { redemptionId: text(p['redemptionId']) },
      subjectType: 'reward',
      subjectId: text(p['rewardId']),
    },
  ];
}

/** Who is told what by an event. Pure: everything stands in the event. @param leads L&D leads, for what goes to L&D */
export function newsOf(e: RoutedEvent, leads: readonly string[] = []): News[] {
  const p = e.payload as Payload;
  const who = e.personId;
  if (!who) return [];
  switch (e.type) {
    case 'milestone.submitted':
      return list(p['approverIds']).map((personId) => ({
        personId,
        kind: 'milestone-waiting',
        sourceKey: `milestone-waiting:${text(p['milestoneSubmissionId'])}:${text(p['round'])}`,
        aboutPersonId: who,
        ...milestone(p),
      }));
    case 'milestone.waiting':
      return list(p['approverIds']).map((personId) => ({
        personId,
        kind: 'milestone-reminder',
        sourceKey: `milestone-reminder:${text(p['milestoneSubmissionId'])}`,
        aboutPersonId: who,
        ...milestone(p),
        params: { ...milestone(p).params, days: Number(p['waitingDays'] ?? 0) },
      }));
    case 'milestone.signed':
    case 'milestone.returned': {
      const kind = e.type === 'milestone.signed' ? 'milestone-signed' : 'milestone-returned';
      return [
        {
          personId: who,
          kind,
          sourceKey: `${kind}:${text(p['milestoneSubmissionId'])}:${text(p['round'])}`,
          aboutPersonId: text(p['decidedBy']) || null,
          ...milestone(p),
        },
      ];
    }
    case 'node.nudge-due':
      return nudges(who, e.id, p);
    case 'node.overdue-escalated':
      return [
        {
          personId: who,
          kind: 'overdue-escalated',
          sourceKey: `escalated:${e.id}`,
          count: Math.max(1, Number(p['people'] ?? 1)),
          params: {},
        },
      ];
    case 'check-in.asked-for-help':
      return list(p['mentorIds']).map((personId) => ({
        personId,
        kind: 'check-in-help',
        sourceKey: `check-in-help:${text(p['checkInId'])}`,
        aboutPersonId: who,
        params: { enrolmentId: text(p['enrolmentId']) },
      }));
    case 'assignment.given':
      return [
        {
          personId: who,
          kind: 'assignment-given',
          sourceKey: `assignment:${text(p['assignmentId'])}:${text(p['dueOn'])}`,
          params: {
            targetKind: text(p['targetKind']),
            targetCode: text(p['targetCode']),
            dueOn: (p['dueOn'] as string | null) ?? null,
          },
          subjectType: text(p['targetKind']),
          subjectId: (p['targetId'] as string | null) ?? null,
        },
      ];
    case 'enrolment.created':
      return [
        {
          personId: who,
          kind: 'enrolment-created',
          sourceKey: `enrolment:${text(p['enrolmentId'])}`,
          params: { enrolmentId: text(p['enrolmentId']), startDay: text(p['startDay']) },
          subjectType: 'map-version',
          subjectId: text(p['versionId']),
        },
      ];
    case 'attempt.finished':
      return p['assessmentKind'] === 'exam' && Number(p['release']) > 0
        ? [
            {
              personId: who,
              kind: 'exam-result',
              sourceKey: `exam-result:${text(p['attemptId'])}:${text(p['release'])}`,
              params: { attemptId: text(p['attemptId']), passed: Boolean(p['passed']) },
              subjectType: 'exam',
              subjectId: text(p['assessmentId']),
            },
          ]
        : [];
    case 'reviews.due':
      return [
        {
          personId: who,
          kind: 'reviews-due',
          sourceKey: `reviews-due:${text(p['localDay'])}`,
          count: Math.max(1, Number(p['due'] ?? 1)),
          params: { minutes: Number(p['minutes'] ?? 0) },
        },
      ];
    case 'badge.awarded':
      return [
        {
          personId: who,
          kind: 'badge-awarded',
          sourceKey: `badge:${text(p['badgeId'])}`,
          params: { badgeCode: text(p['badgeCode']), tier: Number(p['tier']) },
          subjectType: 'badge',
          subjectId: text(p['badgeId']),
        },
      ];
    case 'person-level.reached':
      return [
        {
          personId: who,
          kind: 'level-reached',
          sourceKey: `level:${text(p['level'])}`,
          params: { level: Number(p['level']) },
        },
      ];
    case 'points.expiring':
      return [
        {
          personId: who,
          kind: 'points-expiring',
          sourceKey: `points-expiring:${text(p['on'])}`,
          params: { points: Number(p['points']), on: text(p['on']) },
        },
      ];
    case 'redemption.requested':
      return list(p['approverIds']).map((personId) => ({
        personId,
        kind: 'redemption-waiting',
        sourceKey: `redemption-waiting:${text(p['redemptionId'])}`,
        aboutPersonId: who,
        params: { redemptionId: text(p['redemptionId']) },
        subjectType: 'reward',
        subjectId: text(p['rewardId']),
      }));
    case 'redemption.approved':
      return redemption('redemption-approved', who, p);
    case 'redemption.rejected':
      return redemption('redemption-rejected', who, p);
    case 'redemption.fulfilled':
      return redemption('redemption-fulfilled', who, p);
    case 'redemption.cancelled':
      return redemption('redemption-cancelled', who, p);
    case 'certificate.issued':
    case 'certificate.expiring':
    case 'certificate.lapsed': {
      const kind = e.type.replace('.', '-') as 'certificate-issued' | 'certificate-expiring' | 'certificate-lapsed';
      return [
        {
          personId: who,
          kind,
          sourceKey: `${kind}:${text(p['certificateId'])}:${text(p['days'])}`,
          params: {
            certificateId: text(p['certificateId']),
            ...(p['days'] === undefined ? {} : { days: Number(p['days']) }),
            expiresOn: (p['expiresOn'] as string | null) ?? null,
          },
          subjectType: 'certification',
          subjectId: text(p['certificationId']),
        },
      ];
    }
    case 'pairing.started': {
      const [mentor, learner] = [text(p['mentorId']), text(p['learnerId'])];
      const both = {
        kind: 'pairing-started' as const,
        sourceKey: `pairing:${text(p['pairingId'])}`,
        subjectType: 'pairing',
        subjectId: text(p['pairingId']),
      };
      return [
        { ...both, personId: learner, aboutPersonId: mentor, params: { as: 'learner' } },
        { ...both, personId: mentor, aboutPersonId: learner, params: { as: 'mentor' } },
      ];
    }
    case 'meetings.missed-twice':
      return leads.map((personId) => ({
        personId,
        kind: 'meeting-missed',
        sourceKey: `meeting-missed:${e.id}`,
        aboutPersonId: who,
        params: { as: 'staff', inARow: 2 },
        subjectType: 'pairing',
        subjectId: text(p['pairingId']),
      }));
    case 'meeting.missed': {
      const [mentor, learner] = [text(p['mentorId']), text(p['learnerId'])];
      const params = (as: string): NotificationParams => ({
        as,
        inARow: Number(p['inARow'] ?? 1),
        day: text(p['day']),
      });
      const both = {
        kind: 'meeting-missed' as const,
        sourceKey: `meeting-missed:${text(p['meetingId'])}`,
        subjectType: 'pairing',
        subjectId: text(p['pairingId']),
      };
      return [
        { ...both, personId: mentor, aboutPersonId: learner, params: params('mentor') },
        { ...both, personId: learner, aboutPersonId: mentor, params: params('learner') },
      ];
    }
    default:
      return [];
  }
}
