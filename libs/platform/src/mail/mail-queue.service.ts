import { Inject, Injectable } from '@nestjs/common';
import { newId, type Clock, type Locale } from '@waymark/kernel';
import { CLOCK } from '../clock.token.js';
import { afterCommit } from '../db/db.js';
import { execute, rows, type Tx } from '../db/sql.js';
import { Jobs } from '../jobs/jobs.service.js';
import { mailConfig } from './mail.config.js';
import { mailJob } from './mail.jobs.js';
import type { MailParams, MailTemplate } from './mail-template.js';

export interface MailInput {
  to: { personId: string; email: string };
  template: MailTemplate;
  params: MailParams;
  locale: Locale;
  /** Unique for ever: a second mail with the same key is not queued. */
  dedupeKey: string;
  /** After a crash between sending and noting it: true sends again (invitation), false never does (nudge). */
  resendable: boolean;
  notBefore?: Date;
  /** Links with a key in them; forgotten once the mail is sent. */
  secretParams?: Record<string, string>;
}

/** Mails are written in the transaction that causes them and leave the house after its commit. */
@Injectable()
export class MailQueue {
  constructor(
    @Inject(Jobs) private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @returns the id, or null when a mail with this key is already there */
  async enqueue(tx: Tx, mail: MailInput): Promise<string | null> {
    return (await this.insert(tx, [mail]))[0] ?? null;
  }

  /** @returns how many were not there yet */
  async enqueueMany(tx: Tx, mails: readonly MailInput[]): Promise<number> {
    return (await this.insert(tx, mails)).length;
  }

  /** Empties what mails know about the person; those still waiting are dropped. */
  async eraseFor(tx: Tx, personId: string): Promise<void> {
    await execute(
      tx,
      `update mail_message set email = null, params = '{}', secret_params = null,
         state = case when state in ('queued', 'sending') then 'dropped' else state end where person_id = $1`,
      [personId],
    );
  }

  private async insert(tx: Tx, mails: readonly MailInput[]): Promise<string[]> {
    if (mails.length === 0) return [];
    const now = this.clock.now();
    const written = await rows<{ id: string }>(
      tx,
      `insert into mail_message (id, person_id, email, template, locale, params, secret_params, dedupe_key, resendable, not_before, state, created_at)
       select id, person_id, email, template, locale, params, secret_params, dedupe_key, resendable, coalesce(not_before, $2), $3, $2
       from jsonb_to_recordset($1::jsonb) as m(id uuid, person_id uuid, email text, template text, locale text, params jsonb,
         secret_params jsonb, dedupe_key text, resendable boolean, not_before timestamptz)
       on conflict (dedupe_key) do nothing returning id`,
      [
        JSON.stringify(
          mails.map((m) => ({
            id: newId(),
            person_id: m.to.personId,
            email: m.to.email,
            template: m.template,
            locale: m.locale,
            params: m.params,
            secret_params: m.secretParams ?? null,
            dedupe_key: m.dedupeKey,
            resendable: m.resendable,
            not_before: m.notBefore ?? null,
          })),
        ),
        now,
        mailConfig().SMTP_URL ? 'queued' : 'kept',
      ],
    );
    if (written.length > 0 && mailConfig().SMTP_URL) {
      afterCommit(tx, () => this.jobs.enqueue(mailJob, {}, { key: 'platform.mail' }));
    }
    return written.map((w) => w.id);
  }
}
