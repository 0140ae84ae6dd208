export interface JobOptions {
  name: string;
  /** Cron in `zone`; the job then runs by itself with an empty payload. */
  cron?: string;
  zone?: string;
  /** How often a failing run is tried, with growing pauses; 5 unless said. */
  attempts?: number;
}

export interface JobType<P extends object> extends JobOptions {
  readonly __payload?: P;
}

export interface JobRun {
  id: string;
  /** Aborted when the worker shuts down or the job is cancelled. */
  signal: AbortSignal;
  progress(done: number, total: number): Promise<void>;
}

const defined = new Map<string, JobOptions>();

/** Declares a job once, in a `<concept>.jobs.ts`. Its payload holds ids and codes. */
export function defineJob<P extends object>(options: JobOptions): JobType<P> {
  if (defined.has(options.name)) throw new Error(`Two jobs are named ${options.name}`);
  defined.set(options.name, options);
  return options;
}

export function definedJobs(): readonly JobOptions[] {
  return [...defined.values()];
}

export const HANDLES_JOB = Symbol('waymark:handles-job');

/** The method `(payload, run)` does the job. It must be safe to run twice. */
export function HandlesJob(job: JobOptions): MethodDecorator {
  return (_target, _key, descriptor) => {
    Reflect.defineMetadata(HANDLES_JOB, job.name, descriptor.value as object);
  };
}
