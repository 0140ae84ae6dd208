import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Realtime } from '../realtime/realtime.js';
import { SESSION_RESOLVER, SESSIONS_CHANGED, type SessionResolver } from '../security/session.js';
import type { Viewer } from '../security/viewer.js';

export interface Closable {
  close(code: number, reason: string): void;
}

interface Live {
  sessionId: string;
  personIds: readonly (string | null)[];
  rights: string;
}

/** The client gives up (its session is over) or connects again (it may do something else now). */
const ENDED = 4401;
const CHANGED = 1012;
const LOOK_MS = 60_000;

function rightsOf(viewer: Viewer): string {
  const grants = viewer.grants.map((g) => `${g.role}@${g.orgUnitId ?? ''}`).sort();
  return [viewer.personId, viewer.viewAsBy ?? '', viewer.orgUnitId ?? '', ...grants].join(' ');
}

/**
 * The open sockets of this process. A socket outlives the request that opened it, so it ends here when its session does
 * or when what its person may do changes: at once when that is announced, else at the look around each minute.
 */
@Injectable()
export class LiveSockets implements OnApplicationShutdown {
  private readonly logger = new Logger(LiveSockets.name);
  private readonly sockets = new Map<Closable, Live>();
  private stopListening: Promise<() => void> | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(SESSION_RESOLVER) private readonly resolver: SessionResolver,
    @Inject(Realtime) private readonly realtime: Realtime,
  ) {}

  async opened(socket: Closable, viewer: Viewer): Promise<void> {
    this.sockets.set(socket, {
      sessionId: viewer.sessionId,
      personIds: [viewer.personId, viewer.viewAsBy],
      rights: rightsOf(viewer),
    });
    this.timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
    this.stopListening ??= this.realtime.listen(
      SESSIONS_CHANGED,
      (message) => void this.look((message as { personId: string }).personId),
    );
    await this.stopListening;
  }

  closed(socket: Closable): void {
    this.sockets.delete(socket);
  }

  private async look(personId?: string): Promise<void> {
    const asked = [...this.sockets].filter(([, live]) => personId === undefined || live.personIds.includes(personId));
    if (asked.length === 0) return;
    try {
      const viewers = await this.resolver.current([...new Set(asked.map(([, live]) => live.sessionId))]);
      for (const [socket, live] of asked) {
        const viewer = viewers.get(live.sessionId);
        if (viewer && rightsOf(viewer) === live.rights) continue;
        this.sockets.delete(socket);
        if (viewer) socket.close(CHANGED, 'rights-changed');
        else socket.close(ENDED, 'session-ended');
      }
    } catch (error) {
      this.logger.warn(`sockets: ${String(error)}`);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    (await this.stopListening)?.();
  }
}
