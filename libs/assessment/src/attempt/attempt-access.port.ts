import { Injectable } from '@nestjs/common';
import type { Tx } from '@waymark/platform';
import type { AssessmentKind } from '../assessment/assessment.js';

export interface AttemptRequest {
  personId: string;
  assessmentId: string;
  assessmentCode: string;
  kind: AssessmentKind;
  now: Date;
  /** Somebody allows it already: an answer is only of use when it brings a later `countFrom`. */
  allowed?: boolean;
}

export type AttemptVerdict =
  /** `countFrom`: only attempts started since then count, for a certification that is renewed. */
  | { allowed: true; countFrom?: Date }
  /** Not `visible` reads as not found. */
  | { allowed: false; visible: boolean; code: string };

/** What a downstream lib says about who may start which quiz or exam now; null when it has nothing to say. */
export interface AttemptAccess {
  mayStart(tx: Tx, request: AttemptRequest): Promise<AttemptVerdict | null>;
}

/** Learning and catalog register here. Nobody starts anything that none of them allows. */
@Injectable()
export class AttemptAccessRegistry {
  private readonly ports: AttemptAccess[] = [];

  register(access: AttemptAccess): void {
    this.ports.push(access);
  }

  async verdict(tx: Tx, request: AttemptRequest): Promise<AttemptVerdict> {
    let best: AttemptVerdict = { allowed: false, visible: false, code: 'not-assigned' };
    for (const port of this.ports) {
      const verdict = await port.mayStart(tx, { ...request, allowed: best.allowed });
      if (verdict?.allowed) {
        if (!best.allowed || (verdict.countFrom && !(best.countFrom && best.countFrom > verdict.countFrom)))
          best = verdict;
      } else if (verdict?.visible && !best.allowed && !best.visible) best = verdict;
    }
    return best;
  }
}
