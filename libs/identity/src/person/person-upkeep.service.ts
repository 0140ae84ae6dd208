import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@waymark/kernel';
import { CLOCK, Db, HandlesJob } from '@waymark/platform';
import { AccessTokens } from '../access-token/access-token.service.js';
import { importRetention } from '../people-import/import-retention.config.js';
import { forgetOldImports } from '../people-import/people-import.repository.js';
import { SignInSessions } from '../sign-in/sign-in-session.service.js';
import { SignIn } from '../sign-in/sign-in.service.js';
import { pruneBuckets } from '../sign-in/throttle.repository.js';
import { applyEffectiveDates, tidyIdentity } from './person.jobs.js';
import { Persons } from './person.service.js';

@Injectable()
export class PersonUpkeep {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(Persons) private readonly persons: Persons,
    @Inject(SignInSessions) private readonly sessions: SignInSessions,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @HandlesJob(applyEffectiveDates)
  async applyEffectiveDates(): Promise<void> {
    await this.db.transaction((tx) => this.persons.applyEffectiveDates(tx));
  }

  @HandlesJob(tidyIdentity)
  async tidy(): Promise<void> {
    await this.db.transaction(async (tx) => {
      const now = this.clock.now();
      await this.sessions.prune(tx);
      await this.signIn.forgetOldDevices(tx);
      await this.tokens.prune(tx);
      await pruneBuckets(tx, now);
      await forgetOldImports(tx, now, importRetention().WAYMARK_KEEP_IMPORTS_DAYS);
    });
  }
}
