import { execute } from '@waymark/platform';
import { openSeedApp } from './app.js';
import { loadCompany, loadStructure } from './company.js';
import { loadContent } from './content.js';
import { loadHistory } from './history.js';
import { loadReference } from './reference.js';

type Say = (line: string) => void;

/** Loads reference data and, into an empty company, the demo company. Says each step with its time. */
export async function loadSeeds(options: { fingerprint: string; demo: boolean; say: Say }): Promise<void> {
  const app = await openSeedApp();
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    options.say(`  ${what} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    return result;
  };
  const note = (key: string, value: string) =>
    app.db.transaction((tx) =>
      execute(
        tx,
        `insert into installation (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value, updated_at = now()`,
        [key, value],
      ),
    );
  try {
    await loadReference(app);
    await note('reference', options.fingerprint);
    if (!options.demo) return;
    options.say('Loading the demo company …');
    const now = new Date();
    const structure = await loadStructure(app);
    const content = await step('courses, questions, exams, maps', () => loadContent(app));
    const company = await step('people', () => loadCompany(app, structure, now));
    await loadHistory(app, company, content, step);
    await note('demo', 'loaded');
  } finally {
    await app.close();
  }
}
