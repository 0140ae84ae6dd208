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

const decided = { enrolmentId: 'en', decisionId: 'd', by: 'lead' };

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
    [
      'pairing.started',
      { pairingId: 'p', mentorId: 'b', learnerId: 'learner', formerMentorId: 'a' },
      ['learner mentor-changed', 'b pairing-started', 'a mentee-handed-over'],
    ],
    [
      'pairing.ended',
      { pairingId: 'p', mentorId: 'a', learnerId: 'learner', reason: 'stopped' },
      ['learner pairing-ended'],
    ],
    ['pairing.ended', { pairingId: 'p', mentorId: 'a', learnerId: 'learner', reason: 'handed-over' }, []],
    [
      'pairing.co-mentor-added',
      { pairingId: 'p', mentorId: 'a', learnerId: 'learner', coMentorId: 'b' },
      ['learner co-mentor-added', 'b pairing-started'],
    ],
    [
      'mentor.substituted',
      { mentorId: 'a', substituteId: 's', learnerId: 'learner', fromDay: '2026-03-04', toDay: '2026-03-06' },
      ['learner mentor-substituted', 's standing-in'],
    ],
    [
      'mentor.back',
      { mentorId: 'a', substituteId: 's', learnerId: 'learner', fromDay: '2026-03-04', toDay: '2026-03-06' },
      ['learner mentor-back', 's standing-in-ended'],
    ],
    ['node.waived', { ...decided, nodeId: 'n' }, ['learner node-waived']],
    ['node.due-extended', { ...decided, nodeId: 'n', nodes: 1, dueOn: '2026-03-09' }, ['learner due-extended']],
    ['node.due-extended', { ...decided, nodeId: null, nodes: 4, dueOn: '2026-03-09' }, ['learner due-days-extended']],
    ['node.decision-taken-back', { ...decided, nodeId: 'n', kind: 'waive' }, ['learner node-unwaived']],
    ['node.decision-taken-back', { ...decided, nodeId: 'n', kind: 'extend' }, ['learner extension-ended']],
    ['enrolment.moved', { enrolmentId: 'en', mapId: 'm', kept: 3, fresh: 2, dropped: 1 }, ['learner map-moved']],
    [
      'person.leave-changed',
      { fromDay: '2026-03-04', toDay: '2026-03-06', cancelled: false },
      ['learner leave-recorded'],
    ],
    [
      'person.leave-changed',
      { fromDay: '2026-03-04', toDay: '2026-03-06', cancelled: true },
      ['learner leave-cancelled'],
    ],
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

describe('a decision about a node', () => {
  it('names who decided and the new day, leads to the node, and carries the reason into the line', () => {
    const [news] = newsOf(event('node.due-extended', { ...decided, nodeId: 'n', nodes: 1, dueOn: '2026-03-09' }));
    expect(news).toMatchObject({
      aboutPersonId: 'lead',
      subjectId: 'n',
      params: { decisionId: 'd', dueOn: '2026-03-09' },
    });
    const link = linkOf({ kind: 'due-extended', params: news?.params ?? {}, subjectType: 'map-node', subjectId: 'n' });
    expect(link).toBe('/map?enrolment=en&node=n');
    const words = {
      kind: 'due-extended' as const,
      params: news?.params ?? {},
      count: 1,
      person: 'Chen Ying',
      title: 'Talks',
    };
    expect(lineOf({ ...words, note: 'was ill' }, 'en')).toBe('Chen Ying gave you until March 9 for “Talks”: was ill');
    expect(lineOf(words, 'zh-TW')).toBe('Chen Ying把「Talks」的期限延到3月9日');
  });

  it('is told once however often it comes, and again when there is another', () => {
    const key = (decisionId: string) =>
      newsOf(event('node.waived', { ...decided, nodeId: 'n', decisionId }))[0]?.sourceKey;
    expect(key('d')).toBe(key('d'));
    expect(key('d')).not.toBe(key('e'));
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
