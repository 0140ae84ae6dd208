import { ROOT_CONTEXT, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';

export interface TraceSpan {
  set(attributes: Record<string, string | number | boolean>): void;
  failed(error: unknown): void;
  end(): void;
}

export interface Tracing {
  open(name: string, attributes: Record<string, string | number | boolean>, parent: TraceSpan | undefined): TraceSpan;
  stop(): Promise<void>;
}

class OtlpSpan implements TraceSpan {
  constructor(readonly span: Span) {}

  set(attributes: Record<string, string | number | boolean>): void {
    this.span.setAttributes(attributes);
  }
  /** The kind of error only: messages may hold what people wrote. */
  failed(error: unknown): void {
    this.span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
  }
  end(): void {
    this.span.end();
  }
}

/** The official SDK with spans we open ourselves: its automatic instrumentation can't patch a bundled ES module. */
export function otlpTracing(endpoint: string, service: string): Tracing {
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces` })),
    ],
  });
  const tracer = provider.getTracer('waymark');
  return {
    open: (name, attributes, parent) =>
      new OtlpSpan(
        tracer.startSpan(
          name,
          { attributes },
          parent instanceof OtlpSpan ? trace.setSpan(ROOT_CONTEXT, parent.span) : ROOT_CONTEXT,
        ),
      ),
    stop: () => provider.shutdown(),
  };
}
