import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { decoratedMethods } from '../discovery.js';
import { definedJobs, HANDLES_JOB, type JobRun } from './job.js';

export type JobHandler = (payload: object, run: JobRun) => Promise<unknown>;

/** Proves when the app starts that every defined job has exactly one handler. */
@Injectable()
export class JobRegistry implements OnModuleInit {
  readonly handlers = new Map<string, JobHandler>();

  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    for (const m of decoratedMethods<string>(this.discovery, HANDLES_JOB)) {
      if (this.handlers.has(m.metadata)) throw new Error(`Two methods handle the job ${m.metadata}`);
      this.handlers.set(m.metadata, async (payload, run) => m.call(payload, run));
    }
  }

  /** @throws Error naming jobs that nobody handles */
  prove(): void {
    const orphans = definedJobs().filter((j) => !this.handlers.has(j.name));
    if (orphans.length > 0) throw new Error(`No handler for: ${orphans.map((j) => j.name).join(', ')}`);
  }
}
