import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import { NotFound, type Locale } from '@waymark/kernel';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { platformConfig } from '../config/platform.config.js';
import { Db } from '../db/db.js';
import { rows } from '../db/sql.js';
import { Public } from '../security/allow.js';
import '../http/fastify-request.js';
import { mailConfig } from './mail.config.js';
import { publicUrl } from './mail-sender.service.js';
import { escapeHtml, renderMail, type MailParams, type MailTemplate } from './mail-template.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);
const NEWEST = 100;

interface KeptMail {
  id: string;
  to: string;
  template: string;
  subject: string;
  text: string;
  html: string;
  createdAt: Date;
}

/**
 * The development mailbox: while no SMTP server is set, mails are read here. They hold sign-in links, so it answers
 * only this machine (asked by a local name and not through a proxy that hides who asks) and administrators.
 */
@Controller('dev')
export class MailboxController {
  constructor(@Inject(Db) private readonly db: Db) {}

  @Get('mail.json')
  @Public()
  @Header('cache-control', 'no-store')
  async list(@Req() request: FastifyRequest): Promise<KeptMail[]> {
    this.assertMayRead(request);
    return this.kept();
  }

  @Get('mail')
  @Public()
  @Header('cache-control', 'no-store')
  async page(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    this.assertMayRead(request);
    void reply.type('text/html; charset=utf-8');
    const mails = (await this.kept()).map(
      (m) =>
        `<article style="border-top:1px solid #ccc;padding:1rem 0"><h2 style="font-size:1.1rem;margin:0">${escapeHtml(m.subject)}</h2>
<p style="color:#666;margin:.25rem 0">${escapeHtml(m.to)} · ${m.createdAt.toISOString()} · ${escapeHtml(m.template)}</p>${/<body[^>]*>(.*)<\/body>/s.exec(m.html)?.[1] ?? ''}</article>`,
    );
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Development mailbox</title></head>
<body style="font-family:sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem"><h1>Development mailbox</h1>
<p>No SMTP server is set (SMTP_URL), so mails stay here, newest first. They are not delivered later.</p>${mails.join('') || '<p>No mail yet.</p>'}</body></html>`;
  }

  private assertMayRead(request: FastifyRequest): void {
    if (mailConfig().SMTP_URL) throw new NotFound();
    if (request.viewer?.permissions.has('platform:read-mailbox') && !request.viewer.viewAsBy) return;
    const proxied = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined;
    const named = LOCAL_HOSTS.has((request.headers.host ?? '').replace(/:\d+$/, ''));
    const local = LOOPBACK.has(request.ip) && named && (!proxied || platformConfig().TRUST_PROXY !== undefined);
    if (!local) throw new NotFound();
  }

  private async kept(): Promise<KeptMail[]> {
    const found = await this.db.read((tx) =>
      rows<{
        id: string;
        email: string;
        template: MailTemplate;
        locale: Locale;
        params: MailParams;
        secret_params: MailParams | null;
        created_at: Date;
      }>(
        tx,
        `select id, email, template, locale, params, secret_params, created_at from mail_message
         where state = 'kept' and email is not null order by created_at desc, id desc limit $1`,
        [NEWEST],
      ),
    );
    return found.map((m) => ({
      id: m.id,
      to: m.email,
      template: m.template,
      createdAt: m.created_at,
      ...renderMail(m.template, m.locale, { ...m.params, ...m.secret_params }, publicUrl()),
    }));
  }
}
