import { Inject, Injectable } from '@nestjs/common';
import { Db, HandlesJob } from '@waymark/platform';
import { sendAccessLink } from './access-token.jobs.js';
import { AccessTokens, type LinkKind } from './access-token.service.js';

/** Sends invitation and reset links. */
@Injectable()
export class AccessLinks {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
  ) {}

  @HandlesJob(sendAccessLink)
  async send(payload: { personId: string | null; kind: LinkKind; actorId: string | null }): Promise<void> {
    const { personId } = payload;
    if (personId === null) return;
    await this.db.transaction(async (tx) => {
      await this.tokens.issueLink(tx, personId, payload.kind, payload.actorId);
    });
  }
}
