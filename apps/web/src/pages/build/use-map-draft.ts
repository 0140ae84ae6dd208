import { mapProblems, type DraftNode, type MapDraft, type MapProblem } from '@waymark/learning/rules';
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { mutate, query } from '../../app/api.js';
import { asApiError, type ApiError } from '../../app/errors.js';
import {
  LearningMapQuery,
  SaveMapDraftMutation,
  StartMapDraftMutation,
  type DraftView,
  type LearningMapView,
} from '../../data/map-draft.js';

const SAVE_MS = 700;
const STEPS = 200;
/** What only the server knows: whether a target exists and is published. */
const SERVER_CODES = new Set(['missing-target', 'archived-target']);

/**
 * The draft of one map in the browser: every change can be undone, is saved by itself, and carries the revision it saw.
 * When somebody else saved in between nothing is overwritten: `conflict` says who.
 */
export function useMapDraft(code: string) {
  const map = shallowRef<LearningMapView | null>(null);
  const draft = shallowRef<MapDraft | null>(null);
  const serverProblems = shallowRef<MapProblem[]>([]);
  const error = shallowRef<ApiError | null>(null);
  const conflict = shallowRef<ApiError | null>(null);
  const saving = ref(false);
  const savedAt = ref<string | null>(null);
  const undoStack = ref<MapDraft[]>([]);
  const redoStack = ref<MapDraft[]>([]);
  let revision = 0;
  let dirty = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;

  function take(view: DraftView): void {
    revision = view.revision;
    savedAt.value = view.updatedAt;
    serverProblems.value = view.problems as unknown as MapProblem[];
  }

  async function load(): Promise<void> {
    try {
      const { learningMap } = await query(LearningMapQuery, { code });
      map.value = learningMap;
      conflict.value = null;
      undoStack.value = [];
      redoStack.value = [];
      if (learningMap.draft) {
        take(learningMap.draft);
        draft.value = learningMap.draft.document as unknown as MapDraft;
      } else draft.value = null;
    } catch (e) {
      error.value = asApiError(e);
    }
  }

  async function startDraft(): Promise<void> {
    if (!map.value) return;
    const { startMapDraft } = await mutate(StartMapDraftMutation, { mapId: map.value.id });
    take(startMapDraft);
    draft.value = startMapDraft.document as unknown as MapDraft;
  }

  function schedule(): void {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_MS);
  }

  /** Applies a change to a copy; the old draft goes on the undo stack. */
  function change(work: (copy: MapDraft) => void): void {
    if (!draft.value) return;
    const copy = JSON.parse(JSON.stringify(draft.value)) as MapDraft;
    work(copy);
    undoStack.value = [...undoStack.value.slice(-STEPS), draft.value];
    redoStack.value = [];
    draft.value = copy;
    schedule();
  }

  function step(from: typeof undoStack, to: typeof redoStack): void {
    const target = from.value.at(-1);
    if (!target || !draft.value) return;
    from.value = from.value.slice(0, -1);
    to.value = [...to.value, draft.value];
    draft.value = target;
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
    while (dirty && map.value && draft.value && !conflict.value) {
      dirty = false;
      saving.value = true;
      const document = draft.value;
      try {
        const { saveMapDraft } = await mutate(SaveMapDraftMutation, {
          mapId: map.value.id,
          revision,
          document: document as unknown as never,
        });
        take(saveMapDraft);
        error.value = null;
      } catch (e) {
        dirty = true;
        const failure = asApiError(e);
        if (failure.code === 'CONFLICT') conflict.value = failure;
        else error.value = failure;
        if (failure.code === 'OFFLINE' || failure.code === 'TRANSIENT') timer = setTimeout(() => void save(), 5_000);
        break;
      } finally {
        saving.value = false;
      }
    }
  }

  /** What the rules say of the draft at once, with what the server said of targets. */
  const problems = computed<MapProblem[]>(() => {
    const now = draft.value;
    if (!now) return [];
    const local = mapProblems(now, () => 'published').filter((p) => !SERVER_CODES.has(p.code));
    const known = new Set(now.nodes.map((n) => n.key));
    const remote = serverProblems.value.filter(
      (p) => SERVER_CODES.has(p.code) && p.nodeKeys.every((k) => known.has(k)),
    );
    return [...local, ...remote].sort((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
  });
  const errors = computed(() => problems.value.filter((p) => p.severity === 'error'));

  const beforeUnload = (event: BeforeUnloadEvent): void => {
    if (dirty) event.preventDefault();
  };
  addEventListener('beforeunload', beforeUnload);
  onScopeDispose(() => {
    removeEventListener('beforeunload', beforeUnload);
    if (dirty && !conflict.value) void save();
  });

  void load();
  return {
    map,
    draft,
    error,
    conflict,
    saving,
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
    startDraft,
    revision: () => revision,
  };
}

/** A key for a new node that the map does not have yet. */
export function freshKey(draft: MapDraft, base: string): string {
  const taken = new Set(draft.nodes.map((n) => n.key));
  const stem =
    base
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 40) || 'node';
  for (let i = 1; ; i += 1) {
    const key = i === 1 ? stem : `${stem}-${i}`;
    if (!taken.has(key)) return key;
  }
}

export interface CanvasNode {
  node: DraftNode;
  column: number;
  row: number;
}

/** Columns and rows of one stage: a node stands right of its prerequisites; circles are cut where they close. */
export function arrangeStage(draft: MapDraft, stage: string): CanvasNode[] {
  const nodes = draft.nodes.filter((n) => n.stage === stage);
  const byKey = new Map(nodes.map((n) => [n.key, n]));
  const depth = new Map<string, number>();
  const depthOf = (key: string, path: Set<string>): number => {
    const known = depth.get(key);
    if (known !== undefined) return known;
    if (path.has(key)) return 0;
    const before = (byKey.get(key)?.prereqs ?? []).filter((p) => byKey.has(p));
    const value = before.reduce((max, p) => Math.max(max, depthOf(p, new Set(path).add(key)) + 1), 0);
    depth.set(key, value);
    return value;
  };
  const filled = new Map<number, number>();
  return nodes.map((node) => {
    const column = depthOf(node.key, new Set());
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    return { node, column, row };
  });
}
