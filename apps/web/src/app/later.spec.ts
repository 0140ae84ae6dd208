import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { later, sendLeft } from './later.js';
import { toastItems } from './toasts.js';
import { viewer, type Viewer } from './viewer.js';

const SIGN = 'mutation Sign($id: ID!) { sign(id: $id) { id } }';
let sent: { id: string; keepalive: boolean }[] = [];
const undone = vi.fn();
const decide = (id: string): void => later(SIGN, { id }, { text: id, undone, failed: () => undefined });

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  toastItems.splice(0);
  sent = [];
  viewer.value = { id: 'mentor' } as Viewer;
  vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
    const { variables } = JSON.parse(String(init.body)) as { variables: { id: string } };
    sent.push({ id: variables.id, keepalive: init.keepalive === true });
    const body = JSON.stringify({ data: { sign: { id: variables.id } } });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'application/json' } }));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('sends after the time to undo, once', async () => {
  decide('one');
  await vi.advanceTimersByTimeAsync(7_900);
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual([{ id: 'one', keepalive: true }]);
  sendLeft('mentor');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent).toHaveLength(1);
});

it('sends nothing after undo', async () => {
  decide('one');
  toastItems[0]?.action?.run();
  await vi.advanceTimersByTimeAsync(30_000);
  sendLeft('mentor');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent).toEqual([]);
  expect(undone).toHaveBeenCalledOnce();
});

it('sends while the page is being left', async () => {
  decide('one');
  dispatchEvent(new Event('pagehide'));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([{ id: 'one', keepalive: true }]);
});

it('the next page sends what a killed one left, only for the same person', async () => {
  const entry = { key: 'k', person: 'mentor', at: Date.now() - 60_000, document: SIGN, variables: { id: 'left' } };
  localStorage.setItem('waymark-later', JSON.stringify([entry]));
  sendLeft('somebody else');
  await vi.advanceTimersByTimeAsync(30_000);
  expect(sent).toEqual([]);
  sendLeft('mentor');
  await vi.advanceTimersByTimeAsync(100);
  expect(sent.map((s) => s.id)).toEqual(['left']);
  expect(localStorage.getItem('waymark-later')).toBeNull();
});
