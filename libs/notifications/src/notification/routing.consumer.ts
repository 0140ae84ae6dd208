import { Inject, Injectable } from '@nestjs/common';
import { attemptFinished } from '@waymark/assessment/events';
import { certificateExpiring, certificateIssued, certificateLapsed } from '@waymark/certification/events';
import {
  assignmentGiven,
  checkInAskedForHelp,
  decisionTakenBack,
  dueDayExtended,
  enrolmentCreated,
  enrolmentMoved,
  leaveChanged,
  milestoneReturned,
  milestoneSigned,
  milestoneSubmitted,
  milestoneWaiting,
  nodeNudgeDue,
  nodeWaived,
  overdueEscalated,
} from '@waymark/learning/events';
import {
  coMentorAdded,
  meetingMissed,
  meetingsMissedTwice,
  mentorBack,
  mentorSubstituted,
  pairingEnded,
  pairingStarted,
} from '@waymark/mentoring/events';
import { ConsumesEvents, type DomainEvent, type Tx } from '@waymark/platform';
import { reviewsDue } from '@waymark/review/events';
import {
  badgeAwarded,
  personLevelReached,
  pointsExpiring,
  redemptionApproved,
  redemptionCancelled,
  redemptionFulfilled,
  redemptionRejected,
  redemptionRequested,
} from '@waymark/rewards/events';
import { Notifications } from './notifications.service.js';
import { newsOf } from './routes.js';

/** What happens elsewhere becomes news for the people it matters to. */
@Injectable()
export class RoutingConsumer {
  constructor(@Inject(Notifications) private readonly notifications: Notifications) {}

  @ConsumesEvents({
    consumer: 'notifications.route',
    events: [
      assignmentGiven,
      attemptFinished,
      badgeAwarded,
      certificateExpiring,
      certificateIssued,
      certificateLapsed,
      checkInAskedForHelp,
      coMentorAdded,
      decisionTakenBack,
      dueDayExtended,
      enrolmentCreated,
      enrolmentMoved,
      leaveChanged,
      meetingMissed,
      meetingsMissedTwice,
      mentorBack,
      mentorSubstituted,
      milestoneReturned,
      milestoneSigned,
      milestoneSubmitted,
      milestoneWaiting,
      nodeNudgeDue,
      nodeWaived,
      overdueEscalated,
      pairingEnded,
      pairingStarted,
      personLevelReached,
      pointsExpiring,
      redemptionApproved,
      redemptionCancelled,
      redemptionFulfilled,
      redemptionRejected,
      redemptionRequested,
      reviewsDue,
    ],
  })
  async route(tx: Tx, events: DomainEvent[]): Promise<void> {
    const news = [];
    for (const event of events) {
      const leads =
        event.type === meetingsMissedTwice.type && event.personId
          ? await this.notifications.leadsOf(tx, event.personId)
          : [];
      news.push(...newsOf(event, leads));
    }
    await this.notifications.tell(tx, news);
  }
}
