import { defineEvent } from '@waymark/platform';

interface MilestoneDecided {
  milestoneSubmissionId: string;
  nodeId: string;
  enrolmentId: string;
  round: number;
  decidedBy: string;
}
export const milestoneSubmitted = defineEvent<{
  milestoneSubmissionId: string;
  nodeId: string;
  enrolmentId: string;
  round: number;
  approverIds: string[];
}>('milestone.submitted');
export const milestoneSigned = defineEvent<MilestoneDecided>('milestone.signed');
export const milestoneReturned = defineEvent<MilestoneDecided>('milestone.returned');

/** Once for a submission that waits longer than three working days. */
export const milestoneWaiting = defineEvent<{
  milestoneSubmissionId: string;
  nodeId: string;
  enrolmentId: string;
  approverIds: string[];
  waitingDays: number;
}>('milestone.waiting');
