import { stringifyDocument } from '@urql/core';
import type { DocumentInput } from '@urql/core';
import type { Client as WsClient } from 'graphql-ws';

let socket: Promise<WsClient> | null = null;

// graphql-ws is loaded with the first subscription, after the page is idle.
function connect(): Promise<WsClient> {
  socket ??= import('graphql-ws').then(({ createClient }) =>
    createClient({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
      lazy: true,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      // Spread reconnections of many browsers after a restart of the server.
      retryWait: (retries) =>
        new Promise((resolve) => setTimeout(resolve, Math.min(60_000, 1000 * 2 ** retries) * (0.5 + Math.random()))),
    }),
  );
  return socket;
}

/** Follows a subscription until the returned function is called. Data that can't be parsed is ignored. */
export function live<D, V extends Record<string, unknown>>(
  document: DocumentInput<D, V>,
  variables: V,
  onData: (data: D) => void,
): () => void {
  let stop: (() => void) | null = null;
  let stopped = false;
  void connect().then((ws) => {
    if (stopped) return;
    stop = ws.subscribe<D>(
      { query: stringifyDocument(document), variables },
      {
        next: (result) => {
          if (result.data) onData(result.data);
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
  });
  return () => {
    stopped = true;
    stop?.();
  };
}

/** Closes the socket: after signing out. */
export async function disconnect(): Promise<void> {
  if (!socket) return;
  const ws = await socket;
  socket = null;
  await ws.dispose();
}
