import { ref, shallowRef, watch } from 'vue';
import { loadAreas, t } from './i18n.js';

function stored(): boolean {
  try {
    return localStorage.getItem('waymark.celebrations') !== 'off';
  } catch {
    return true;
  }
}

/** Whether completing something may be celebrated; a choice of this device. Reduced motion turns it off as well. */
export const celebrations = ref(stored());
watch(celebrations, (on) => {
  try {
    localStorage.setItem('waymark.celebrations', on ? 'on' : 'off');
  } catch {
    // The choice then lasts until the page is closed.
  }
});

export function mayCelebrate(): boolean {
  return celebrations.value && !matchMedia('(prefers-reduced-motion: reduce)').matches;
}

export type Occasion = 'stage' | 'exam' | 'badge' | 'level' | 'certificate';

export interface Celebration {
  id: number;
  occasion: Occasion;
  title: string;
  note: string;
}

/** The one that shows; the card is loaded with the first. */
export const celebration = shallowRef<Celebration | null>(null);
const waiting: Celebration[] = [];
const MOST_WAITING = 2;
let last = 0;

/** Shows the card when it may, one after the other. False when the caller should say it in plain words. */
export async function celebrate(
  occasion: Occasion,
  note: string,
  named: Record<string, unknown> = {},
): Promise<boolean> {
  if (!mayCelebrate()) return false;
  await loadAreas(['celebrate']);
  const next: Celebration = { id: ++last, occasion, title: t(`celebrate.${occasion}`, named), note };
  if (!celebration.value) celebration.value = next;
  else if (waiting.length < MOST_WAITING) waiting.push(next);
  else return false;
  return true;
}

export function endCelebration(): void {
  celebration.value = waiting.shift() ?? null;
}

let handedIn: string | null = null;
/** Remembers the attempt that is handed in on this page: its result is news, any other is a look back. */
export function justHandedIn(attemptId: string): void {
  handedIn = attemptId;
}
export function isNews(attemptId: string): boolean {
  const news = handedIn === attemptId;
  if (news) handedIn = null;
  return news;
}

const KEY = 'waymark.stages';
/** How many stages of a map were complete when this device last looked; null at the first look. */
export function stagesSeen(enrolmentId: string, complete: number): number | null {
  try {
    const seen = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, number>;
    const before = seen[enrolmentId] ?? null;
    if (before !== complete) localStorage.setItem(KEY, JSON.stringify({ [enrolmentId]: complete }));
    return before;
  } catch {
    return null;
  }
}
