import { defineJob } from '@waymark/platform';

/** Finds the best pairs for a run; in the worker, so that no request waits for it. */
export const solveMatching = defineJob<{ runId: string; round: number }>({ name: 'mentoring.match', attempts: 3 });
