import { defineEvent } from '@waymark/platform';

export const enrolmentMoved = defineEvent<{
  enrolmentId: string;
  mapId: string;
  fromVersionId: string;
  toVersionId: string;
  /** Nodes that are done and stay so, new, gone, and late now without having been late before. */
  kept: number;
  fresh: number;
  dropped: number;
  newlyOverdue: number;
}>('enrolment.moved');
