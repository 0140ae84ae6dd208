import { checkConfig, createHttpApp, platformConfig, stopWithSupervisor, untilReleased } from '@waymark/platform';
import { rootModule } from '@waymark/wiring';
import { serveWeb } from './web.js';

/** Starts the HTTP server: GraphQL, files, hooks, health, and the built web app. */
export async function runApi(): Promise<void> {
  checkConfig();
  const config = platformConfig();
  stopWithSupervisor();
  await untilReleased();
  const app = await createHttpApp(rootModule({ process: 'api' }));
  await app.init();
  if (config.WAYMARK_WEB_DIR) await serveWeb(app, config.WAYMARK_WEB_DIR);
  await app.listen(config.PORT, config.HOST);
  process.send?.({ ready: 'api', url: await app.getUrl() });
}
