import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS, heldBy, type NeutralQuestion } from './neutral.js';
import { anyQuestion, PNG } from './questions.fixture.js';
import { readQuestionFile } from './read.js';
import { writeQuestionFile } from './write.js';

const fold = (q: NeutralQuestion | null): unknown =>
  JSON.parse(JSON.stringify(q, (key, v: unknown) => (key === 'name' ? undefined : v)));
const ordered = (v: unknown): unknown =>
  Array.isArray(v)
    ? v.map(ordered)
    : v && typeof v === 'object'
      ? Object.fromEntries(
          Object.entries(v)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([k, x]) => [k, ordered(x)]),
        )
      : v;

describe.each(FORMATS)('%s', (format) => {
  it('gives back what it was given, as far as it holds it, and names what it does not take', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyQuestion(format), { minLength: 1, maxLength: 4 }), async (questions) => {
        const named = questions.map((q, i) => (q.code === undefined ? q : { ...q, code: `${q.code.slice(0, 8)}${i}` }));
        const written = await writeQuestionFile(named, format, new Map(), 'en');
        const leftOut = written.report.filter((r) => r.left).length;
        expect(written.count + leftOut).toBe(named.length);
        if (written.count === 0) return;
        const read = await readQuestionFile(written.bytes);
        expect(read.items.flatMap((i) => (i.problem ? [i.problem] : []))).toEqual([]);
        expect(read.format).toBe(format);
        const kept: NeutralQuestion[] = [];
        for (const q of named) {
          const one = await writeQuestionFile([q], format, new Map(), 'en');
          if (one.count === 1) kept.push(heldBy(q, format));
        }
        expect(read.items.map((i) => ordered(fold(i.question)))).toEqual(kept.map((q) => ordered(fold(q))));
      }),
      { numRuns: format === 'xlsx' ? 25 : 150 },
    );
  });
});

describe('pictures', () => {
  const sha256 = createHash('sha256').update(PNG).digest('hex');
  const q: NeutralQuestion = {
    type: 'single',
    code: 'pic-1',
    stem: 'What is shown?\nLook twice.',
    choices: [
      { text: 'A dot', correct: true },
      { text: 'A line', correct: false },
    ],
    points: 2,
    media: [
      { place: 'choice.1', kind: 'image', sha256, alt: 'a & b', name: sha256 },
      { place: 'stem', kind: 'image', sha256, alt: 'a dot', name: sha256 },
    ],
  };
  const files = new Map([[sha256, { name: 'dot 1.png', bytes: PNG }]]);
  it.each(['moodle-xml', 'qti2', 'qti3'] as const)('travel in %s', async (format) => {
    const { bytes, report } = await writeQuestionFile([q], format, files, 'en');
    expect(report).toEqual([]);
    const read = await readQuestionFile(bytes);
    expect(read.items[0]?.problem).toBeNull();
    expect(read.items[0]?.question).toEqual(heldBy(q, format));
    expect(Buffer.from(read.files.get(sha256) ?? []).equals(PNG)).toBe(true);
  });
  it.each(['gift', 'csv'] as const)('are named as lost in %s', async (format) => {
    const { report } = await writeQuestionFile([q], format, files, 'en');
    expect(report[0]?.lost).toContain('media');
  });
});
