import { defineEvent } from '@waymark/platform';

/** Who decided; the reason stands with the decision. */
interface Decided {
  enrolmentId: string;
  decisionId: string;
  by: string;
}

export const nodeWaived = defineEvent<Decided & { nodeId: string }>('node.waived');
/** `nodeId` is null when all open nodes of the person have got more time; `dueOn` is then the last of the new due days. */
export const dueDayExtended = defineEvent<Decided & { nodeId: string | null; nodes: number; dueOn: string }>(
  'node.due-extended',
);
export const decisionTakenBack = defineEvent<
  Decided & { nodeId: string; kind: 'waive' | 'extend'; dueOn: string | null }
>('node.decision-taken-back');
