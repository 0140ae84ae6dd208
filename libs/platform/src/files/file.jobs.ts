import { Inject, Injectable } from '@nestjs/common';
import { defineJob, HandlesJob, type JobRun } from '../jobs/job.js';
import { convertFileJob, FileConversion } from './file-conversion.service.js';
import { Files } from './files.service.js';

export const cleanFilesJob = defineJob<Record<string, never>>({ name: 'files.clean', cron: '41 * * * *' });

@Injectable()
export class FileJobs {
  constructor(
    @Inject(Files) private readonly files: Files,
    @Inject(FileConversion) private readonly conversion: FileConversion,
  ) {}

  @HandlesJob(cleanFilesJob)
  async clean(): Promise<void> {
    await this.files.cleanUp();
  }

  @HandlesJob(convertFileJob)
  async convert(payload: { fileId: string }, run: JobRun): Promise<void> {
    await this.conversion.convert(payload.fileId, run);
  }
}
