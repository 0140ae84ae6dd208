import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from './audit-actions.js';

const root = join(import.meta.dirname, '../../../../..');
const LOCALES = ['zh-CN', 'zh-TW', 'en'];
interface Words {
  action: Record<string, string>;
  field: Record<string, string>;
  subject: Record<string, string>;
}
const words = LOCALES.map(
  (locale) =>
    (
      JSON.parse(readFileSync(join(root, `apps/web/src/i18n/${locale}/audit.json`), 'utf8')) as {
        audit: Words;
      }
    ).audit,
);
const sources = readdirSync(join(root, 'libs'), { recursive: true, encoding: 'utf8' })
  .map((path) => `libs/${path}`)
  .filter((path) => path.endsWith('.ts') && !path.includes('.spec.') && !path.startsWith('libs/testing/'))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
/** The files that write to the audit. */
const writers = sources.filter((s) => /\bAudit\b|\.audited\(/.test(s.text));
const found = (pattern: RegExp): string[] => [
  ...new Set(writers.flatMap((s) => [...s.text.matchAll(pattern)].map((m) => m[1] as string))),
];

/** Looks like an action and is something else: a verb of the activity record, a file, a value in SQL; locks begin with a lib, columns with a letter. */
const NO_ACTION = new Set([
  'assessment.question-import',
  'attempt.passed',
  'certificate.issued',
  'certification.issue',
  'chosen.today',
  'course.completed',
  'enrolment.completed',
  'meeting.held',
  'node.completed',
  'progress.xlsx',
  'signoff.decided',
]);
const LIBS = ['identity', 'learning', 'mentoring'];
const isAction = (text: string): boolean =>
  !NO_ACTION.has(text) && !LIBS.includes(text.split('.')[0] as string) && !/^[a-z]\./.test(text);

/** Actions that are put together when they happen, and what they can become. */
const BUILT: Record<string, string[]> = {
  'pairing.${reason}': endings('libs/mentoring/src/pairing/pairing.ts', /export type EndReason = ([^;]+);/),
  'redemption.${move.to}': endings(
    'migrations/0009-rewards.ts',
    /create table redemption \([\s\S]+?state in \(([^)]+)\)/,
  ),
};
function endings(path: string, pattern: RegExp): string[] {
  const list = pattern.exec(readFileSync(join(root, path), 'utf8'))?.[1] ?? '';
  return [...list.matchAll(/'([a-z-]+)'/g)].map((m) => m[1] as string);
}

describe('the words of the audit log', () => {
  it('cover every action that is written, and no other', () => {
    expect(found(/`([a-z-]+\.\$\{[^}]*\})`/g).sort()).toEqual(Object.keys(BUILT).sort());
    const built = Object.entries(BUILT).flatMap(([template, ends]) =>
      ends.map((end) => template.replace(/\$\{.*\}/, end)),
    );
    expect(built.length).toBeGreaterThan(8);
    const written = [...found(/'([a-z-]+\.[a-z-]+)'/g).filter(isAction), ...built].sort();
    expect([...AUDIT_ACTIONS].sort()).toEqual(written);
    for (const { action } of words)
      expect(Object.keys(action).sort()).toEqual(written.map((code) => code.replaceAll('.', '-')).sort());
  });

  it('cover every type of subject', () => {
    const types = found(/(?:subjectType:|const SUBJECT =) '([a-z-]+)'/g).sort();
    expect(types.length).toBeGreaterThan(30);
    for (const { subject } of words) expect(types.filter((type) => !subject[type])).toEqual([]);
  });

  it('cover every field', () => {
    const lists = ['point-rules.service', 'store.service', 'review-settings.service', 'person.service'].flatMap(
      (name) => {
        const file = writers.find((s) => s.path.endsWith(`/${name}.ts`));
        return [...(file?.text ?? '').matchAll(/(?:fields|_FIELDS|changes)\b[^=]*= \(?\[([^\]]+)\] as const/g)].map(
          (m) => [...(m[1] as string).matchAll(/'(\w+)'/g)].map((f) => f[1] as string),
        );
      },
    );
    expect(lists).toHaveLength(4);
    const settings = /export interface CompanySettings \{([\s\S]+?)\n\}/.exec(
      sources.find((s) => s.path.endsWith('company-settings.service.ts'))?.text ?? '',
    )?.[1];
    const ofCompany = [...(settings ?? '').matchAll(/^ {2}(\w+):/gm)].map((m) => m[1] as string);
    expect(ofCompany).toContain('quietHours');
    const fields = [...found(/field: '([\w-]+)',\s*from/g), ...lists.flat(), ...ofCompany].filter(
      (f) => f !== 'revision',
    );
    expect(fields.length).toBeGreaterThan(60);
    for (const { field } of words) expect(fields.filter((name) => !field[name])).toEqual([]);
  });
});
