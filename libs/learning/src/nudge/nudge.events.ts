import { defineEvent } from '@waymark/platform';

export interface NudgeItem {
  kind: 'before-3' | 'on-day' | 'after-3' | 'after-7' | 'staff';
  enrolmentId: string | null;
  assignmentId: string | null;
  nodeId: string | null;
  dueOn: string | null;
}
export interface NodeNudgeDue {
  items: NudgeItem[];
  mentorIds: string[];
  managerIds: string[];
  /** The member of staff who sent it; null for the daily ones. */
  byStaff: string | null;
}
export interface OverdueEscalated {
  /** People with something a week overdue since today, at most fifty of them by id. */
  people: number;
  personIds: string[];
}
/** One for each L&D lead and run: the event's person is the lead. */
export const overdueEscalated = defineEvent<OverdueEscalated>('node.overdue-escalated');
/** One for each learner and run: for the learner, and for those who answer for them. */
export const nodeNudgeDue = defineEvent<NodeNudgeDue>('node.nudge-due');
