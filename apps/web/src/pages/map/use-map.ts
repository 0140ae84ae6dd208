import { graphql } from '@waymark/api-client';
import type { ResultOf } from '@waymark/api-client';
import type { MapDocument } from '@waymark/learning/rules';
import { NODE_STATES, arrangeTrail, reduceEdges } from '@waymark/web-ui';
import type { NodeState, TrailNodeView } from '@waymark/web-ui';
import { computed, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { asApiError } from '../../app/errors.js';
import { ApiError } from '../../app/errors.js';
import { day } from '../../app/format.js';
import { t } from '../../app/i18n.js';
import { open, share, stationNotes } from './steps.js';

export const MyMapQuery = graphql(`
  query MyMap($enrolmentId: ID) {
    myMap(enrolmentId: $enrolmentId) {
      enrolmentId
      versionId
      documentUrl
      startDay
      today
      day
      days
      status
      completedOn
      done
      total
      overdue
      nextDueOn
      here
      state
      due
      completed
      late
      unitsDone
      unitsOf
      scoreBp
      stageDone
      stageOf
      stageOpen
      stageOpensOn
    }
  }
`);
export type MapColumns = NonNullable<ResultOf<typeof MyMapQuery>['myMap']>;
export type { MapDocument };
export type DocumentNode = MapDocument['nodes'][number];

/** A node with everything known of it: what the version says and how far the person is. */
export interface MapNode {
  index: number;
  node: DocumentNode;
  state: NodeState;
  dueOn: string | null;
  completedOn: string | null;
  late: boolean;
  unitsDone: number;
  unitsOf: number;
  scoreBp: number | null;
  /** Prerequisites still missing, counting "any n of". */
  missing: number;
}

export interface MapStage {
  key: string;
  title: string;
  goal: string;
  fromDay: number;
  toDay: number;
  done: number;
  of: number;
  open: boolean;
  complete: boolean;
  /** Why it is closed, when it is. */
  closedBecause: string | null;
  /** Says what was reached in a finished stage. */
  note: string;
}

const documents = new Map<string, Promise<MapDocument>>();

/** The version never changes under its address: one request per page life, and the browser keeps it for later ones. */
export function fetchDocument(url: string): Promise<MapDocument> {
  let known = documents.get(url);
  if (!known) {
    known = fetch(url, { credentials: 'same-origin' }).then(async (response) => {
      if (!response.ok) throw new ApiError(response.status === 404 ? 'NOT_FOUND' : 'INTERNAL', 'map-version-unknown');
      return (await response.json()) as MapDocument;
    });
    known.catch(() => documents.delete(url));
    documents.set(url, known);
  }
  return known;
}

export function useDocument(url: () => string | undefined): {
  document: ShallowRef<MapDocument | null>;
  problem: ShallowRef<ApiError | null>;
  reload: () => void;
} {
  const document = shallowRef<MapDocument | null>(null);
  const problem = shallowRef<ApiError | null>(null);
  const read = async (): Promise<void> => {
    const at = url();
    if (!at) return;
    problem.value = null;
    try {
      const found = await fetchDocument(at);
      if (url() === at) document.value = found;
    } catch (error) {
      problem.value = asApiError(error);
    }
  };
  watch(url, () => void read(), { immediate: true });
  return { document, problem, reload: () => void read() };
}

const isDone = (state: NodeState | undefined): boolean => state === 'completed' || state === 'waived';

export function joinColumns(document: MapDocument, map: MapColumns): MapNode[] {
  const states = document.nodes.map((_, i) => NODE_STATES[map.state[i] ?? 0] ?? 'locked');
  return document.nodes.map((node, i) => {
    const met = node.prereqs.filter((p) => isDone(states[p])).length;
    const wanted = node.need > 0 ? Math.min(node.need, node.prereqs.length) : node.prereqs.length;
    return {
      index: i,
      node,
      state: states[i]!,
      dueOn: map.due[i] ?? null,
      completedOn: map.completed[i] ?? null,
      late: map.late[i] === 1,
      unitsDone: map.unitsDone[i] ?? 0,
      unitsOf: map.unitsOf[i] ?? 0,
      scoreBp: map.scoreBp[i] ?? null,
      missing: Math.max(0, wanted - met),
    };
  });
}

/** The first node one can work on among what a node waits for, however far back. */
export function unblocker(nodes: readonly MapNode[], from: number): MapNode | null {
  const seen = new Set<number>([from]);
  const queue = [...(nodes[from]?.node.prereqs ?? [])];
  while (queue.length > 0) {
    const at = queue.shift()!;
    const found = nodes[at];
    if (!found || seen.has(at)) continue;
    seen.add(at);
    if (open(found.state)) return found;
    if (found.state === 'locked') queue.push(...found.node.prereqs);
  }
  return null;
}

export function notesOf(item: MapNode): string[] {
  return stationNotes({ ...item, kind: item.node.kind, optional: !item.node.required });
}

export function useMapView(
  document: Ref<MapDocument | null>,
  map: ComputedRef<MapColumns | null | undefined>,
): { nodes: ComputedRef<MapNode[]>; trail: ComputedRef<TrailNodeView[]>; stages: ComputedRef<MapStage[]> } {
  const nodes = computed(() => (document.value && map.value ? joinColumns(document.value, map.value) : []));
  // Rows and lanes depend on the version only, not on progress.
  const places = computed(() => (document.value ? arrangeTrail(document.value.nodes) : []));
  const edges = computed(() => (document.value ? reduceEdges(document.value.nodes) : []));
  const trail = computed(() =>
    nodes.value.map((item): TrailNodeView => {
      const notes = notesOf(item);
      const kind = t(`kind.${item.node.kind}`);
      return {
        key: item.node.id,
        stage: item.node.stage,
        row: places.value[item.index]?.row ?? 0,
        lane: places.value[item.index]?.lane ?? 0,
        prereqs: edges.value[item.index] ?? [],
        kind: item.node.kind,
        title: item.node.title,
        notes,
        state: item.state,
        share: share(item),
        late: item.late,
        optional: !item.node.required,
        label: [item.node.title, kind, t(`node.state.${item.state}`), ...notes]
          .filter((w, i, all) => all.indexOf(w) === i)
          .join(t('common.listComma')),
      };
    }),
  );
  const stages = computed(() => {
    const columns = map.value;
    if (!document.value || !columns) return [];
    return document.value.stages.map((stage, i): MapStage => {
      const done = columns.stageDone[i] ?? 0;
      const of = columns.stageOf[i] ?? 0;
      const isOpen = columns.stageOpen[i] === 1;
      const opensOn = columns.stageOpensOn[i] ?? null;
      const before = document.value!.stages[i - 1]?.title;
      const exam = nodes.value.find(
        (n) => n.node.stage === i && n.node.kind === 'exam' && n.scoreBp !== null && n.state === 'completed',
      );
      return {
        key: stage.key,
        title: stage.title,
        goal: stage.goal,
        fromDay: stage.fromDay,
        toDay: stage.toDay,
        done,
        of,
        open: isOpen,
        complete: of > 0 && done >= of,
        closedBecause: isOpen
          ? null
          : stage.gate === 'previous-complete' && before
            ? opensOn
              ? t('map.opensAfterNotBefore', { stage: before, day: day(opensOn) })
              : t('map.opensAfter', { stage: before })
            : opensOn
              ? t('map.opensOn', { day: day(opensOn) })
              : t('map.stageClosed'),
        note: exam ? `${exam.node.title} ${notesOf(exam)[0] ?? ''}` : '',
      };
    });
  });
  return { nodes, trail, stages };
}
