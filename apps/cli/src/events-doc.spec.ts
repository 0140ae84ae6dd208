import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsDocument } from './events-doc.js';

const root = join(import.meta.dirname, '../../..');

describe('docs/events.md', () => {
  it('lists every event with its payload and who listens (`npm run waymark -- events > docs/events.md`)', async () => {
    const written = await eventsDocument(root);
    expect(written).toContain('### activity.recorded');
    expect(written).toMatch(
      /### attempt\.finished[^#]*scoreBp[^#]*Checkpoints\.finished[^#]*assessment\.question-statistics/,
    );
    await expect(`${written}\n`).toMatchFileSnapshot('../../../docs/events.md');
  });
});
