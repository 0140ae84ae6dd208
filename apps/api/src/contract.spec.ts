import { GraphQLSchemaHost } from '@nestjs/graphql';
import { JobRegistry, PermissionCheck } from '@waymark/platform';
import { createTestServer, type TestServer } from '@waymark/testing';
import { libraryModules } from '@waymark/wiring';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer({ modules: libraryModules });
});
afterAll(() => server.close());

/** `npx vitest run apps/api -u` writes both files anew after a change that was meant. */
describe('the contract', () => {
  it('is the committed schema', async () => {
    const { schema } = server.get(GraphQLSchemaHost);
    await expect(`${printSchema(lexicographicSortSchema(schema))}\n`).toMatchFileSnapshot(
      '../../../libs/api-client/schema.graphql',
    );
  });

  it('asks for the committed permission on every query, mutation, subscription and route', async () => {
    const lines = server
      .get(PermissionCheck)
      .endpoints()
      .map((e) => `${e.endpoint}: ${e.permission}`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./permissions.snap.txt');
  });

  it('has a handler for every job', () => {
    expect(() => server.get(JobRegistry).prove()).not.toThrow();
  });
});
