import { defineEvent } from '@waymark/platform';

export const nodeWaived = defineEvent<{ enrolmentId: string; nodeId: string }>('node.waived');
/** `nodeId` is null when all open nodes of the person have got more time; `dueOn` is then the last of the new due days. */
export const dueDayExtended = defineEvent<{ enrolmentId: string; nodeId: string | null; nodes: number; dueOn: string }>(
  'node.due-extended',
);
export const decisionTakenBack = defineEvent<{ enrolmentId: string; nodeId: string; kind: 'waive' | 'extend' }>(
  'node.decision-taken-back',
);
