import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makePerson } from '@waymark/testing';
import { createTestServer } from '@waymark/testing/server';
import { IdentityModule } from '@waymark/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

interface OtlpSpan {
  name: string;
  spanId: string;
  traceId: string;
  parentSpanId?: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
}
interface OtlpRequest {
  resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
}

describe('traces', () => {
  const spans: OtlpSpan[] = [];
  let receiver: Server;

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        if (request.url === '/v1/traces') {
          const sent = JSON.parse(Buffer.concat(parts).toString()) as OtlpRequest;
          spans.push(...sent.resourceSpans.flatMap((r) => r.scopeSpans.flatMap((s) => s.spans)));
        }
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done));
  });
  afterAll(() => new Promise((done) => receiver.close(done)));

  it('of a GraphQL request go out as one tree: the request, the operation, its statements', async () => {
    const { port } = receiver.address() as AddressInfo;
    const server = await createTestServer({
      modules: [IdentityModule],
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    });
    const me = await makePerson(server);
    const answer = await server.app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'x-request-id': 'trace-test-0001' },
      cookies: { waymark_session: `test.${me}` },
      payload: { query: 'query Mine { viewer { id } orgUnits { id name } }', operationName: 'Mine' },
    });
    expect(answer.json<{ errors?: unknown }>().errors).toBeUndefined();
    // The stop sends what waits.
    await server.close();

    const attribute = (span: OtlpSpan | undefined, key: string) =>
      span?.attributes.find((a) => a.key === key)?.value.stringValue;
    const mine = spans.filter((s) => attribute(s, 'waymark.request_id') === 'trace-test-0001');
    const request = mine.find((s) => s.name === 'HTTP POST');
    const operation = mine.find((s) => s.name === 'query Mine');
    const statements = mine.filter((s) => s.name === 'sql');
    expect(request?.parentSpanId ?? '').toBe('');
    expect(attribute(request, 'http.route')).toBe('/graphql');
    expect(operation?.parentSpanId).toBe(request?.spanId);
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.some((s) => s.parentSpanId === operation?.spanId)).toBe(true);
    expect(statements.every((s) => [operation?.spanId, request?.spanId].includes(s.parentSpanId))).toBe(true);
    expect(attribute(statements[0], 'db.query.text')).toContain('select');
    expect(new Set(mine.map((s) => s.traceId)).size).toBe(1);
    // Parameters are not sent: they are about people.
    expect(JSON.stringify(spans)).not.toContain(me);
  });
});
