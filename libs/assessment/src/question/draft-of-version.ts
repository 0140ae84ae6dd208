import type { Text } from '@waymark/kernel';
import type { QuestionContent, QuestionDraft } from './question-draft.js';
import type { AcceptedKey, AnswerKey, QuestionBody, QuestionType } from './question.js';
import type { VersionRow } from './question.repository.js';
import type { QuestionTexts } from './question-texts.js';
import {
  altField,
  choiceField,
  criterionField,
  EXPLANATION,
  feedbackField,
  gapChoiceField,
  levelField,
  optionField,
  partPrefix,
  promptField,
  STEM,
} from './text-fields.js';

function acceptedDraft(key: AcceptedKey) {
  return {
    accepted: key.accepted ?? {},
    ...(key.exactCase ? { exactCase: true } : {}),
    ...(key.wildcards ? { wildcards: true } : {}),
  };
}

function contentOf(
  type: QuestionType,
  body: QuestionBody,
  key: AnswerKey,
  word: (field: string) => Text,
): QuestionContent {
  const right = new Set(key.choices ?? []);
  const base: QuestionContent = {
    stem: word(STEM),
    choices: [],
    answerTrue: null,
    ...acceptedDraft(key),
    ...(body.scoring ? { scoring: body.scoring } : {}),
  };
  switch (type) {
    case 'single':
    case 'multiple':
      return {
        ...base,
        choices: (body.choices ?? []).map((c) => {
          const feedback = word(feedbackField(c));
          const said = Object.values(feedback).some((text) => text !== '');
          return { key: c, text: word(choiceField(c)), correct: right.has(c), ...(said ? { feedback } : {}) };
        }),
      };
    case 'truefalse':
      return { ...base, answerTrue: right.size === 1 ? right.has('true') : null };
    case 'numeric':
      return { ...base, number: key.number ?? null, ...(body.unit ? { unit: body.unit } : {}) };
    case 'matching':
      return {
        ...base,
        prompts: (body.prompts ?? []).map((p) => ({
          key: p,
          text: word(promptField(p)),
          option: key.pairs?.[p] ?? '',
        })),
        options: (body.options ?? []).map((o) => ({ key: o, text: word(optionField(o)) })),
      };
    case 'ordering':
      return { ...base, items: (key.order ?? []).map((o) => ({ key: o, text: word(optionField(o)) })) };
    case 'cloze':
      return {
        ...base,
        gaps: (body.gaps ?? []).map((g) => {
          const k = key.gaps?.[g.key] ?? { weight: 1 };
          return {
            key: g.key,
            kind: g.kind,
            weight: k.weight,
            ...acceptedDraft(k),
            choices: (g.choices ?? []).map((c) => ({
              key: c,
              text: word(gapChoiceField(g.key, c)),
              correct: k.choices?.includes(c) ?? false,
            })),
            ...(g.kind === 'number' ? { number: k.number ?? null } : {}),
            ...(g.unit ? { unit: g.unit } : {}),
          };
        }),
      };
    case 'essay':
      return {
        ...base,
        ...(body.essay ? { essay: body.essay } : {}),
        rubric: (key.rubric ?? []).map((c) => ({
          key: c.key,
          title: word(criterionField(c.key)),
          levels: c.levels.map((l) => ({ ...l, title: word(levelField(c.key, l.key)) })),
        })),
      };
    case 'short':
    case 'case':
      return base;
  }
}

/** The draft a version is, with its key: for authors only. */
export function asDraft(v: VersionRow, texts: QuestionTexts): QuestionDraft {
  const within =
    (before: string) =>
    (field: string): Text =>
      texts[before + field] ?? {};
  return {
    type: v.type,
    use: v.use,
    tags: v.tags,
    competency: v.competency,
    difficulty: v.difficulty,
    points: v.points,
    ...contentOf(v.type, v.body, v.answer_key, within('')),
    explanation: texts[EXPLANATION] ?? {},
    lessonRef: v.lesson_ref,
    ...(v.body.media ? { media: v.body.media.map((m) => ({ ...m, alt: texts[altField(m.fileId)] ?? {} })) } : {}),
    ...(v.type === 'case'
      ? {
          parts: (v.body.parts ?? []).map((p) => ({
            key: p.key,
            type: p.type,
            points: p.points,
            ...contentOf(p.type, p.body, v.answer_key.parts?.[p.key] ?? {}, within(partPrefix(p.key))),
          })),
        }
      : {}),
  };
}
