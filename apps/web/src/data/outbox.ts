import { openDB } from 'idb';
import type { DBSchema, IDBPDatabase } from 'idb';
import type { Answer } from '@waymark/assessment/rules';
import { randomId } from '../app/connection.js';

/** An answer on its way: written here before anything is sent, deleted only when the server says that it is safe. */
export interface PendingAnswer extends Answer {
  saveId: string;
  attemptId: string;
  seq: number;
  item: number;
  answeredAt: string;
}

export interface PendingReview {
  id: string;
  cardId: string;
  grade: number;
  reviewedAt: string;
  durationMs: number;
  sessionId: string;
}

interface Stores extends DBSchema {
  answers: { key: string; value: PendingAnswer; indexes: { attempt: string } };
  reviews: { key: string; value: PendingReview };
  kept: { key: string; value: { key: string; value: unknown; at: number } };
}

let opening: Promise<IDBPDatabase<Stores>> | undefined;

function db(): Promise<IDBPDatabase<Stores>> {
  opening ??= openDB<Stores>('waymark', 1, {
    upgrade(database) {
      database.createObjectStore('answers', { keyPath: 'saveId' }).createIndex('attempt', 'attemptId');
      database.createObjectStore('reviews', { keyPath: 'id' });
      database.createObjectStore('kept', { keyPath: 'key' });
    },
  });
  return opening;
}

export async function putAnswer(answer: PendingAnswer): Promise<void> {
  await (await db()).put('answers', answer);
}

/** What waits for an attempt, in the order it was given. */
export async function pendingAnswers(attemptId: string): Promise<PendingAnswer[]> {
  const found = await (await db()).getAllFromIndex('answers', 'attempt', attemptId);
  return found.sort((a, b) => a.seq - b.seq);
}

export async function dropAnswers(saveIds: readonly string[]): Promise<void> {
  const tx = (await db()).transaction('answers', 'readwrite');
  await Promise.all([...saveIds.map((id) => tx.store.delete(id)), tx.done]);
}

export async function putReview(review: PendingReview): Promise<void> {
  await (await db()).put('reviews', review);
}

export async function pendingReviews(): Promise<PendingReview[]> {
  const found = await (await db()).getAll('reviews');
  return found.sort((a, b) => a.reviewedAt.localeCompare(b.reviewedAt));
}

export async function dropReviews(ids: readonly string[]): Promise<void> {
  const tx = (await db()).transaction('reviews', 'readwrite');
  await Promise.all([...ids.map((id) => tx.store.delete(id)), tx.done]);
}

/** Keeps a copy of what a page needs to go on without a network. */
export async function keep(key: string, value: unknown): Promise<void> {
  await (await db()).put('kept', { key, value: JSON.parse(JSON.stringify(value)) as unknown, at: Date.now() });
}

export async function kept<T>(key: string): Promise<T | null> {
  return ((await (await db()).get('kept', key))?.value as T | undefined) ?? null;
}

export async function forget(key: string): Promise<void> {
  await (await db()).delete('kept', key);
}

/** Empties everything; at sign-out, so that the next person at this device sees nothing. */
export async function emptyOutbox(): Promise<void> {
  const database = await db();
  await Promise.all([database.clear('answers'), database.clear('reviews'), database.clear('kept')]);
}

/** The random name of this browser: the server lets one device at a time write to an attempt. */
export function deviceId(): string {
  const key = 'waymark.device';
  try {
    const known = localStorage.getItem(key);
    if (known) return known;
    const made = randomId();
    localStorage.setItem(key, made);
    return made;
  } catch {
    return randomId();
  }
}
