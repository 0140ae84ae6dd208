import { Inject, Injectable } from '@nestjs/common';
import { defineJob, HandlesJob, type JobRun } from '@waymark/platform';
import { Attempts } from './attempts.service.js';

/** Every 15 seconds: a timed attempt is submitted at its deadline also when its person has gone. */
export const submitOverdueAttempts = defineJob({
  name: 'assessment.submit-overdue',
  cron: '*/15 * * * * *',
  attempts: 1,
});

const BATCH = 100;

@Injectable()
export class AttemptJobs {
  constructor(@Inject(Attempts) private readonly attempts: Attempts) {}

  @HandlesJob(submitOverdueAttempts)
  async submitOverdue(_payload: object, run: JobRun): Promise<void> {
    while (!run.signal.aborted && (await this.attempts.closeOverdue(undefined, BATCH)) === BATCH);
  }
}
