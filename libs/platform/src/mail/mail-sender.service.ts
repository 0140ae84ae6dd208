import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock, Locale } from '@waymark/kernel';
import { createTransport, type Transporter } from 'nodemailer';
import { CLOCK } from '../clock.token.js';
import { platformConfig } from '../config/platform.config.js';
import { Db } from '../db/db.js';
import { execute, rows } from '../db/sql.js';
import { HandlesJob, type JobRun } from '../jobs/job.js';
import { mailConfig } from './mail.config.js';
import { mailJob } from './mail.jobs.js';
import { renderMail, type MailParams, type MailTemplate } from './mail-template.js';

const BATCH = 20;
const ATTEMPTS = 6;
/** A mail claimed this long ago has lost its sender. */
const LOST_MS = 5 * 60_000;

interface ClaimedMail {
  id: string;
  email: string;
  template: MailTemplate;
  locale: Locale;
  params: MailParams;
  secret_params: Record<string, string> | null;
  attempts: number;
}

/** Where links in mails lead. */
export function publicUrl(): string {
  const config = platformConfig();
  return (config.PUBLIC_URL ?? `http://${config.HOST}:${config.PORT}`).replace(/\/$/, '');
}

/**
 * Sends what waits: claim, send with the row's id as message id, mark. What a dead sender left in between is unknown:
 * it is sent again where that does less harm than silence, else it stays unknown.
 */
@Injectable()
export class MailSender implements OnApplicationShutdown {
  private readonly logger = new Logger(MailSender.name);
  private transport: Transporter | undefined;

  constructor(
    @Inject(Db) private readonly db: Db,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @HandlesJob(mailJob)
  async sendWaiting(_payload: object, run: Pick<JobRun, 'signal'>): Promise<void> {
    if (!mailConfig().SMTP_URL) return;
    await this.settleLost();
    for (;;) {
      const claimed = await this.claim();
      for (const mail of claimed) await this.send(mail);
      if (claimed.length < BATCH || run.signal.aborted) return;
    }
  }

  private async settleLost(): Promise<void> {
    await this.db.transaction((tx) =>
      execute(
        tx,
        `update mail_message set state = case when resendable then 'queued' else 'unknown' end,
           secret_params = case when resendable then secret_params end
         where state = 'sending' and claimed_at < $1`,
        [new Date(this.clock.now().getTime() - LOST_MS)],
      ),
    );
  }

  private async claim(): Promise<ClaimedMail[]> {
    return this.db.transaction((tx) =>
      rows<ClaimedMail>(
        tx,
        `update mail_message m set state = 'sending', claimed_at = $1, attempts = attempts + 1
         from (select id from mail_message where state = 'queued' and not_before <= $1 order by not_before, id limit $2 for update skip locked) d
         where m.id = d.id returning m.id, m.email, m.template, m.locale, m.params, m.secret_params, m.attempts`,
        [this.clock.now(), BATCH],
      ),
    );
  }

  private async send(mail: ClaimedMail): Promise<void> {
    const rendered = renderMail(mail.template, mail.locale, { ...mail.params, ...mail.secret_params }, publicUrl());
    try {
      await this.smtp().sendMail({
        from: mailConfig().MAIL_FROM,
        to: mail.email,
        messageId: `<${mail.id}@${new URL(publicUrl()).hostname}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...rendered,
      });
    } catch (error) {
      await this.noteFailure(mail, error);
      return;
    }
    await this.db.transaction((tx) =>
      execute(
        tx,
        `update mail_message set state = 'sent', sent_at = $2, secret_params = null, last_error = null where id = $1`,
        [mail.id, this.clock.now()],
      ),
    );
  }

  /** A refused address is final, everything else is tried again with growing pauses. */
  private async noteFailure(mail: ClaimedMail, error: unknown): Promise<void> {
    const code = (error as { responseCode?: number }).responseCode ?? 0;
    const final = mail.attempts >= ATTEMPTS || (code >= 500 && code < 600);
    this.logger.warn(`mail ${mail.id} not sent: ${error instanceof Error ? error.name : 'error'} ${code || ''}`);
    await this.db.transaction((tx) =>
      execute(
        tx,
        `update mail_message set state = $2, last_error = $3, not_before = $4, secret_params = case when $2 = 'queued' then secret_params end where id = $1`,
        [
          mail.id,
          final ? 'failed' : 'queued',
          String(code || (error as { code?: string }).code || 'error').slice(0, 100),
          new Date(this.clock.now().getTime() + 60_000 * 2 ** mail.attempts),
        ],
      ),
    );
  }

  private smtp(): Transporter {
    this.transport ??= createTransport(mailConfig().SMTP_URL, { pool: true, maxConnections: 2 } as never);
    return this.transport;
  }

  onApplicationShutdown(): void {
    this.transport?.close();
  }
}
