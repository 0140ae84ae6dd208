import type { OnApplicationShutdown } from '@nestjs/common';

/** Sends the spans that still wait when the process ends. */
export class TraceShutdown implements OnApplicationShutdown {
  constructor(private readonly stop: () => Promise<void>) {}

  /** A receiver that is gone must not spoil the stop. */
  async onApplicationShutdown(): Promise<void> {
    await this.stop().catch(() => undefined);
  }
}
