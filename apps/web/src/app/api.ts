import { Client, cacheExchange, fetchExchange } from '@urql/core';
import type { AnyVariables, CombinedError, DocumentInput, OperationResult, RequestPolicy } from '@urql/core';
import { onScopeDispose, ref, shallowRef, toValue, watch } from 'vue';
import type { MaybeRefOrGetter, Ref, ShallowRef } from 'vue';
import { ApiError, asApiError } from './errors.js';
import type { ErrorParams } from './errors.js';
import { takeFirstData } from './first-data.js';
import { locale } from './i18n.js';

let signedOut: () => void = () => undefined;
/** Called once by the router: what to do when the session has ended. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler;
}

/** How many changes were answered so far. */
let changes = 0;

// The first asking of an operation is answered from the page itself (see first-data.ts), at the place where a request
// would go out: cache and subscriptions then treat it like any other answer. A question that was under way while a
// change was answered is asked again: its answer may be older than the change and would overwrite it on the screen.
const apiFetch: typeof fetch = async (input, init) => {
  const body = typeof init?.body === 'string' ? init.body : '{}';
  const { operationName, query: words } = JSON.parse(body) as { operationName?: string; query?: string };
  const data = operationName ? takeFirstData(operationName) : undefined;
  if (data !== undefined) {
    return new Response(JSON.stringify({ data }), { headers: { 'content-type': 'application/json' } });
  }
  const changing = words?.startsWith('mutation') ?? false;
  for (;;) {
    const before = changes;
    const response = await fetch(input, init);
    const text = await response.text();
    if (changing) changes += 1;
    else if (changes !== before) continue;
    return new Response(text, { status: response.status, headers: response.headers });
  }
};

const requestOptions = (): RequestInit => ({
  headers: { 'accept-language': locale.value, 'x-waymark': '1' },
  credentials: 'same-origin',
});

export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  fetchOptions: requestOptions,
  fetch: apiFetch,
  exchanges: [cacheExchange, fetchExchange],
});

function readError(error: CombinedError): ApiError {
  const first = error.graphQLErrors[0];
  if (first) {
    const ext = first.extensions as { code?: string; reason?: string; params?: ErrorParams; requestId?: string };
    return new ApiError(ext.code ?? 'INTERNAL', ext.reason ?? 'unexpected', ext.params ?? {}, ext.requestId ?? null);
  }
  return navigator.onLine === false
    ? new ApiError('OFFLINE', 'offline')
    : new ApiError('OFFLINE', 'server-not-reached');
}

function settle<D>(result: OperationResult<D>): D {
  if (result.error) {
    const error = readError(result.error);
    if (error.code === 'UNAUTHENTICATED' && error.reason !== 'sign-in-failed') signedOut();
    throw error;
  }
  if (result.data === undefined || result.data === null) throw new ApiError('INTERNAL', 'unexpected');
  return result.data;
}

/** Asks once. Throws ApiError. */
export async function query<D, V extends AnyVariables>(
  document: DocumentInput<D, V>,
  variables: V,
  requestPolicy: RequestPolicy = 'network-only',
): Promise<D> {
  return settle(await client.query<D, V>(document, variables, { requestPolicy }).toPromise());
}

/**
 * Changes something. Throws ApiError. Every `useQuery` that shows a type of the answer asks again by itself; name the
 * types that may be missing from it in `touches`. `keepalive` lets it arrive from a page that is being left.
 */
export async function mutate<D, V extends AnyVariables>(
  document: DocumentInput<D, V>,
  variables: V,
  touches: string[] = [],
  { keepalive = false } = {},
): Promise<D> {
  const context = {
    additionalTypenames: touches,
    fetchOptions: () => ({ ...requestOptions(), keepalive }),
  };
  return settle(await client.mutation<D, V>(document, variables, context).toPromise());
}

export interface Query<D> {
  data: ShallowRef<D | undefined>;
  error: ShallowRef<ApiError | null>;
  /** Nothing to show yet. */
  loading: Ref<boolean>;
  /** Asks the server again, keeping what is shown. */
  refresh: () => void;
}

export interface QueryOptions {
  /** Default cache-and-network: shows what is known at once, then what is true now. */
  policy?: RequestPolicy;
  /** Wait while true. */
  pause?: MaybeRefOrGetter<boolean>;
  /** Types that an empty answer stands for, so that mutations reach it. */
  touches?: string[];
}

/** A query that lives as long as its component and follows its variables. */
export function useQuery<D, V extends AnyVariables>(
  document: DocumentInput<D, V>,
  variables: MaybeRefOrGetter<V>,
  options: QueryOptions = {},
): Query<D> {
  const data = shallowRef<D>();
  const error = shallowRef<ApiError | null>(null);
  const loading = ref(true);
  let stop: () => void = () => undefined;

  const run = (policy: RequestPolicy): void => {
    stop();
    if (toValue(options.pause)) return;
    loading.value = data.value === undefined;
    error.value = null;
    const source = client.query<D, V>(document, toValue(variables), {
      requestPolicy: policy,
      additionalTypenames: options.touches,
    });
    stop = source.subscribe((result) => {
      if (result.stale && result.data === undefined) return;
      try {
        data.value = settle(result);
        error.value = null;
      } catch (e) {
        error.value = asApiError(e);
      }
      loading.value = false;
    }).unsubscribe;
  };

  watch(
    [() => JSON.stringify(toValue(variables)), () => toValue(options.pause) ?? false],
    () => run(options.policy ?? 'cache-and-network'),
    { immediate: true },
  );
  onScopeDispose(() => stop());
  return { data, error, loading, refresh: () => run('network-only') };
}
