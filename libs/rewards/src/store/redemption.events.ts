import { defineEvent } from '@waymark/platform';

interface RedemptionFacts {
  redemptionId: string;
  rewardId: string;
  price: number;
}
/** approverIds: who may decide; empty when nobody needs to. */
export const redemptionRequested = defineEvent<RedemptionFacts & { approverIds: string[] }>('redemption.requested');

export type RedemptionDecided = RedemptionFacts & {
  /** null when no decision was needed, or the order ended by itself. */
  decidedBy: string | null;
};
export const redemptionApproved = defineEvent<RedemptionDecided>('redemption.approved');
export const redemptionRejected = defineEvent<RedemptionDecided>('redemption.rejected');
export const redemptionFulfilled = defineEvent<RedemptionDecided>('redemption.fulfilled');
export const redemptionCancelled = defineEvent<RedemptionDecided>('redemption.cancelled');
