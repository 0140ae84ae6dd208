import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { negotiateLocale } from '@waymark/kernel';
import { requestGqlContext } from '@waymark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { execute, parse, type DocumentNode } from 'graphql';

/** What the web build asks for: operation name → its text. `Today` belongs to the first page only. */
type FirstDataFile = Record<string, string>;

const FIRST_PAGE = 'Today';
const SIGNED_OUT = new Set(['Viewer', 'Settings']);

/** Answers the first questions of a page inside the page: no round trip before something can be drawn. */
export async function firstDataRenderer(
  app: NestFastifyApplication,
  webRoot: string,
): Promise<(request: FastifyRequest, reply: FastifyReply) => Promise<string>> {
  const text = await readFile(join(webRoot, 'first-data.json'), 'utf8').catch(() => '{}');
  const documents = new Map<string, DocumentNode>(
    Object.entries(JSON.parse(text) as FirstDataFile).map(([name, source]) => [name, parse(source)]),
  );
  const { schema } = app.get(GraphQLSchemaHost);

  return async (request, reply) => {
    const contextValue = requestGqlContext(request, reply);
    const first = request.url.split('?')[0] === '/';
    const locale = contextValue.viewer?.locale ?? negotiateLocale(contextValue.acceptLanguage, 'zh-CN');
    const wanted = [...documents].filter(
      ([name]) => (contextValue.viewer || SIGNED_OUT.has(name)) && (first || name !== FIRST_PAGE),
    );
    const answers = await Promise.all(
      wanted.map(async ([name, document]) => {
        const result = await execute({ schema, document, contextValue, variableValues: { locale } });
        return result.errors || !result.data ? null : ([name, { data: result.data }] as const);
      }),
    );
    const json = JSON.stringify(Object.fromEntries(answers.filter((a) => a !== null))).replaceAll('<', '\\u003c');
    return `<script type="application/json" id="waymark-data">${json}</script>`;
  };
}
