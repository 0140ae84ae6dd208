import { computed, onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import { mutate } from '../../app/api.js';
import { live } from '../../app/live.js';
import { MapEditedSubscription, TellMapEditorsMutation, type MapEdit } from '../../data/map-draft.js';

const SAY_AGAIN_MS = 20_000;
const GONE_MS = 50_000;
const MOVED_MS = 300;

export interface MapEditor {
  editorId: string;
  person: NonNullable<MapEdit['person']>;
  nodeKey: string | null;
  at: number;
}

/** Who else has the map open and where; tells the others where this page is. */
export function useMapEditors(given: {
  editorId: string;
  mapId: () => string | null;
  /** Whether this page may change the map, and so is worth telling of. */
  editing: () => boolean;
  nodeKey: () => string | null;
  onEdit: (edit: MapEdit) => void;
}): { others: Ref<readonly MapEditor[]> } {
  const known = shallowRef<ReadonlyMap<string, MapEditor>>(new Map());
  let stop: () => void = () => undefined;

  async function say(leaving = false): Promise<void> {
    const mapId = given.mapId();
    if (!mapId || !given.editing()) return;
    // Losing one of these costs a name in a corner of another page.
    await mutate(TellMapEditorsMutation, {
      mapId,
      editorId: given.editorId,
      nodeKey: given.nodeKey(),
      leaving,
    }).catch(() => undefined);
  }
  function heard(edit: MapEdit): void {
    const id = edit.editorId;
    if (id === given.editorId) return;
    if (edit.kind === 'gone' && id) known.value = new Map([...known.value].filter(([k]) => k !== id));
    else if (edit.person && id && (edit.kind === 'here' || edit.kind === 'saved')) {
      const before = known.value.get(id);
      const nodeKey = edit.kind === 'here' ? edit.nodeKey : (before?.nodeKey ?? null);
      known.value = new Map(known.value).set(id, { editorId: id, person: edit.person, nodeKey, at: Date.now() });
      if (!before) void say();
    }
    if (edit.kind !== 'here' && edit.kind !== 'gone') given.onEdit(edit);
  }

  watch(
    given.mapId,
    (mapId) => {
      stop();
      if (!mapId) return;
      stop = live(MapEditedSubscription, { mapId }, (data) => heard(data.mapEdited));
      void say();
    },
    { immediate: true },
  );
  let moved: ReturnType<typeof setTimeout> | undefined;
  watch([given.nodeKey, given.editing], () => {
    clearTimeout(moved);
    moved = setTimeout(() => void say(), MOVED_MS);
  });
  const beat = setInterval(() => {
    const fresh = new Map([...known.value].filter(([, e]) => Date.now() - e.at < GONE_MS));
    if (fresh.size < known.value.size) known.value = fresh;
    void say();
  }, SAY_AGAIN_MS);
  const leave = (): void => void say(true);
  addEventListener('pagehide', leave);
  onScopeDispose(() => {
    stop();
    clearTimeout(moved);
    clearInterval(beat);
    removeEventListener('pagehide', leave);
    leave();
  });
  return { others: computed(() => [...known.value.values()]) };
}
