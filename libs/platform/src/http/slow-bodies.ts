import type { IncomingMessage } from 'node:http';

const LOOK_MS = 5_000;

/** Ends requests whose body takes too long to arrive. One look around for all of them: a timer each costs more. */
export class SlowBodies {
  /** In the order of their arrival. */
  private readonly since = new Map<IncomingMessage, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly limitMs: number) {
    this.timer = setInterval(() => this.look(), Math.min(LOOK_MS, limitMs)).unref();
  }

  watch(request: IncomingMessage): void {
    this.since.set(request, Date.now());
  }

  forget(request: IncomingMessage): void {
    this.since.delete(request);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const before = Date.now() - this.limitMs;
    for (const [request, at] of this.since) {
      if (request.complete || request.destroyed) this.since.delete(request);
      else if (at > before) return;
      else {
        this.since.delete(request);
        request.destroy();
      }
    }
  }
}
