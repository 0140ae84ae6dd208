/** A problem the person at the keyboard can solve; printed without a stack trace. */
export class CommandError extends Error {}

type Run = (args: string[]) => Promise<void>;

const COMMANDS: Record<string, { summary: string; load: () => Promise<Run> }> = {
  start: {
    summary: 'start everything on this machine (database, api, jobs, web app)',
    load: async () => (await import('./start.js')).start,
  },
  migrate: {
    summary: 'bring the database at DATABASE_URL to this release',
    load: async () => (await import('./prepare.js')).migrateCommand,
  },
  prepare: {
    summary: 'migrate, load reference data, and the demo company into an empty database',
    load: async () => (await import('./prepare.js')).prepare,
  },
  backup: { summary: 'write a backup:  backup FOLDER', load: async () => (await import('./backup.js')).backup },
  restore: {
    summary: 'restore a backup into an empty database:  restore FOLDER',
    load: async () => (await import('./backup.js')).restore,
  },
  events: {
    summary: 'print the list of events (docs/events.md)',
    load: async () => (await import('./events-doc.js')).events,
  },
  bench: {
    summary: 'measure against a yardstick:  bench [NAME …] [--json]',
    load: async () => (await import('./bench/bench.js')).bench,
  },
};

const HELP = `Waymark

  npm start                      start on this machine
  npm run waymark -- COMMAND     one of:
${Object.entries(COMMANDS)
  .map(([name, c]) => `    ${name.padEnd(10)} ${c.summary}`)
  .join('\n')}

Settings (environment variables)
  PORT               port of the web app, 4000 (the next free one when it is taken)
  HOST               address to listen on, 127.0.0.1
  PUBLIC_URL         the address people open, when it differs (https://learn.example.com)
  TRUST_PROXY        how many reverse proxies stand in front (1), or their addresses
  WAYMARK_DATA_DIR   where the database and files live, .waymark
  WAYMARK_DEMO       0 starts an empty company with a set-up page for the first administrator
  WAYMARK_DEMO_FORCE 1 allows the demo company on an address other machines can reach
  DATABASE_URL       an external PostgreSQL (15 or newer) instead of the one inside
  REDIS_URL          an external Redis for jobs instead of PostgreSQL
  SMTP_URL           a mail server; without one mail goes to /dev/mail
  LOG_LEVEL          fatal, error, warn, info, debug
See README.md for the rest.`;

export async function runCommand(argv: string[]): Promise<void> {
  const [name = 'start', ...args] = argv;
  if (name === '--help' || name === 'help' || name === '-h' || args.includes('--help')) {
    console.log(HELP);
    return;
  }
  if (name === 'bench-yardstick') return (await import('./bench/yardstick.js')).runYardstick();
  const command = COMMANDS[name];
  if (!command) throw new CommandError(`There is no command "${name}". Try: npm run waymark -- help`);
  const run = await command.load();
  await run(args);
}
