export { MailQueue, type MailInput } from './mail-queue.service.js';
export { MailSender, publicUrl } from './mail-sender.service.js';
export { MAIL_TEMPLATES, type MailParams, type MailTemplate } from './mail-template.js';
