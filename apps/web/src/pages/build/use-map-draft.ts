import {
  mapProblems,
  MAX_DRAFT_LENGTH,
  mergeDrafts,
  settle,
  type MapDraft,
  type MapProblem,
  type MergeConflict,
} from '@waymark/learning/rules';
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { mutate, query } from '../../app/api.js';
import { ApiError, asApiError } from '../../app/errors.js';
import {
  LearningMapQuery,
  SaveMapDraftMutation,
  StartMapDraftMutation,
  type DraftView,
  type LearningMapView,
} from '../../data/map-draft.js';

const SAVE_MS = 700;
const RETRY_MS = 5_000;
const STEPS = 200;
const SAME_STEP_MS = 1_500;
/** What only the server knows: whether a target exists and is published. */
const SERVER_CODES = new Set(['missing-target', 'archived-target']);

/** A state to go back to, and how many changes of others were known when it was left. */
interface Step {
  draft: MapDraft;
  at: number;
}
/** A change of somebody else: the server's draft before and after. */
interface Delta {
  from: MapDraft;
  to: MapDraft;
}

/**
 * The draft of one map in the browser. Every change can be undone, is saved by itself, and carries the revision it saw.
 * What others save is merged in place by place; where both changed the same place theirs is shown and `conflicts` keeps
 * mine until somebody chooses. Undo takes back one's own changes only.
 */
export function useMapDraft(code: string, editorId: string) {
  const map = shallowRef<LearningMapView | null>(null);
  const draft = shallowRef<MapDraft | null>(null);
  /** What is shown: the draft, else what is published, to look at. */
  const shown = computed<MapDraft | null>(
    () => draft.value ?? ((map.value?.publishedDocument ?? null) as unknown as MapDraft | null),
  );
  const serverProblems = shallowRef<MapProblem[]>([]);
  const error = shallowRef<ApiError | null>(null);
  /** The draft was published or discarded by somebody else while there were changes here. */
  const gone = shallowRef<MapDraft | null>(null);
  const conflicts = shallowRef<MergeConflict[]>([]);
  const conflictBy = ref<string | null>(null);
  const saving = ref(false);
  const dirty = ref(false);
  const savedAt = ref<string | null>(null);
  const undoStack = shallowRef<Step[]>([]);
  const redoStack = shallowRef<Step[]>([]);
  let deltas: Delta[] = [];
  /** What the server has at `revision`. */
  let base: MapDraft | null = null;
  let revision = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;

  function take(view: DraftView): void {
    revision = view.revision;
    base = view.document as unknown as MapDraft;
    savedAt.value = view.updatedAt;
    serverProblems.value = view.problems as unknown as MapProblem[];
  }
  function show(view: DraftView | null): void {
    clearTimeout(timer);
    dirty.value = false;
    gone.value = null;
    error.value = null;
    conflicts.value = [];
    undoStack.value = [];
    redoStack.value = [];
    deltas = [];
    if (view) take(view);
    else base = null;
    draft.value = base;
  }

  async function load(): Promise<void> {
    try {
      const { learningMap } = await query(LearningMapQuery, { code });
      map.value = learningMap;
      show(learningMap.draft);
    } catch (e) {
      error.value = asApiError(e);
    }
  }

  async function startDraft(): Promise<void> {
    if (!map.value) return;
    const { startMapDraft } = await mutate(StartMapDraftMutation, { mapId: map.value.id });
    show(startMapDraft);
  }

  function schedule(): void {
    dirty.value = true;
    clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_MS);
  }

  let lastField: Element | null = null;
  let lastAt = 0;
  /** Applies a change to a copy; the old draft goes on the undo stack. Typing on in one field is one step back. */
  function change(work: (copy: MapDraft) => void): void {
    if (!draft.value || gone.value) return;
    const copy = JSON.parse(JSON.stringify(draft.value)) as MapDraft;
    work(copy);
    const field = document.activeElement?.matches('input:not([type=checkbox]), textarea')
      ? document.activeElement
      : null;
    const goesOn = field !== null && field === lastField && Date.now() - lastAt < SAME_STEP_MS;
    if (!goesOn) undoStack.value = [...undoStack.value.slice(-STEPS), { draft: draft.value, at: deltas.length }];
    lastField = field;
    lastAt = Date.now();
    redoStack.value = [];
    draft.value = copy;
    schedule();
  }

  /** A state of earlier, with what others changed since. */
  const now = (step: Step): MapDraft =>
    deltas.slice(step.at).reduce((d, delta) => mergeDrafts(delta.from, d, delta.to).draft, step.draft);
  function step(from: typeof undoStack, to: typeof redoStack): void {
    const target = from.value.at(-1);
    if (!target || !draft.value || gone.value) return;
    from.value = from.value.slice(0, -1);
    to.value = [...to.value, { draft: draft.value, at: deltas.length }];
    draft.value = now(target);
    lastField = null;
    schedule();
  }
  const undo = (): void => step(undoStack, redoStack);
  const redo = (): void => step(redoStack, undoStack);

  /** Saves what is there; waits for a save under way. */
  function save(): Promise<void> {
    clearTimeout(timer);
    running ??= send().finally(() => (running = null));
    return running;
  }

  async function send(): Promise<void> {
    while (dirty.value && map.value && draft.value && !gone.value) {
      const document = draft.value;
      if (JSON.stringify(document).length > MAX_DRAFT_LENGTH) {
        error.value = new ApiError('BAD_USER_INPUT', 'map-draft-too-large', { max: MAX_DRAFT_LENGTH });
        return;
      }
      saving.value = true;
      try {
        const { saveMapDraft } = await mutate(SaveMapDraftMutation, {
          mapId: map.value.id,
          revision,
          document: document as unknown as never,
          editorId,
        });
        take(saveMapDraft);
        error.value = null;
        if (draft.value === document) dirty.value = false;
      } catch (e) {
        const failure = asApiError(e);
        if (failure.code === 'CONFLICT' || failure.reason === 'map-draft-unknown') {
          try {
            await merge();
            continue;
          } catch (again) {
            error.value = asApiError(again);
          }
        } else error.value = failure;
        if (['OFFLINE', 'TRANSIENT', 'RATE_LIMITED'].includes(error.value?.code ?? ''))
          timer = setTimeout(() => void save(), RETRY_MS);
        return;
      } finally {
        saving.value = false;
      }
    }
  }

  /** Takes in what others saved. */
  async function merge(): Promise<void> {
    const { learningMap } = await query(LearningMapQuery, { code });
    map.value = learningMap;
    const theirs = learningMap.draft;
    if (!theirs) {
      if (dirty.value) gone.value = draft.value;
      else show(null);
      return;
    }
    if (!base || !draft.value) return show(theirs);
    if (theirs.revision <= revision) return;
    const was = base;
    const mine = draft.value;
    take(theirs);
    const to = base;
    const merged = mergeDrafts(was, mine, to);
    deltas = [...deltas, { from: was, to }];
    const clashing = dirty.value ? merged.conflicts : [];
    if (clashing.length > 0) {
      const places = new Set(clashing.map(placeOf));
      conflicts.value = [...conflicts.value.filter((c) => !places.has(placeOf(c))), ...clashing];
      conflictBy.value = theirs.updatedBy?.name ?? null;
    }
    draft.value = dirty.value ? merged.draft : to;
  }

  /** Somebody saved, or may have: asks, once a save of one's own is through. */
  async function refresh(): Promise<void> {
    await running;
    if (running) return refresh();
    running = merge()
      .catch((e: unknown) => void (error.value = asApiError(e)))
      .finally(() => (running = null));
    await running;
    if (dirty.value) await save();
  }

  /** Decides a conflict. Theirs is what is shown already; mine becomes a change like any other. */
  function choose(chosen: readonly MergeConflict[], side: 'mine' | 'theirs'): void {
    if (side === 'mine') change((d) => chosen.forEach((c) => settle(d, c, 'mine')));
    conflicts.value = conflicts.value.filter((c) => !chosen.includes(c));
  }

  /** After the draft went away: a new draft of the current version with everything as it is here. */
  async function keepMine(): Promise<void> {
    const mine = gone.value;
    await load();
    if (!draft.value) await startDraft();
    if (mine) change((d) => void Object.assign(d, mine));
  }

  /** What the rules say of the draft at once, with what the server said of targets. */
  const problems = computed<MapProblem[]>(() => {
    const here = draft.value;
    if (!here) return [];
    const local = mapProblems(here, () => 'published').filter((p) => !SERVER_CODES.has(p.code));
    const byKey = new Map(here.nodes.map((n) => [n.key, n]));
    const remote = serverProblems.value.filter(
      (p) =>
        SERVER_CODES.has(p.code) &&
        p.nodeKeys.every((k) => byKey.has(k) && (byKey.get(k)?.targetCode ?? '') === (p.params['target'] ?? '')),
    );
    return [...local, ...remote].sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
  });
  const errors = computed(() => problems.value.filter((p) => p.severity === 'error'));

  const beforeUnload = (event: BeforeUnloadEvent): void => {
    if (dirty.value) event.preventDefault();
  };
  addEventListener('beforeunload', beforeUnload);
  onScopeDispose(() => {
    removeEventListener('beforeunload', beforeUnload);
    if (dirty.value) void save();
  });

  void load();
  return {
    map,
    draft,
    shown,
    error,
    gone,
    conflicts,
    conflictBy,
    saving,
    dirty,
    savedAt,
    problems,
    errors,
    canUndo: computed(() => undoStack.value.length > 0),
    canRedo: computed(() => redoStack.value.length > 0),
    change,
    undo,
    redo,
    save,
    load,
    refresh,
    choose,
    keepMine,
    startDraft,
    revision: () => revision,
  };
}

const placeOf = (c: MergeConflict): string => `${c.on} ${c.key} ${c.field}`;
