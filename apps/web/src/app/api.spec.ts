import { afterEach, expect, it, vi } from 'vitest';
import { mutate, query } from './api.js';

interface Sent {
  words: string;
  answer: (data: Record<string, unknown>) => void;
}

afterEach(() => vi.unstubAllGlobals());

it('asks again what was under way while a change was answered', async () => {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
    const { query: words } = JSON.parse(String(init.body)) as { query: string };
    return new Promise<Response>((resolve) => {
      const headers = { 'content-type': 'application/json' };
      sent.push({ words, answer: (data) => resolve(new Response(JSON.stringify({ data }), { headers })) });
    });
  });
  const asked = query<{ thing: { state: string } }, Record<string, never>>('query Thing { thing { state } }', {});
  await vi.waitUntil(() => sent.length === 1);
  const changed = mutate('mutation Hand { handIn { state } }', {});
  await vi.waitUntil(() => sent.length === 2);
  sent[1]?.answer({ handIn: { state: 'submitted', __typename: 'Thing' } });
  await changed;
  sent[0]?.answer({ thing: { state: 'draft', __typename: 'Thing' } });
  await vi.waitUntil(() => sent.length === 3);
  expect(sent[2]?.words).toMatch(/^query Thing/);
  sent[2]?.answer({ thing: { state: 'submitted', __typename: 'Thing' } });
  expect((await asked).thing.state).toBe('submitted');
});
