import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { firstDataRenderer } from './first-data.js';

const YEAR = 31_536_000;
const APP_PATHS = /^\/(?!graphql|api\/|files\/|health\/|metrics)/;
const DATA_SLOT = '<!--waymark:data-->';

/** Serves the built web app; every address that is not a file answers its page. */
export async function serveWeb(app: NestFastifyApplication, directory: string): Promise<void> {
  const root = resolve(directory);
  const page = await freshPage(join(root, 'index.html'));
  const firstData = await firstDataRenderer(app, root);
  const fastify = app.getHttpAdapter().getInstance();
  await app.register(fastifyStatic, {
    root,
    wildcard: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      void reply.header('cache-control', path.includes('/assets/') ? `public, max-age=${YEAR}, immutable` : 'no-cache');
    },
  });
  fastify.get('/*', async (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    if (!APP_PATHS.test(path) || /\.[a-z0-9]{2,5}$/i.test(path)) {
      return reply.status(404).send({ reason: 'not-found', params: {}, requestId: request.id });
    }
    return reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .send((await page()).replace(DATA_SLOT, await firstData(request, reply)));
  });
}

/** The page as it is on disk now: a new build under a running server names other files. */
export async function freshPage(path: string): Promise<() => Promise<string>> {
  let readAt = 0;
  let text = '';
  const read = async (): Promise<string> => {
    try {
      const { mtimeMs } = await stat(path);
      if (mtimeMs !== readAt) {
        text = await readFile(path, 'utf8');
        readAt = mtimeMs;
      }
    } catch (error) {
      // A build is under way and has removed it; the old page serves until the new one is there.
      if (text === '') throw error;
    }
    return text;
  };
  await read();
  return read;
}
