import { shallowReactive } from 'vue';
import { errorText } from './errors.js';

export interface ToastItem {
  id: number;
  text: string;
  tone: 'plain' | 'error';
  action?: { label: string; run: () => void };
}

export const toastItems = shallowReactive<ToastItem[]>([]);
let last = 0;

export function dismissToast(id: number): void {
  const index = toastItems.findIndex((item) => item.id === id);
  if (index >= 0) toastItems.splice(index, 1);
}

/** Says something for a few seconds; with an action (undo) for ten. Returns its id. */
export function toast(
  text: string,
  action?: { label: string; run: () => void },
  tone: 'plain' | 'error' = 'plain',
): number {
  const id = ++last;
  toastItems.push({ id, text, tone, ...(action ? { action } : {}) });
  if (toastItems.length > 3) toastItems.shift();
  setTimeout(() => dismissToast(id), action || tone === 'error' ? 10_000 : 5_000);
  return id;
}

/** Words an error and says it. */
export async function toastError(error: unknown): Promise<void> {
  toast(await errorText(error), undefined, 'error');
}
