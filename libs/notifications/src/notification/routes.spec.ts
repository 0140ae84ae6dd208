import { LOCALES } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { factsOf, linkOf, NOTIFICATION_KINDS } from './notification-kind.js';
import { lineOf } from './notification-words.js';
import { newsOf, type RoutedEvent } from './routes.js';

const event = (type: string, payload: object, personId: string | null = 'learner'): RoutedEvent => ({
  id: 'e1',
  type,
  personId,
  payload,
});
const told = (e: RoutedEvent, leads: string[] = []): string[] => newsOf(e, leads).map((n) => `${n.personId} ${n.kind}`);
const milestone = { milestoneSubmissionId: 'm', nodeId: 'n', enrolmentId: 'en', round: 2 };

describe('who is told what', () => {
  it.each<[string, object, string[]]>([
    ['milestone.submitted', { ...milestone, approverIds: ['a', 'b'] }, ['a milestone-waiting', 'b milestone-waiting']],
    ['milestone.waiting', { ...milestone, approverIds: ['a'], waitingDays: 4 }, ['a milestone-reminder']],
    ['milestone.signed', { ...milestone, decidedBy: 'a' }, ['learner milestone-signed']],
    ['milestone.returned', { ...milestone, decidedBy: 'a' }, ['learner milestone-returned']],
    [
      'node.nudge-due',
      {
        items: [{ kind: 'on-day', nodeId: 'n', enrolmentId: 'en', assignmentId: null }],
        mentorIds: ['a'],
        managerIds: ['a', 'b'],
        byStaff: null,
      },
      ['learner node-due', 'a mentee-due', 'b mentee-due'],
    ],
    [
      'node.nudge-due',
      {
        items: [{ kind: 'staff', nodeId: 'n', enrolmentId: 'en', assignmentId: null }],
        mentorIds: [],
        managerIds: [],
        byStaff: 's',
      },
      ['learner staff-nudge'],
    ],
    ['node.nudge-due', { items: [], mentorIds: ['a'], managerIds: [], byStaff: null }, []],
    [
      'attempt.finished',
      { assessmentKind: 'exam', release: 1, attemptId: 't', assessmentId: 'x', passed: true },
      ['learner exam-result'],
    ],
    ['attempt.finished', { assessmentKind: 'exam', release: 0, attemptId: 't' }, []],
    ['attempt.finished', { assessmentKind: 'quiz', release: 1, attemptId: 't' }, []],
    ['reviews.due', { due: 12, minutes: 3, localDay: '2026-03-04' }, ['learner reviews-due']],
    ['badge.awarded', { badgeId: 'b', badgeCode: 'c', tier: 1 }, ['learner badge-awarded']],
    ['person-level.reached', { level: 4 }, ['learner level-reached']],
    ['points.expiring', { points: 40, on: '2026-05-01' }, ['learner points-expiring']],
    ['redemption.requested', { redemptionId: 'r', rewardId: 'w', approverIds: ['a'] }, ['a redemption-waiting']],
    ['redemption.approved', { redemptionId: 'r', rewardId: 'w', decidedBy: 'a' }, ['learner redemption-approved']],
    ['redemption.approved', { redemptionId: 'r', rewardId: 'w', decidedBy: null }, []],
    ['redemption.cancelled', { redemptionId: 'r', rewardId: 'w', decidedBy: 'learner' }, []],
    ['certificate.expiring', { certificateId: 'c', certificationId: 'd', days: 30 }, ['learner certificate-expiring']],
    [
      'pairing.started',
      { pairingId: 'p', mentorId: 'a', learnerId: 'learner' },
      ['learner pairing-started', 'a pairing-started'],
    ],
    [
      'meeting.missed',
      { pairingId: 'p', meetingId: 'k', mentorId: 'a', learnerId: 'learner', inARow: 1 },
      ['a meeting-missed', 'learner meeting-missed'],
    ],
    ['meetings.missed-twice', { pairingId: 'p', mentorId: 'a', learnerId: 'learner' }, ['lead meeting-missed']],
    ['something.else', {}, []],
  ])('%s', (type, payload, expected) => {
    expect(told(event(type, payload), ['lead'])).toEqual(expected);
    expect(told(event(type, payload, null), ['lead'])).toEqual([]);
  });

  it('a warning of another day is news, the same one is not', () => {
    const key = (days: number) =>
      newsOf(event('certificate.expiring', { certificateId: 'c', certificationId: 'd', days }))[0]?.sourceKey;
    expect(key(30)).toBe(key(30));
    expect(key(30)).not.toBe(key(7));
  });
});

describe('every kind', () => {
  it('has a link inside the app and words in each language', () => {
    for (const kind of NOTIFICATION_KINDS) {
      const n = {
        kind,
        params: { submissionId: 's', enrolmentId: 'e', attemptId: 't', days: 3, level: 2 },
        subjectType: 'map-node',
        subjectId: 'n"/..',
      };
      expect(linkOf(n)).toMatch(/^\/[^/]?/);
      expect(linkOf(n)).not.toContain('"');
      expect(factsOf(kind).topic).toBeTruthy();
      for (const locale of LOCALES) {
        const line = lineOf({ kind, params: n.params, count: 2, person: '林', title: '标题' }, locale);
        expect(line).not.toMatch(/[{}]/);
        expect(lineOf({ kind, params: {}, count: 1, person: null, title: null }, locale)).not.toMatch(/“”|：$/);
      }
    }
  });
});
