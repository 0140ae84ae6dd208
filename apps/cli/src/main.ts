import 'reflect-metadata';
import { CommandError, runCommand } from './command.js';

try {
  await runCommand(process.argv.slice(2));
} catch (error) {
  const known =
    error instanceof CommandError ||
    (error instanceof Error && ['ConfigError', 'EmbeddedPostgresError', 'BackupError'].includes(error.name));
  console.error(known ? (error as Error).message : error);
  process.exitCode = 1;
}
