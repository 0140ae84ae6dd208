import { computed, onBeforeUnmount, onScopeDispose, ref, shallowRef } from 'vue';
import { onBeforeRouteLeave } from 'vue-router';
import { asApiError, type ApiError } from '../../../app/errors.js';

const SAVE_MS = 700;
const RETRY_MS = 5_000;
const STEPS = 200;
/** Typing in one place within this time is one step back. */
const SAME_STEP_MS = 1_500;

export interface DraftSource<Doc, View> {
  load: () => Promise<View>;
  doc: (view: View) => Doc;
  savedAt: (view: View) => string;
  /** Sends the next change that the server doesn't know; null when it knows everything. */
  step: (doc: Doc, view: View) => Promise<View | null>;
}

/**
 * Something staff edit: every change can be undone, is saved by itself and carries the revision it saw. When somebody
 * else saved in between nothing is overwritten: `conflict` says who, and what was typed stays on the page.
 */
export function useSavedDraft<Doc, View>(source: DraftSource<Doc, View>) {
  const view = shallowRef<View | null>(null);
  const doc = shallowRef<Doc | null>(null);
  const error = shallowRef<ApiError | null>(null);
  const loadError = shallowRef<ApiError | null>(null);
  const conflict = shallowRef<ApiError | null>(null);
  const saving = ref(false);
  const dirty = ref(false);
  const savedAt = ref<string | null>(null);
  const undoStack = shallowRef<Doc[]>([]);
  const redoStack = shallowRef<Doc[]>([]);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;
  let lastTag: string | null = null;
  let lastAt = 0;

  function take(next: View): void {
    view.value = next;
    savedAt.value = source.savedAt(next);
  }
  /** What the server says replaces everything here. */
  function show(next: View): void {
    clearTimeout(timer);
    take(next);
    doc.value = source.doc(next);
    undoStack.value = [];
    redoStack.value = [];
    dirty.value = false;
    conflict.value = null;
    error.value = null;
  }
  async function load(): Promise<void> {
    try {
      show(await source.load());
      loadError.value = null;
    } catch (e) {
      loadError.value = asApiError(e);
    }
  }

  /** After a conflict: what is here goes over what the other one saved. One step back shows theirs. */
  async function keepMine(): Promise<void> {
    const mine = doc.value;
    await load();
    if (mine !== null && loadError.value === null) change(() => mine);
  }

  function schedule(): void {
    dirty.value = true;
    clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_MS);
  }
  /** Puts a changed copy in place; the old one goes on the undo stack. `tag` names what typing belongs together. */
  function change(work: (doc: Doc) => Doc, tag: string | null = null): void {
    const before = doc.value;
    if (before === null || conflict.value) return;
    const next = work(before);
    if (next === before) return;
    const now = Date.now();
    if (tag === null || tag !== lastTag || now - lastAt > SAME_STEP_MS)
      undoStack.value = [...undoStack.value.slice(-STEPS), before];
    lastTag = tag;
    lastAt = now;
    redoStack.value = [];
    doc.value = next;
    schedule();
  }
  function move(from: typeof undoStack, to: typeof undoStack): void {
    const target = from.value.at(-1);
    if (target === undefined || doc.value === null || conflict.value) return;
    from.value = from.value.slice(0, -1);
    to.value = [...to.value, doc.value];
    doc.value = target;
    lastTag = null;
    schedule();
  }
  const undo = (): void => move(undoStack, redoStack);
  const redo = (): void => move(redoStack, undoStack);

  /** Saves what is there; waits for a save under way. */
  function save(): Promise<void> {
    clearTimeout(timer);
    running ??= send().finally(() => (running = null));
    return running;
  }
  async function send(): Promise<void> {
    if (!dirty.value || conflict.value) return;
    saving.value = true;
    try {
      for (;;) {
        const now = doc.value;
        if (now === null) return;
        // Something new has no view yet; its type says so.
        const next = await source.step(now, view.value as View);
        if (next !== null) take(next);
        else if (doc.value === now) break;
      }
      dirty.value = false;
      error.value = null;
    } catch (e) {
      const failure = asApiError(e);
      if (failure.code === 'CONFLICT') conflict.value = failure;
      else error.value = failure;
      if (['OFFLINE', 'TRANSIENT', 'RATE_LIMITED'].includes(failure.code))
        timer = setTimeout(() => void save(), RETRY_MS);
    } finally {
      saving.value = false;
    }
  }

  const beforeUnload = (event: BeforeUnloadEvent): void => {
    if (dirty.value && !conflict.value) event.preventDefault();
  };
  const keys = (event: KeyboardEvent): void => {
    if (!(event.metaKey || event.ctrlKey)) return;
    const key = event.key.toLowerCase();
    if (key === 's') {
      event.preventDefault();
      void save();
    }
    const target = event.target as HTMLElement;
    if (key !== 'z' || target.closest('dialog') || target.matches('input:not([data-undo]), textarea:not([data-undo])'))
      return;
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
  };
  addEventListener('beforeunload', beforeUnload);
  addEventListener('keydown', keys);
  onBeforeRouteLeave(async () => {
    if (dirty.value && !conflict.value) await save();
  });
  onBeforeUnmount(() => clearTimeout(timer));
  onScopeDispose(() => {
    removeEventListener('beforeunload', beforeUnload);
    removeEventListener('keydown', keys);
  });

  return {
    view,
    doc,
    error,
    loadError,
    conflict,
    saving,
    dirty,
    savedAt,
    canUndo: computed(() => undoStack.value.length > 0 && !conflict.value),
    canRedo: computed(() => redoStack.value.length > 0 && !conflict.value),
    change,
    undo,
    redo,
    save,
    load,
    keepMine,
    show,
  };
}
export type SavedDraft<Doc, View> = ReturnType<typeof useSavedDraft<Doc, View>>;
