import { defineEvent } from '@waymark/platform';

export const enrolmentCreated = defineEvent<{
  enrolmentId: string;
  mapId: string;
  versionId: string;
  startDay: string;
}>('enrolment.created');

export interface NodeCompleted {
  enrolmentId: string;
  nodeId: string;
  nodeKey: string;
  kind: string;
  required: boolean;
  late: boolean;
}
export const nodeCompleted = defineEvent<NodeCompleted>('node.completed');

export const enrolmentCompleted = defineEvent<{ enrolmentId: string; mapId: string; versionId: string }>(
  'enrolment.completed',
);
