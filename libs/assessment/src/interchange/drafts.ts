import { type Locale, type Text } from '@waymark/kernel';
import { gapsIn, stemWith } from '../question/cloze.js';
import type {
  ChoiceDraft,
  GapDraft,
  MediaDraft,
  OptionDraft,
  PartDraft,
  QuestionContent,
  QuestionDraft,
} from '../question/question-draft.js';
import { LIMITS, PARTIAL_TYPES, type PartType, type QuestionType } from '../question/question.js';
import {
  NotTaken,
  type NeutralContent,
  type NeutralGap,
  type NeutralMedia,
  type NeutralPart,
  type NeutralQuestion,
  type QuestionFormat,
} from './neutral.js';

type Typed = QuestionContent & { type: QuestionType };

/** The gaps in the order in which the stem of a language reads. */
function gapKeys(draft: Typed, locale: Locale): string[] {
  const known = (draft.gaps ?? []).map((g) => g.key);
  const inStem = gapsIn(draft.stem[locale] ?? '').filter((k) => known.includes(k));
  return [...new Set([...inStem, ...known])];
}

function neutralContent(draft: Typed, locale: Locale): NeutralContent {
  const word = (text: Text): string => text[locale] ?? '';
  const accepted = (a: { accepted: QuestionContent['accepted']; exactCase?: boolean; wildcards?: boolean }) => ({
    accepted: a.accepted[locale] ?? [],
    ...(a.exactCase ? { exactCase: true } : {}),
    ...(a.wildcards ? { wildcards: true } : {}),
  });
  const out: NeutralContent = { type: draft.type, stem: word(draft.stem) };
  if (PARTIAL_TYPES.includes(draft.type)) out.scoring = draft.scoring ?? 'all';
  switch (draft.type) {
    case 'single':
    case 'multiple':
      out.choices = draft.choices.map((c) => ({
        text: word(c.text),
        correct: c.correct,
        ...(c.feedback?.[locale] ? { feedback: c.feedback[locale] } : {}),
      }));
      break;
    case 'truefalse':
      if (draft.answerTrue !== null) out.answerTrue = draft.answerTrue;
      break;
    case 'short':
      Object.assign(out, accepted(draft));
      break;
    case 'numeric':
      if (draft.number) out.number = draft.number;
      if (draft.unit) out.unit = draft.unit;
      break;
    case 'matching': {
      const keys = (draft.options ?? []).map((o) => o.key);
      out.prompts = (draft.prompts ?? []).map((p) => ({ text: word(p.text), option: keys.indexOf(p.option) }));
      out.options = (draft.options ?? []).map((o) => word(o.text));
      break;
    }
    case 'ordering':
      out.items = (draft.items ?? []).map((i) => word(i.text));
      break;
    case 'cloze': {
      const keys = gapKeys(draft, locale);
      out.stem = stemWith(out.stem, (gap) => (keys.includes(gap) ? `{{${keys.indexOf(gap) + 1}}}` : `{{${gap}}}`));
      out.gaps = keys.map((key): NeutralGap => {
        const g = (draft.gaps ?? []).find((x) => x.key === key) as GapDraft;
        return {
          kind: g.kind,
          weight: g.weight,
          ...(g.kind === 'text' ? accepted(g) : {}),
          ...(g.kind === 'choice'
            ? { choices: g.choices.map((c) => ({ text: word(c.text), correct: c.correct })) }
            : {}),
          ...(g.kind === 'number' && g.number ? { number: g.number } : {}),
          ...(g.unit ? { unit: g.unit } : {}),
        };
      });
      break;
    }
    case 'essay':
      if (draft.essay) out.essay = { min: draft.essay.min, max: draft.essay.max };
      out.rubric = (draft.rubric ?? []).map((c) => ({
        title: word(c.title),
        levels: c.levels.map((l) => ({ title: word(l.title), points: l.points })),
      }));
      break;
    case 'case':
  }
  return out;
}

/** What a question says in one language; `sha256` of its files says which pictures are the same. */
export function toNeutral(
  code: string | null,
  draft: QuestionDraft,
  locale: Locale,
  sha256: ReadonlyMap<string, string>,
): NeutralQuestion {
  const explanation = draft.explanation[locale];
  return {
    ...neutralContent(draft, locale),
    ...(code ? { code } : {}),
    points: draft.points,
    difficulty: draft.difficulty,
    tags: draft.tags,
    ...(draft.competency ? { competency: draft.competency } : {}),
    use: draft.use,
    ...(draft.lessonRef ? { lessonRef: draft.lessonRef } : {}),
    ...(explanation ? { explanation } : {}),
    ...(draft.media
      ? {
          media: draft.media.map((m): NeutralMedia => {
            const choice = /^choice\.(.+)$/.exec(m.place);
            const at = choice ? draft.choices.findIndex((c) => c.key === choice[1]) : -1;
            const sha = sha256.get(m.fileId) ?? '';
            return {
              place: at >= 0 ? `choice.${at}` : m.place,
              kind: m.kind,
              sha256: sha,
              alt: m.alt[locale] ?? '',
              name: sha,
            };
          }),
        }
      : {}),
    ...(draft.type === 'case'
      ? { parts: (draft.parts ?? []).map((p) => ({ ...neutralContent(p, locale), type: p.type, points: p.points })) }
      : {}),
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Words with keys: those that stood there before keep their key, and with it their words in other languages. */
function keyed(texts: readonly string[], before: readonly OptionDraft[], locale: Locale): OptionDraft[] {
  const free = new Set(before.map((b) => b.key));
  const found = texts.map((text) => {
    const match = before.find((b) => free.has(b.key) && b.text[locale] === text);
    if (match) free.delete(match.key);
    return match ?? null;
  });
  const taken = new Set(before.map((b) => b.key));
  return texts.map((text, i) => {
    let old = found[i] ?? null;
    const beside = before[i];
    if (!old && beside && free.has(beside.key)) {
      free.delete(beside.key);
      old = beside;
    }
    if (old) return { key: old.key, text: { ...old.text, [locale]: text } };
    const key = [...LETTERS].find((l) => !taken.has(l)) ?? `k${i}`;
    taken.add(key);
    return { key, text: { [locale]: text } };
  });
}

function draftContent(
  q: NeutralContent,
  before: Typed | null,
  locale: Locale,
  format: QuestionFormat,
): QuestionContent {
  const old = before?.type === q.type ? before : null;
  const words = (text: string, was: Text | undefined): Text => ({ ...was, [locale]: text });
  const flags = (
    a: { exactCase?: boolean; wildcards?: boolean },
    was: { exactCase?: boolean; wildcards?: boolean } | null | undefined,
  ) => ({
    ...((a.exactCase ?? was?.exactCase) ? { exactCase: true } : {}),
    ...((a.wildcards ?? was?.wildcards) ? { wildcards: true } : {}),
  });
  // GIFT, Moodle and QTI mark half right answers in shares where they say nothing else.
  const scoring = q.scoring ?? old?.scoring ?? (before || format === 'csv' || format === 'xlsx' ? 'all' : 'partial');
  const out: QuestionContent = {
    stem: words(q.stem, before?.stem),
    choices: [],
    answerTrue: null,
    accepted: {},
    ...(PARTIAL_TYPES.includes(q.type) && scoring === 'partial' ? { scoring } : {}),
  };
  switch (q.type) {
    case 'single':
    case 'multiple':
      out.choices = keyed(
        (q.choices ?? []).map((c) => c.text),
        old?.choices ?? [],
        locale,
      ).map((c, i): ChoiceDraft => {
        const was = old?.choices.find((o) => o.key === c.key)?.feedback;
        const said = q.choices?.[i]?.feedback;
        const feedback = said ? words(said, was) : was;
        return { ...c, correct: q.choices?.[i]?.correct ?? false, ...(feedback ? { feedback } : {}) };
      });
      return out;
    case 'truefalse':
      return { ...out, answerTrue: q.answerTrue ?? null };
    case 'short':
      return { ...out, accepted: { ...old?.accepted, [locale]: q.accepted ?? [] }, ...flags(q, old) };
    case 'numeric': {
      const unit = q.unit ?? old?.unit;
      return { ...out, number: q.number ?? null, ...(unit ? { unit } : {}) };
    }
    case 'matching': {
      const options = keyed(q.options ?? [], old?.options ?? [], locale);
      const prompts = keyed(
        (q.prompts ?? []).map((p) => p.text),
        old?.prompts ?? [],
        locale,
      );
      return {
        ...out,
        options,
        prompts: prompts.map((p, i) => ({ ...p, option: options[q.prompts?.[i]?.option ?? -1]?.key ?? '' })),
      };
    }
    case 'ordering':
      return { ...out, items: keyed(q.items ?? [], old?.items ?? [], locale) };
    case 'cloze': {
      const was = old ? gapKeys(old, locale) : [];
      const kept = was.length === (q.gaps ?? []).length;
      const keys = (q.gaps ?? []).map((_, i) => (kept ? (was[i] as string) : String(i + 1)));
      out.stem = words(
        stemWith(q.stem, (gap) => `{{${keys[Number(gap) - 1] ?? gap}}}`),
        kept ? before?.stem : undefined,
      );
      return {
        ...out,
        gaps: (q.gaps ?? []).map((g, i): GapDraft => {
          const same = old?.gaps?.find((o) => kept && o.key === keys[i] && o.kind === g.kind);
          return {
            key: keys[i] as string,
            kind: g.kind,
            weight: g.weight,
            accepted: g.kind === 'text' ? { ...same?.accepted, [locale]: g.accepted ?? [] } : {},
            ...(g.kind === 'text' ? flags(g, same) : {}),
            choices:
              g.kind === 'choice'
                ? keyed(
                    (g.choices ?? []).map((c) => c.text),
                    same?.choices ?? [],
                    locale,
                  ).map((c, k) => ({ ...c, correct: g.choices?.[k]?.correct ?? false }))
                : [],
            ...(g.kind === 'number' ? { number: g.number ?? null } : {}),
            ...((g.unit ?? same?.unit) ? { unit: (g.unit ?? same?.unit) as string } : {}),
          };
        }),
      };
    }
    case 'essay': {
      const essay = q.essay ?? old?.essay;
      const titles = keyed(
        (q.rubric ?? []).map((c) => c.title),
        (old?.rubric ?? []).map((c) => ({ key: c.key, text: c.title })),
        locale,
      );
      return {
        ...out,
        ...(essay ? { essay } : {}),
        rubric: q.rubric
          ? titles.map((c, i) => {
              const was = old?.rubric?.find((o) => o.key === c.key)?.levels ?? [];
              const levels = q.rubric?.[i]?.levels ?? [];
              return {
                key: c.key,
                title: c.text,
                levels: keyed(
                  levels.map((l) => l.title),
                  was.map((l) => ({ key: l.key, text: l.title })),
                  locale,
                ).map((l, k) => ({ key: l.key, title: l.text, points: levels[k]?.points ?? 0 })),
              };
            })
          : (old?.rubric ?? []),
      };
    }
    case 'case':
      return out;
  }
}

export interface Defaults {
  locale: Locale;
  tags: string[];
  format: QuestionFormat;
}

/** The draft of what a file says; what it says nothing about, and every other language, stays as it was. */
export function toDraft(
  q: NeutralQuestion,
  before: QuestionDraft | null,
  defaults: Defaults,
  fileIds: ReadonlyMap<string, string>,
): QuestionDraft {
  const { locale, format } = defaults;
  const content = draftContent(q, before, locale, format);
  const parts = q.parts?.map((p: NeutralPart, i): PartDraft => {
    const was = before?.parts?.[i] ?? null;
    return {
      ...draftContent(p, was, locale, format),
      key: was?.key ?? (LETTERS[i] as string),
      type: p.type as PartType,
      points: p.points,
    };
  });
  const pictures = q.media?.map((m): MediaDraft => {
    const choice = /^choice\.(\d+)$/.exec(m.place);
    const fileId = fileIds.get(m.sha256) ?? '';
    const was = before?.media?.find((b) => b.fileId === fileId);
    return {
      place: choice ? `choice.${content.choices[Number(choice[1])]?.key ?? ''}` : m.place,
      fileId,
      kind: m.kind,
      alt: { ...was?.alt, [locale]: m.alt },
    };
  });
  const media = pictures ? [...pictures, ...(before?.media ?? []).filter((m) => m.kind !== 'image')] : before?.media;
  return {
    ...content,
    type: q.type,
    use: q.use ?? before?.use ?? 'practice',
    tags: q.tags ?? before?.tags ?? defaults.tags,
    competency: q.competency ?? before?.competency ?? null,
    difficulty: q.difficulty ?? before?.difficulty ?? 3,
    points: q.points ?? before?.points ?? (q.parts ? q.parts.reduce((n, p) => n + p.points, 0) : pointsOf(q)),
    explanation: { ...before?.explanation, ...(q.explanation ? { [locale]: q.explanation } : {}) },
    lessonRef: q.lessonRef ?? before?.lessonRef ?? null,
    ...(media?.length ? { media } : {}),
    ...(parts ? { parts } : {}),
  };
}

/** The most that a rubric gives, since the points have to be the same; else one. */
function pointsOf(q: NeutralQuestion): number {
  const most = (q.rubric ?? []).reduce((n, c) => n + Math.max(0, ...c.levels.map((l) => l.points)), 0);
  return most > 0 ? most : 1;
}

const MAX_TEXT = 20_000;

/** What the editor would not take either. @throws NotTaken */
export function assertWithinLimits(q: NeutralQuestion): void {
  const most = (list: readonly unknown[] | undefined, max: number, what: string): void => {
    if ((list?.length ?? 0) > max) throw new NotTaken('too-many', { what, max });
  };
  for (const c of [q, ...(q.parts ?? [])]) {
    most(c.choices, LIMITS.choices, 'choices');
    most(c.accepted, LIMITS.accepted, 'accepted');
    for (const g of c.gaps ?? []) {
      most(g.choices, LIMITS.choices, 'choices');
      most(g.accepted, LIMITS.accepted, 'accepted');
    }
    most(c.rubric, LIMITS.criteria, 'rubric');
    for (const r of c.rubric ?? []) most(r.levels, LIMITS.levels, 'levels');
    const texts = [
      c.stem,
      ...(c.choices ?? []).flatMap((x) => [x.text, x.feedback ?? '']),
      ...(c.items ?? []),
      ...(c.options ?? []),
      ...(c.prompts ?? []).map((p) => p.text),
    ];
    if (texts.some((t) => t.length > MAX_TEXT)) throw new NotTaken('text-too-long', { max: MAX_TEXT });
    if ([...(c.accepted ?? []), ...(c.gaps ?? []).flatMap((g) => g.accepted ?? [])].some((a) => a.length > 500))
      throw new NotTaken('text-too-long', { max: 500 });
  }
  most(q.media, LIMITS.media, 'media');
  most(q.tags, 10, 'tags');
  if ((q.explanation ?? '').length > MAX_TEXT) throw new NotTaken('text-too-long', { max: MAX_TEXT });
  if (q.lessonRef && !/^[a-z0-9][a-z0-9-]{0,62}\/[a-z0-9][a-z0-9-]{0,62}$/.test(q.lessonRef))
    throw new NotTaken('cell-value', { column: 'lesson', value: q.lessonRef.slice(0, 60) });
  if ((q.code ?? '').length > 200) throw new NotTaken('text-too-long', { max: 200 });
}
