import { stringifyDocument } from '@urql/core';
import type { AnyVariables, DocumentInput } from '@urql/core';
import { mutate } from './api.js';
import { asApiError } from './errors.js';
import { t } from './i18n.js';
import { dismissToast, toast, toastError } from './toasts.js';
import { viewer } from './viewer.js';

const UNDO_MS = 8_000;
/** A change that waits is kept here too: a page that is killed sends nothing. */
const STORE = 'waymark-later';

interface Kept {
  key: string;
  person: string;
  /** Epoch milliseconds of the decision. */
  at: number;
  document: string;
  variables: AnyVariables;
}
function kept(): Kept[] {
  try {
    return JSON.parse(localStorage.getItem(STORE) ?? '[]') as Kept[];
  } catch {
    return [];
  }
}
function keep(list: readonly Kept[]): void {
  if (list.length > 0) localStorage.setItem(STORE, JSON.stringify(list));
  else localStorage.removeItem(STORE);
}
const forget = (key: string): void => keep(kept().filter((k) => k.key !== key));

const waiting = new Map<string, () => Promise<void>>();

/** Sends what waits for its undo to run out. */
export async function sendWaiting(): Promise<void> {
  await Promise.all([...waiting.values()].map((send) => send()));
}
// A page that is put away doesn't come back for sure: what waits is sent then.
addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') void sendWaiting();
});
addEventListener('pagehide', () => void sendWaiting());

/**
 * Changes something a few seconds from now, with "undo" until then. It is sent earlier when the page is put away, also
 * while it is being left, and by the next page when this one was killed.
 */
export function later<D, V extends AnyVariables>(
  change: DocumentInput<D, V>,
  variables: V,
  words: { text: string; undone: () => void; failed: () => void; touches?: string[] },
): void {
  const key = `${Date.now()}-${Math.random()}`;
  const timer = setTimeout(() => void send(), UNDO_MS);
  const note = toast(words.text, {
    label: t('common.undo'),
    run: () => {
      if (!waiting.delete(key)) return;
      clearTimeout(timer);
      forget(key);
      words.undone();
    },
  });
  const send = async (): Promise<void> => {
    if (!waiting.delete(key)) return;
    clearTimeout(timer);
    dismissToast(note);
    try {
      await mutate(change, variables, words.touches ?? [], { keepalive: true });
    } catch (error) {
      words.failed();
      await toastError(error);
    }
    forget(key);
  };
  waiting.set(key, send);
  const document = stringifyDocument(change);
  keep([...kept(), { key, person: viewer.value?.id ?? '', at: Date.now(), document, variables }]);
}

/** Sends what a killed page left behind; what another page still holds is left to it. */
export function sendLeft(person: string): void {
  for (const entry of kept().filter((k) => k.person === person && !waiting.has(k.key))) {
    const wait = Math.max(0, entry.at + UNDO_MS + 1_000 - Date.now());
    setTimeout(() => {
      if (!kept().some((k) => k.key === entry.key)) return;
      forget(entry.key);
      void mutate(entry.document, entry.variables).catch((error: unknown) => {
        // Decided already: by this very change, or by somebody else.
        if (asApiError(error).code !== 'CONFLICT') void toastError(error);
      });
    }, wait);
  }
}
