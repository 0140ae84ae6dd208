import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createTestServer } from '@waymark/testing/server';
import { libraryModules } from '@waymark/wiring';
import { auditServer, type AuditFail, type AuditResult } from 'graphql-http';
import { beforeAll, describe, expect, it } from 'vitest';

/** Needs introspection, which production doesn't offer: the audit asks `__type` and wants data. */
const ASK_FOR_INTROSPECTION = {
  '28B9': 'MUST allow map {variables} parameter when accepting application/json',
  '2EA1': 'SHOULD allow map {variables} parameter when accepting application/graphql-response+json',
};

async function audit(open: boolean): Promise<AuditResult[]> {
  const server = await createTestServer({
    modules: libraryModules,
    environment: { WAYMARK_GRAPHQL_OPEN: String(open) },
  });
  await server.app.listen(0, '127.0.0.1');
  const results = await auditServer({ url: `${await server.app.getUrl()}/graphql` });
  await server.close();
  return results;
}

async function auditPlainApollo(): Promise<AuditResult[]> {
  const apollo = new ApolloServer({ typeDefs: 'type Query { plain: Boolean }' });
  const { url } = await startStandaloneServer(apollo, { listen: { port: 0, host: '127.0.0.1' } });
  const results = await auditServer({ url });
  await apollo.stop();
  return results;
}

const failed = (results: readonly AuditResult[], ...levels: AuditFail['status'][]): string[] =>
  results
    .filter((r): r is AuditFail => r.status !== 'ok' && levels.includes(r.status))
    .map((r) => `${r.id} ${r.name}`)
    .sort();

describe('GraphQL over HTTP', () => {
  let open: AuditResult[];
  let production: AuditResult[];
  let apollo: AuditResult[];
  beforeAll(async () => {
    open = await audit(true);
    production = await audit(false);
    apollo = await auditPlainApollo();
  });

  it('breaks no rule of the specification and follows all its advice', () => {
    expect(open.length).toBeGreaterThan(50);
    expect(failed(open, 'error', 'warn')).toEqual([]);
  });

  it('leaves out what plain Apollo leaves out too: GET without a content type, which its CSRF prevention refuses', () => {
    expect(failed(open, 'notice')).toEqual([
      '5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
      '6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
      'D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
    ]);
    const ours = failed(open, 'error', 'warn', 'notice');
    expect(failed(apollo, 'error', 'warn', 'notice')).toEqual(expect.arrayContaining(ours));
  });

  it('in production differs only where the audit itself asks for introspection', async () => {
    const more = failed(production, 'error', 'warn', 'notice').filter((f) => !failed(open, 'notice').includes(f));
    expect(more).toEqual(Object.entries(ASK_FOR_INTROSPECTION).map(([id, name]) => `${id} ${name}`));
    for (const r of production) {
      if (r.status === 'ok' || !(r.id in ASK_FOR_INTROSPECTION)) continue;
      expect(await r.response.text()).toContain('introspection is not allowed');
    }
  });
});
