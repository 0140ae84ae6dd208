import { fullDay } from '../../app/format.js';
import { hasMessage, locale, t } from '../../app/i18n.js';

const worded = (key: string, otherwise: string): string => (hasMessage(key) ? t(key) : otherwise);

export const actionWords = (action: string): string => worded(`audit.action.${action.replaceAll('.', '-')}`, action);

/** Fields whose name holds the key of a part of the subject. */
const KEYED: readonly (readonly [RegExp, string])[] = [
  [/^level (\S+) position$/, 'levelPosition'],
  [/^level (\S+)$/, 'levelOf'],
  [/^lesson (\S+) position$/, 'lessonPosition'],
  [/^lesson (\S+)$/, 'lessonOf'],
  [/^checkpoint (\S+) questions$/, 'checkpointQuestions'],
  [/^due:(.+)$/, 'dueOf'],
  [/^item-(\d+)$/, 'item'],
];

export function fieldWords(action: string, field: string): string {
  // A correction names the node whose text it corrects.
  if (action === 'map.text-corrected') return t('audit.keyed.nodeText', { key: field });
  // People have a personal name; a batch, a unit or an ability is called something.
  if (field === 'name' && !/^(person|people)\./.test(action)) return t('audit.keyed.title');
  for (const [pattern, key] of KEYED) {
    const part = pattern.exec(field)?.[1];
    if (part) return t(`audit.keyed.${key}`, { key: part });
  }
  return worded(`audit.field.${field}`, field);
}

interface Subject {
  subjectType: string;
  subjectId: string;
  subjectTitle: string | null;
  person: { id: string } | null;
}

const IS_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** There is one of each; its id says nothing. */
const SINGLE = new Set(['company', 'people', 'review-settings', 'work-calendar', 'nudge', 'progress', 'skills']);

/** What it was done to: by its name, else by what it is. Nothing where the person that stands beside it says it all. */
export function subjectWords(entry: Subject): string {
  if (entry.subjectTitle) return entry.subjectTitle;
  if (entry.person) return '';
  const type = worded(`audit.subject.${entry.subjectType}`, entry.subjectType);
  if (SINGLE.has(entry.subjectType)) return type;
  return `${type} ${IS_ID.test(entry.subjectId) ? entry.subjectId.slice(0, 8) : entry.subjectId}`;
}

const IDS = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const list = (value: unknown): string[] => (Array.isArray(value) ? value.flat().map(String) : []);

/** The rule of an audience as it is stored, in words; named people by their number. */
function ruleWords(rule: Record<string, unknown>, names: ReadonlyMap<string, string>): string {
  const comma = t('common.listComma');
  const named = (key: string): string =>
    list(rule[key])
      .map((id) => names.get(id) ?? id.slice(0, 8))
      .join(comma);
  const conditions = [
    rule['everyone'] ? t('audiences.everyone') : '',
    ...['orgUnitIds', 'jobRoleIds', 'cohortIds', 'tagIds'].map(named),
    rule['hiredFrom'] ? t('audiences.hiredFromDay', { day: fullDay(String(rule['hiredFrom'])) }) : '',
    rule['hiredTo'] ? t('audiences.hiredToDay', { day: fullDay(String(rule['hiredTo'])) }) : '',
    rule['hiredWithinDays'] ? t('audiences.hiredWithinN', { n: Number(rule['hiredWithinDays']) }) : '',
  ].filter(Boolean);
  const count = (key: string, words: string): string => {
    const n = list(rule[key]).length;
    return n > 0 ? t(words, { n }) : '';
  };
  const within = named('within');
  return (
    [
      conditions.join(t('audiences.and')),
      count('personIds', 'audiences.plusN'),
      count('excludedPersonIds', 'audiences.withoutN'),
      within && t('audiences.withinUnits', { units: within }),
    ]
      .filter(Boolean)
      .join(comma) || t('audiences.nobody')
  );
}

/** A value as people say it: names for ids, one language of a text, words for codes. */
export function valueWords(field: string, value: string | null, names: ReadonlyMap<string, string>): string {
  if (!value || value === 'null') return '';
  if (field === 'role') return worded(`grants.role.${value.replace('-', '_')}`, value);
  // Settings are written as JSON.
  const plain = /^".*"$/s.test(value) ? String(JSON.parse(value)) : value;
  if (plain.startsWith('{')) {
    try {
      const text = JSON.parse(plain) as Record<string, unknown>;
      if (field === 'rule') return ruleWords(text, names);
      const own = text[locale.value] ?? text['zh-CN'] ?? text['en'];
      if (typeof own === 'string') return own;
    } catch {
      // Not JSON after all: shown as it is.
    }
  }
  if (/^[a-z-]+$/.test(plain)) return worded(`audit.value.${plain}`, plain);
  return plain.replace(IDS, (id) => names.get(id) ?? id.slice(0, 8));
}

/** The changes of an entry in words. What says the same before and after is another language of it, or isn't there at all. */
export function changesInWords(
  action: string,
  changes: readonly {
    field: string;
    from: string | null;
    to: string | null;
    fromName?: string | null;
    toName?: string | null;
  }[],
  names: ReadonlyMap<string, string>,
): { field: string; from: string; to: string }[] {
  return changes
    .filter((c) => c.from !== c.to)
    .map((c) => ({
      field: fieldWords(action, c.field),
      from: c.fromName ?? valueWords(c.field, c.from, names),
      to: c.toName ?? valueWords(c.field, c.to, names),
    }))
    .filter((c) => c.from || c.to)
    .map((c) => (c.from === c.to ? { field: c.field, from: '', to: t('audit.keyed.elsewhere') } : c));
}
