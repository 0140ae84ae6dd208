import type { Locale } from '@waymark/kernel';

export const MAIL_TEMPLATES = [
  'invitation',
  'reset',
  'nudge-digest',
  'announcement',
  'milestone-waiting',
  'notification',
] as const;
export type MailTemplate = (typeof MAIL_TEMPLATES)[number];
export type MailParams = Record<string, string | number | boolean | null | readonly string[]>;

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

interface Words {
  subject: string;
  /** Paragraphs; a line of its own for each entry of a list parameter. */
  body: string[];
  button?: string;
  after?: string[];
}

/** `{name}` takes a parameter; a paragraph that is `{lines}` alone becomes a list. */
const WORDS: Record<MailTemplate, Record<Locale, Words>> = {
  invitation: {
    'zh-CN': {
      subject: '{companyName} 邀请你使用 Waymark',
      body: ['{name}，你好：', '你的学习账号已经开通。打开下面的链接设置密码，就可以开始了。'],
      button: '设置密码',
      after: ['链接在 {expiresOn} 之前有效，只能使用一次。'],
    },
    'zh-TW': {
      subject: '{companyName} 邀請你使用 Waymark',
      body: ['{name}，你好：', '你的學習帳號已經開通。打開下面的連結設定密碼，就可以開始了。'],
      button: '設定密碼',
      after: ['連結在 {expiresOn} 之前有效，只能使用一次。'],
    },
    en: {
      subject: '{companyName} invites you to Waymark',
      body: ['Hello {name},', 'your learning account is ready. Open the link to choose a password and start.'],
      button: 'Choose a password',
      after: ['The link works once, until {expiresOn}.'],
    },
  },
  reset: {
    'zh-CN': {
      subject: '重设 Waymark 密码',
      body: ['{name}，你好：', '有人为你的账号申请重设密码。如果是你本人，请打开下面的链接。'],
      button: '重设密码',
      after: ['链接 {minutes} 分钟内有效，只能使用一次。如果不是你，忽略这封邮件即可，密码不会改变。'],
    },
    'zh-TW': {
      subject: '重設 Waymark 密碼',
      body: ['{name}，你好：', '有人為你的帳號申請重設密碼。如果是你本人，請打開下面的連結。'],
      button: '重設密碼',
      after: ['連結 {minutes} 分鐘內有效，只能使用一次。如果不是你，忽略這封郵件即可，密碼不會改變。'],
    },
    en: {
      subject: 'Reset your Waymark password',
      body: ['Hello {name},', 'somebody asked to reset the password of your account. If it was you, open the link.'],
      button: 'Reset the password',
      after: [
        'The link works once, for {minutes} minutes. If it was not you, ignore this mail: your password stays as it is.',
      ],
    },
  },
  'nudge-digest': {
    'zh-CN': { subject: '今天有 {count} 件事等着你', body: ['今天的提醒：', '{lines}'], button: '打开今天' },
    'zh-TW': { subject: '今天有 {count} 件事等著你', body: ['今天的提醒：', '{lines}'], button: '打開今天' },
    en: {
      subject: 'Waiting for you today: {count}',
      body: ['Your reminders of today:', '{lines}'],
      button: 'Open Today',
    },
  },
  announcement: {
    'zh-CN': { subject: '公告：{title}', body: ['{text}'], button: '打开公告' },
    'zh-TW': { subject: '公告：{title}', body: ['{text}'], button: '打開公告' },
    en: { subject: 'Announcement: {title}', body: ['{text}'], button: 'Read it in Waymark' },
  },
  'milestone-waiting': {
    'zh-CN': {
      subject: '{personName} 的里程碑等待你签核',
      body: ['{personName} 提交了“{title}”，请查看材料后签核或退回。'],
      button: '查看',
    },
    'zh-TW': {
      subject: '{personName} 的里程碑等待你簽核',
      body: ['{personName} 提交了「{title}」，請查看材料後簽核或退回。'],
      button: '查看',
    },
    en: {
      subject: '{personName} waits for your sign-off',
      body: ['{personName} handed in “{title}”. Look at the evidence, then sign it off or return it.'],
      button: 'Open the evidence',
    },
  },
  notification: {
    'zh-CN': { subject: '{title}', body: ['{text}'], button: '打开 Waymark' },
    'zh-TW': { subject: '{title}', body: ['{text}'], button: '打開 Waymark' },
    en: { subject: '{title}', body: ['{text}'], button: 'Open Waymark' },
  },
};

const FOOTER: Record<Locale, string> = {
  'zh-CN': '由 Waymark 自动发送。哪些提醒寄到邮箱，可以在“我 › 提醒”里选择。',
  'zh-TW': '由 Waymark 自動傳送。哪些提醒寄到信箱，可以在「我 › 提醒」裡選擇。',
  en: 'Sent by Waymark. Choose which reminders reach your mailbox under Me › Reminders.',
};

function fill(words: string, params: MailParams): string {
  return words.replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = params[key];
    return Array.isArray(value) ? value.join('\n') : String(value ?? '');
  });
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** The parameters that the template's words take, in all languages together. */
export function paramsOf(template: MailTemplate): string[] {
  const words = Object.values(WORDS[template]).flatMap((w) => [w.subject, ...w.body, ...(w.after ?? [])]);
  return [...new Set(words.flatMap((w) => [...w.matchAll(/\{(\w+)\}/g)].map((m) => m[1] as string)))].sort();
}

/**
 * The mail as plain text and simple HTML. Parameters are text: nothing in them becomes markup.
 * @param baseUrl put before a link that starts with '/'
 */
export function renderMail(template: MailTemplate, locale: Locale, params: MailParams, baseUrl: string): RenderedMail {
  const words = WORDS[template][locale];
  const given = typeof params['link'] === 'string' ? params['link'] : '';
  const link = given.startsWith('/') ? `${baseUrl}${given}` : given;
  const paragraphs = (list: readonly string[] = []): { text: string; html: string }[] =>
    list.map((p) => {
      if (p === '{lines}' && Array.isArray(params['lines'])) {
        const lines = params['lines'] as readonly string[];
        return {
          text: lines.map((l) => `- ${l}`).join('\n'),
          html: `<ul>${lines.map((l) => `<li>${escapeHtml(l)}</li>`).join('')}</ul>`,
        };
      }
      const filled = fill(p, params);
      return { text: filled, html: `<p>${escapeHtml(filled).replaceAll('\n', '<br>')}</p>` };
    });
  const body = paragraphs(words.body);
  const after = paragraphs(words.after);
  const button =
    words.button && link
      ? [
          {
            text: `${words.button}: ${link}`,
            html: `<p><a href="${escapeHtml(link)}">${escapeHtml(words.button)}</a></p>`,
          },
        ]
      : [];
  const parts = [...body, ...button, ...after];
  return {
    subject: fill(words.subject, params).replace(/\s+/g, ' ').slice(0, 200),
    text: `${parts.map((p) => p.text).join('\n\n')}\n\n--\n${FOOTER[locale]}\n`,
    html: `<!doctype html><html lang="${locale}"><body style="font-family:sans-serif;line-height:1.6;color:#1f2937;max-width:36rem;margin:0 auto;padding:1rem">${parts
      .map((p) => p.html)
      .join('')}<hr><p style="color:#6b7280;font-size:.85em">${escapeHtml(FOOTER[locale])}</p></body></html>`,
  };
}
