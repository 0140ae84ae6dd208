import { LOCALES } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { MAIL_TEMPLATES, paramsOf, renderMail } from './mail-template.js';

describe('mail templates', () => {
  it('take the same parameters in every language', () => {
    for (const template of MAIL_TEMPLATES) {
      const params = Object.fromEntries(paramsOf(template).map((p) => [p, `<${p}>`]));
      for (const locale of LOCALES) {
        const mail = renderMail(template, locale, { ...params, link: '/x' }, 'https://learn.test');
        for (const p of paramsOf(template)) expect(`${mail.subject}\n${mail.text}`).toContain(`<${p}>`);
        expect(mail.text).toContain('https://learn.test/x');
        expect(mail.subject + mail.text + mail.html).not.toMatch(/\{\w+\}/);
      }
    }
  });

  it('lets no parameter become markup or a second header', () => {
    const mail = renderMail(
      'notification',
      'en',
      { title: 'a\r\nBcc: x@y.z', text: '<script>1</script>', link: '"><b>' },
      '',
    );
    expect(mail.subject).toBe('a Bcc: x@y.z');
    expect(mail.html).not.toContain('<script>');
    expect(mail.html).not.toContain('"><b>');
    expect(mail.text).toContain('<script>1</script>');
  });

  it('writes a list parameter as a list', () => {
    const mail = renderMail('nudge-digest', 'zh-CN', { count: 2, lines: ['甲', '乙'], link: '/' }, 'http://h');
    expect(mail.subject).toBe('今天有 2 件事等着你');
    expect(mail.text).toContain('- 甲\n- 乙');
    expect(mail.html).toContain('<li>乙</li>');
  });
});
