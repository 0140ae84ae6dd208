import { Inject, Injectable } from '@nestjs/common';
import { defineJob, HandlesJob, type JobRun } from '@waymark/platform';
import { SimilarQuestions } from './similar-questions.service.js';

/** Stems written before they were compared, or loaded past the services, get what they are compared by. */
export const compareStems = defineJob({ name: 'assessment.compare-stems', cron: '20 3 * * *', attempts: 1 });

const BATCH = 200;

@Injectable()
export class QuestionJobs {
  constructor(@Inject(SimilarQuestions) private readonly similar: SimilarQuestions) {}

  @HandlesJob(compareStems)
  async compareStems(_payload: object, run: JobRun): Promise<void> {
    while (!run.signal.aborted && (await this.similar.rememberMissing(BATCH)) === BATCH);
  }
}
