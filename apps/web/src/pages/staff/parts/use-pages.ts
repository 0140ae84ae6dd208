import type { AnyVariables, DocumentInput } from '@urql/core';
import { computed, ref, shallowRef, watch } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import { query, useQuery } from '../../../app/api.js';
import type { ApiError } from '../../../app/errors.js';
import { toastError } from '../../../app/toasts.js';

interface Connection<N> {
  edges: readonly { node: N }[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
  totalCount?: number | null;
}
export interface Pages<N> {
  rows: ComputedRef<N[]>;
  total: ComputedRef<number | null>;
  hasMore: ComputedRef<boolean>;
  loading: Ref<boolean>;
  loadingMore: Ref<boolean>;
  error: ShallowRef<ApiError | null>;
  more: () => Promise<void>;
  refresh: () => void;
}

/** A list that comes page by page and begins anew when its variables, or what it shows, change. */
export function usePages<D, V extends AnyVariables, N>(
  document: DocumentInput<D, V>,
  variables: (after: string | null) => V,
  pick: (data: D) => Connection<N>,
  options: { touches?: string[]; pause?: () => boolean } = {},
): Pages<N> {
  const first = useQuery<D, V>(document, () => variables(null), options);
  const later = shallowRef<Connection<N>[]>([]);
  const loadingMore = ref(false);
  watch(first.data, () => (later.value = []));
  const last = computed(() => later.value.at(-1) ?? (first.data.value ? pick(first.data.value) : null));

  async function more(): Promise<void> {
    const from = last.value?.pageInfo.endCursor;
    if (!from || loadingMore.value) return;
    loadingMore.value = true;
    const seen = first.data.value;
    try {
      const data = await query<D, V>(document, variables(from));
      if (first.data.value === seen) later.value = [...later.value, pick(data)];
    } catch (error) {
      await toastError(error);
    } finally {
      loadingMore.value = false;
    }
  }
  return {
    rows: computed(() => {
      const all = first.data.value ? [pick(first.data.value), ...later.value] : [];
      return all.flatMap((page) => page.edges.map((edge) => edge.node));
    }),
    total: computed(() => (first.data.value ? (pick(first.data.value).totalCount ?? null) : null)),
    hasMore: computed(() => last.value?.pageInfo.hasNextPage ?? false),
    loading: first.loading,
    loadingMore,
    error: first.error,
    more,
    refresh: first.refresh,
  };
}
