import { z } from 'zod';
import { defineConfig } from '../config/config.js';

export const mailConfig = defineConfig('mail', {
  /** smtp://user:password@host:587 or smtps://…; without it mails stay in the development mailbox. */
  SMTP_URL: z
    .url()
    .refine((url) => /^smtps?:/.test(url), 'must start with smtp:// or smtps://')
    .optional(),
  MAIL_FROM: z.string().min(3).max(320).default('Waymark <waymark@localhost>'),
});
