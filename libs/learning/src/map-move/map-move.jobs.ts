import { defineJob } from '@waymark/platform';

/** Moves the people of a run batch by batch. */
export const runMapMove = defineJob<{ runId: string }>({ name: 'learning.map-move' });

/** Goes on with runs that a stopped worker or a lost queue left behind. */
export const resumeMapMoves = defineJob<Record<string, never>>({
  name: 'learning.map-moves-resume',
  cron: '*/10 * * * *',
  zone: 'Etc/UTC',
});
