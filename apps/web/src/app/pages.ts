import type { AnyVariables, DocumentInput } from '@urql/core';
import { computed, ref, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { query } from './api.js';
import { asApiError } from './errors.js';
import type { ApiError } from './errors.js';

interface Connection<N> {
  edges: readonly { node: N }[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
  totalCount?: number | null;
}

export interface Pages<D, N> {
  items: ComputedRef<N[]>;
  /** The first answer whole: what else the operation asked for. */
  first: ShallowRef<D | null>;
  total: ComputedRef<number | null>;
  hasMore: ComputedRef<boolean>;
  loading: Ref<boolean>;
  error: ShallowRef<ApiError | null>;
  more: () => Promise<void>;
  /** Begins again from the first page. */
  reload: () => Promise<void>;
}

/** A Relay connection read page by page; begins again when its variables change. The operation takes `after`. */
export function usePages<D, V extends AnyVariables & { after?: string | null }, N>(
  document: DocumentInput<D, V>,
  variables: () => Omit<V, 'after'>,
  connection: (data: D) => Connection<N>,
): Pages<D, N> {
  const first = shallowRef<D | null>(null);
  const pages = shallowRef<Connection<N>[]>([]);
  const loading = ref(true);
  const error = shallowRef<ApiError | null>(null);
  let round = 0;

  async function read(after: string | null): Promise<void> {
    const mine = after === null ? ++round : round;
    loading.value = true;
    error.value = null;
    try {
      const data = await query(document, { ...variables(), after } as unknown as V);
      if (mine !== round) return;
      if (after === null) first.value = data;
      pages.value = after === null ? [connection(data)] : [...pages.value, connection(data)];
    } catch (problem) {
      if (mine === round) error.value = asApiError(problem);
    } finally {
      if (mine === round) loading.value = false;
    }
  }
  watch(
    () => JSON.stringify(variables()),
    () => void read(null),
    { immediate: true },
  );
  const last = computed(() => pages.value.at(-1));
  return {
    items: computed(() => pages.value.flatMap((page) => page.edges.map((edge) => edge.node))),
    first,
    total: computed(() => pages.value[0]?.totalCount ?? null),
    hasMore: computed(() => last.value?.pageInfo.hasNextPage ?? false),
    loading,
    error,
    more: () => read(last.value?.pageInfo.endCursor ?? null),
    reload: () => read(null),
  };
}
