import { InvalidInput, type Locale } from '@waymark/kernel';
import { fileUrl, fromText, toText } from '@waymark/platform';
import type {
  AcceptedAnswersInput,
  AcceptedAnswersModel,
  ChoiceInput,
  QuestionChoiceModel,
  QuestionContentInput,
  QuestionContentModel,
  QuestionMediaInput,
  QuestionMediaModel,
  QuestionPartInput,
  QuestionPartModel,
} from './question-content.model.js';
import type { ChoiceDraft, MediaDraft, PartDraft, QuestionContent } from './question-draft.js';

type Accepted = Partial<Record<Locale, string[]>>;

function toAccepted(input: AcceptedAnswersInput | null | undefined): Accepted {
  return { 'zh-CN': input?.zhCN ?? [], 'zh-TW': input?.zhTW ?? [], en: input?.en ?? [] };
}

function fromAccepted(accepted: Accepted): AcceptedAnswersModel {
  return { zhCN: accepted['zh-CN'] ?? [], zhTW: accepted['zh-TW'] ?? [], en: accepted.en ?? [] };
}

const toChoice = (c: ChoiceInput): ChoiceDraft => ({
  key: c.key,
  text: toText(c.text),
  correct: c.correct,
  ...(c.feedback ? { feedback: toText(c.feedback) } : {}),
});
const fromChoice = (c: ChoiceDraft): QuestionChoiceModel => ({
  key: c.key,
  text: fromText(c.text),
  correct: c.correct,
  feedback: c.feedback ? fromText(c.feedback) : null,
});

export function toContent(input: QuestionContentInput): QuestionContent {
  return {
    stem: toText(input.stem),
    choices: (input.choices ?? []).map(toChoice),
    answerTrue: input.answerTrue ?? null,
    accepted: toAccepted(input.accepted),
    exactCase: input.exactCase ?? false,
    wildcards: input.wildcards ?? false,
    scoring: input.scoring ?? 'all',
    number: input.number ?? null,
    unit: input.unit ?? '',
    prompts: (input.prompts ?? []).map((p) => ({ key: p.key, text: toText(p.text), option: p.option })),
    options: (input.options ?? []).map((o) => ({ key: o.key, text: toText(o.text) })),
    items: (input.items ?? []).map((o) => ({ key: o.key, text: toText(o.text) })),
    gaps: (input.gaps ?? []).map((g) => ({
      key: g.key,
      kind: g.kind,
      weight: g.weight,
      accepted: toAccepted(g.accepted),
      exactCase: g.exactCase ?? false,
      wildcards: g.wildcards ?? false,
      choices: (g.choices ?? []).map(toChoice),
      number: g.number ?? null,
      unit: g.unit ?? '',
    })),
    ...(input.essay ? { essay: { min: input.essay.min, max: input.essay.max } } : {}),
    rubric: (input.rubric ?? []).map((c) => ({
      key: c.key,
      title: toText(c.title),
      levels: c.levels.map((l) => ({ key: l.key, title: toText(l.title), points: l.points })),
    })),
  };
}

export function fromContent(draft: QuestionContent): QuestionContentModel {
  return {
    stem: fromText(draft.stem),
    choices: draft.choices.map(fromChoice),
    answerTrue: draft.answerTrue,
    accepted: fromAccepted(draft.accepted),
    exactCase: draft.exactCase ?? false,
    wildcards: draft.wildcards ?? false,
    scoring: draft.scoring ?? 'all',
    number: draft.number ?? null,
    unit: draft.unit ?? '',
    prompts: (draft.prompts ?? []).map((p) => ({ key: p.key, text: fromText(p.text), option: p.option })),
    options: (draft.options ?? []).map((o) => ({ key: o.key, text: fromText(o.text) })),
    items: (draft.items ?? []).map((o) => ({ key: o.key, text: fromText(o.text) })),
    gaps: (draft.gaps ?? []).map((g) => ({
      key: g.key,
      kind: g.kind,
      weight: g.weight,
      accepted: fromAccepted(g.accepted),
      exactCase: g.exactCase ?? false,
      wildcards: g.wildcards ?? false,
      choices: g.choices.map(fromChoice),
      number: g.number ?? null,
      unit: g.unit ?? '',
    })),
    essay: draft.essay ?? null,
    rubric: (draft.rubric ?? []).map((c) => ({
      key: c.key,
      title: fromText(c.title),
      levels: c.levels.map((l) => ({ key: l.key, title: fromText(l.title), points: l.points })),
    })),
  };
}

export function toParts(list: readonly QuestionPartInput[] | null | undefined): PartDraft[] {
  return (list ?? []).map((p) => {
    const { type } = p;
    if (type === 'case') throw new InvalidInput('case-in-case');
    return { key: p.key, type, points: p.points, ...toContent(p) };
  });
}

export function fromParts(parts: readonly PartDraft[] | undefined): QuestionPartModel[] {
  return (parts ?? []).map((p) => ({ key: p.key, type: p.type, points: p.points, ...fromContent(p) }));
}

export function toMedia(list: readonly QuestionMediaInput[] | null | undefined): MediaDraft[] {
  return (list ?? []).map((m) => ({
    place: m.place,
    fileId: m.fileId.toLowerCase(),
    kind: m.kind,
    alt: toText(m.alt),
  }));
}

export function fromMedia(media: readonly MediaDraft[] | undefined): QuestionMediaModel[] {
  return (media ?? []).map((m) => ({ ...m, alt: fromText(m.alt), url: fileUrl(m.fileId) }));
}
