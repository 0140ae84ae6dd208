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

/** What staff decided about a node. Its reason is looked up when it is read. */
function decision(kind: NotificationKind, personId: string, p: Payload): News[] {
  const nodeId = (p['nodeId'] as string | null) ?? null;
  return [
    {
      personId,
      kind,
      sourceKey: `${kind}:${text(p['decisionId'])}`,
      count: Math.max(1, Number(p['nodes'] ?? 1)),
      aboutPersonId: text(p['by']) || null,
      params: {
        enrolmentId: text(p['enrolmentId']),
        decisionId: text(p['decisionId']),
        dueOn: (p['dueOn'] as string | null) ?? null,
      },
      subjectType: nodeId ? 'map-node' : 'enrolment',
      subjectId: nodeId ?? text(p['enrolmentId']),
    },
  ];
}

/** To the learner about who stands in, and to who stands in about the learner. */
function substitution(e: RoutedEvent, toLearner: NotificationKind, toSubstitute: NotificationKind): News[] {
  const p = e.payload as Payload;
  const [learner, substitute] = [text(p['learnerId']), text(p['substituteId'])];
  const params = { fromDay: text(p['fromDay']), toDay: text(p['toDay']) };
  const about = toLearner === 'mentor-back' ? text(p['mentorId']) : substitute;
  return [
    { personId: learner, kind: toLearner, sourceKey: `${toLearner}:${e.id}`, aboutPersonId: about, params },
    { personId: substitute, kind: toSubstitute, sourceKey: `${toSubstitute}:${e.id}`, aboutPersonId: learner, params },
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
    case 'attempt.finished': {
      const before = p['regraded'] as { scoreBp: number; passed: boolean } | undefined;
      if (before)
        return [
          {
            personId: who,
            kind: 'result-regraded',
            sourceKey: `exam-result:${text(p['attemptId'])}:${text(p['release'])}`,
            params: {
              attemptId: text(p['attemptId']),
              passed: Boolean(p['passed']),
              passedBefore: before.passed,
              from: before.scoreBp,
              to: Number(p['scoreBp']),
            },
            subjectType: text(p['assessmentKind']),
            subjectId: text(p['assessmentId']),
          },
        ];
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
    }
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
      const former = (p['formerMentorId'] as string | null) ?? null;
      const all = {
        sourceKey: `pairing:${text(p['pairingId'])}`,
        subjectType: 'pairing',
        subjectId: text(p['pairingId']),
      };
      const toLearner = former ? 'mentor-changed' : 'pairing-started';
      return [
        { ...all, kind: toLearner, personId: learner, aboutPersonId: mentor, params: { as: 'learner' } },
        { ...all, kind: 'pairing-started', personId: mentor, aboutPersonId: learner, params: { as: 'mentor' } },
        ...(former
          ? [{ ...all, kind: 'mentee-handed-over' as const, personId: former, aboutPersonId: learner, params: {} }]
          : []),
      ];
    }
    case 'pairing.ended':
      // A hand-over and a leaver have news of their own.
      return p['reason'] === 'completed' || p['reason'] === 'stopped'
        ? [
            {
              personId: text(p['learnerId']),
              kind: 'pairing-ended',
              sourceKey: `pairing-ended:${text(p['pairingId'])}`,
              aboutPersonId: text(p['mentorId']),
              subjectType: 'pairing',
              subjectId: text(p['pairingId']),
            },
          ]
        : [];
    case 'pairing.co-mentor-added': {
      const [learner, helper] = [text(p['learnerId']), text(p['coMentorId'])];
      const both = { sourceKey: `co-mentor:${e.id}`, subjectType: 'pairing', subjectId: text(p['pairingId']) };
      return [
        { ...both, kind: 'co-mentor-added', personId: learner, aboutPersonId: helper },
        { ...both, kind: 'pairing-started', personId: helper, aboutPersonId: learner, params: { as: 'mentor' } },
      ];
    }
    case 'mentor.substituted':
      return substitution(e, 'mentor-substituted', 'standing-in');
    case 'mentor.back':
      return substitution(e, 'mentor-back', 'standing-in-ended');
    case 'node.waived':
      return decision('node-waived', who, p);
    case 'node.due-extended':
      return decision(p['nodeId'] ? 'due-extended' : 'due-days-extended', who, p);
    case 'node.decision-taken-back':
      return decision(p['kind'] === 'waive' ? 'node-unwaived' : 'extension-ended', who, p);
    case 'enrolment.moved':
      return [
        {
          personId: who,
          kind: 'map-moved',
          sourceKey: `map-moved:${e.id}`,
          params: {
            enrolmentId: text(p['enrolmentId']),
            kept: Number(p['kept'] ?? 0),
            fresh: Number(p['fresh'] ?? 0),
            dropped: Number(p['dropped'] ?? 0),
          },
          subjectType: 'learning-map',
          subjectId: text(p['mapId']),
        },
      ];
    case 'person.leave-changed': {
      const kind = p['cancelled'] ? 'leave-cancelled' : 'leave-recorded';
      return [
        {
          personId: who,
          kind,
          sourceKey: `${kind}:${e.id}`,
          params: { fromDay: text(p['fromDay']), toDay: text(p['toDay']), moved: Number(p['moved'] ?? 0) },
        },
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
