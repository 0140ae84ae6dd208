import { once } from 'node:events';
import { inspect } from 'node:util';
import { ConfigError } from './config/config.js';

/** Told to a process that is started before the database is prepared: load, then wait for the word to go on. */
export const HELD = '--held';

/** Under a supervisor (an IPC channel is open): stop in good order when it dies, so that nothing is left behind. */
export function stopWithSupervisor(): void {
  if (process.channel) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}

/** Waits for the supervisor's word when started with `--held`; nothing may touch the database before. */
export async function untilReleased(): Promise<void> {
  if (process.channel && process.argv.includes(HELD)) await once(process, 'message');
}

/** Runs a process's start; a setting that can't be used is said in words, anything else with its stack. */
export async function runProcess(start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : inspect(error)}\n`);
    process.exit(1);
  }
}
