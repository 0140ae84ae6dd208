import type { TraceSpan, Tracing } from './otlp-tracing.js';
import { requestContext } from './logger.js';
import { tracingConfig } from './tracing.config.js';

export type SpanAttributes = Record<string, string | number | boolean>;

let tracing: Tracing | undefined;

/**
 * Sends traces to OTEL_EXPORTER_OTLP_ENDPOINT from now on. Where that is not set, nothing is loaded and every function
 * here does nothing.
 * @returns sends what waits, and stops
 */
export async function startTracing(process: string): Promise<() => Promise<void>> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SERVICE_NAME: service } = tracingConfig();
  if (!endpoint) return () => Promise.resolve();
  const { otlpTracing } = await import('./otlp-tracing.js');
  const started = otlpTracing(endpoint, `${service}-${process}`);
  tracing = started;
  return async () => {
    if (tracing === started) tracing = undefined;
    await started.stop();
  };
}

/** A span below that of the current request or job; the caller ends it. */
export function openSpan(name: string, attributes: SpanAttributes): TraceSpan | undefined {
  const store = requestContext.getStore();
  return tracing?.open(
    name,
    { ...attributes, ...(store ? { 'waymark.request_id': store.requestId } : {}) },
    store?.span,
  );
}

/** Runs `work` in a span of its own; spans opened inside lie below it. */
export async function inSpan<T>(name: string, attributes: SpanAttributes, work: () => Promise<T>): Promise<T> {
  const span = openSpan(name, attributes);
  if (!span) return work();
  const store = requestContext.getStore();
  try {
    return await requestContext.run({ requestId: store?.requestId ?? '', span }, work);
  } catch (error) {
    span.failed(error);
    throw error;
  } finally {
    span.end();
  }
}
