import { readdirSync, readFileSync } from 'node:fs';
import { one } from '@waymark/platform';
import { IdentityModule } from '@waymark/identity';
import { createTestServer, makePerson, type TestServer } from '@waymark/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AssessmentLoader, AssessmentModule, rightWithProbability, type HistoryEntry } from '../index.js';

const DEMO = new URL('../../../../seeds/demo/', import.meta.url);
const read = (path: string): unknown => parse(readFileSync(new URL(path, DEMO), 'utf8'));

let server: TestServer;
let loader: AssessmentLoader;
beforeAll(async () => {
  server = await createTestServer({ modules: [IdentityModule, AssessmentModule], now: '2026-09-01T01:00:00Z' });
  loader = server.get(AssessmentLoader);
});
afterAll(() => server.close());

describe('the demo content', () => {
  it('loads, every question and exam fit to publish; a second run changes nothing', async () => {
    const banks = readdirSync(new URL('questions/', DEMO)).map((file) => read(`questions/${file}`));
    const first = await loader.loadAssessmentBanks(banks, null);
    expect(first.questions).toBeGreaterThanOrEqual(150);
    expect(first.changed).toBe(first.questions);
    expect((await loader.loadAssessmentExams(read('exams.yaml'), null)).changed).toBeGreaterThanOrEqual(3);
    expect((await loader.loadAssessmentBanks(banks, null)).changed).toBe(0);
    expect((await loader.loadAssessmentExams(read('exams.yaml'), null)).changed).toBe(0);
  });

  it('gets a past: attempts of many people, answered and scored by the same rules', async () => {
    const people: string[] = [];
    for (let i = 0; i < 10; i += 1) people.push(await makePerson(server));
    const entries = people.flatMap((personId, p) =>
      Array.from({ length: 20 }, (_, i): HistoryEntry => {
        const startedAt = new Date(Date.UTC(2026, 2, 1 + i * 5, 2, p));
        return {
          personId,
          assessmentCode: 'product-quiz',
          startedAt,
          submittedAt: new Date(startedAt.getTime() + 300_000),
          seed: p * 100 + i,
          answer: rightWithProbability(0.8),
        };
      }),
    );
    const { attempts, attemptIds } = await loader.loadAssessmentHistory(entries);
    expect(attempts).toBe(200);
    const facts = await server.db.read((tx) =>
      one<{ graded: number; share: number; first: Date; numbers: number; activities: number }>(
        tx,
        `select count(*) filter (where state = 'graded')::int as graded, avg(score_num::float8 / score_den) as share,
                min(released_at) as first, max(number) as numbers,
                (select count(*)::int from activity_record where verb = 'attempt.submitted') as activities
         from attempt where id = any ($1::uuid[])`,
        [attemptIds],
      ),
    );
    expect(facts).toMatchObject({
      graded: 200,
      numbers: 20,
      activities: 200,
      first: new Date(Date.UTC(2026, 2, 1, 2, 5)),
    });
    expect(facts.share).toBeGreaterThan(0.7);
    expect(facts.share).toBeLessThan(0.9);
  });

  it('names the field of a malformed file', async () => {
    const broken = { code: 'x', title: {}, questions: [{ code: 'x-1', type: 'riddle' }] };
    await expect(loader.loadAssessmentBanks([broken], null)).rejects.toThrow(/type/);
  });
});
