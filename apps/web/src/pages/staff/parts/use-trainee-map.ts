import { NODE_STATES } from '@waymark/web-ui';
import { computed, shallowRef, watch } from 'vue';
import { useQuery } from '../../../app/api.js';
import { asApiError } from '../../../app/errors.js';
import type { ApiError } from '../../../app/errors.js';
import { day, score } from '../../../app/format.js';
import { t } from '../../../app/i18n.js';
import { loadMapDocument, TraineeMap } from '../../../data/mentor.js';
import type { MapDocument } from '../../../data/mentor.js';

/** The map of somebody else with their progress: the compiled document and the columns over it. */
export function useTraineeMap(enrolmentId: () => string) {
  const map = useQuery(TraineeMap, () => ({ enrolmentId: enrolmentId() }), {
    touches: ['MyMap', 'LearnerNode'],
    pause: () => !enrolmentId(),
  });
  const path = shallowRef<MapDocument | null>(null);
  const documentError = shallowRef<ApiError | null>(null);
  watch(
    () => map.data.value?.traineeMap.documentUrl,
    async (url) => {
      if (!url) return;
      documentError.value = null;
      try {
        path.value = await loadMapDocument(url);
      } catch (error) {
        documentError.value = asApiError(error);
      }
    },
    { immediate: true },
  );
  const nodes = computed(() => {
    const progress = map.data.value?.traineeMap;
    if (!progress || !path.value) return [];
    return path.value.nodes.map((node, i) => {
      const of = progress.unitsOf[i] ?? 0;
      const bp = progress.scoreBp[i] ?? null;
      return {
        ...node,
        state: NODE_STATES[progress.state[i] ?? 0] ?? 'locked',
        late: progress.late[i] === 1,
        due: progress.due[i] ?? null,
        completed: progress.completed[i] ?? null,
        share: of > 0 ? (progress.unitsDone[i] ?? 0) / of : 0,
        units: of > 1 ? `${progress.unitsDone[i] ?? 0}/${of}` : '',
        score: bp === null ? '' : score(bp),
      };
    });
  });
  return {
    nodes,
    stages: computed(() =>
      (path.value?.stages ?? []).map((stage, i) => ({ ...stage, nodes: nodes.value.filter((n) => n.stage === i) })),
    ),
    error: computed(() => documentError.value ?? map.error.value),
    refresh: map.refresh,
  };
}
export type TraineeNode = ReturnType<typeof useTraineeMap>['nodes']['value'][number];

/** What stands at the end of a node's line: score, day, or how late. */
export function nodeMeta(node: TraineeNode): string {
  if (node.state === 'completed') return node.score || (node.completed ? day(node.completed) : '');
  if (node.state === 'waived') return t('mentor.node.waived');
  if (node.state === 'submitted') return t('mentor.node.submitted');
  if (node.late && node.due) return t('mentor.overdueSince', { day: day(node.due) });
  if (node.units && node.state === 'in-progress') return node.units;
  return node.due ? t('mentor.dueOn', { day: day(node.due) }) : '';
}
