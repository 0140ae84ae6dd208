import { Inject, Injectable } from '@nestjs/common';
import { localDayOf, type Locale } from '@waymark/kernel';
import { Db, HandlesJob, MailQueue, maybeOne, publicUrl, type MailParams } from '@waymark/platform';
import { Settings } from '../company/company-settings.service.js';
import { displayName } from '../person/person-name.js';
import { sendAccessLink } from './access-token.jobs.js';
import { AccessTokens, RESET_MINUTES, type LinkKind } from './access-token.service.js';

const PAGES: Record<LinkKind, string> = { invitation: 'join', reset: 'reset' };

/** Sends invitation and reset links. The token stands in plain text only in the mail, until it is sent. */
@Injectable()
export class AccessLinks {
  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(MailQueue) private readonly mail: MailQueue,
  ) {}

  /** A reset asked for a name nobody has comes with no person and ends here. */
  @HandlesJob(sendAccessLink)
  async send(payload: { personId: string | null; kind: LinkKind; actorId: string | null }): Promise<void> {
    const { personId, kind } = payload;
    if (personId === null) return;
    await this.db.transaction(async (tx) => {
      const to = await maybeOne<{ email: string; name: string; name_en: string | null; locale: Locale; zone: string }>(
        tx,
        `select pr.email, pr.name, pr.name_en, pr.locale, pr.zone from person p join person_profile pr on pr.person_id = p.id
         where p.id = $1 and p.status = 'active' and pr.email is not null`,
        [personId],
      );
      if (!to) return;
      const { id, token, expiresAt } = await this.tokens.issueLink(tx, personId, kind, payload.actorId);
      const name = displayName(to.name, to.name_en, to.locale);
      const params: MailParams =
        kind === 'reset'
          ? { name, minutes: RESET_MINUTES }
          : { name, companyName: (await this.settings.get(tx)).name, expiresOn: localDayOf(expiresAt, to.zone) };
      await this.mail.enqueue(tx, {
        to: { personId, email: to.email },
        template: kind,
        params,
        locale: to.locale,
        dedupeKey: `${kind}:${id}`,
        resendable: true,
        secretParams: { link: `${publicUrl()}/${PAGES[kind]}/${token}` },
      });
    });
  }
}
