import type { QuestionDraft } from './question-draft.js';
import type { QuestionType } from './question.js';

const both = (en: string, zh: string) => ({ en, 'zh-CN': zh });

/** One whole question of every type, with secrets ("secret-…") in every place that only a key may hold. */
export function draftOf(type: QuestionType, over: Partial<QuestionDraft> = {}): QuestionDraft {
  const base: QuestionDraft = {
    type,
    use: 'practice',
    tags: ['product'],
    competency: null,
    difficulty: 2,
    points: 4,
    stem: both(`A ${type} question`, `一道${type}题`),
    choices: [],
    answerTrue: null,
    accepted: {},
    explanation: both('secret-explanation', '秘密的解析'),
    lessonRef: null,
  };
  const options = ['d', 'b', 'c', 'a'].map((key) => ({ key, text: both(`Option ${key}`, `选项${key}`) }));
  const content: Record<QuestionType, Partial<QuestionDraft>> = {
    single: {
      choices: ['a', 'b', 'c'].map((key) => ({
        key,
        text: both(`Choice ${key}`, `选${key}`),
        correct: key === 'b',
        feedback: both(`secret-feedback-${key}`, `秘密的反馈${key}`),
      })),
    },
    multiple: {
      scoring: 'partial',
      choices: ['a', 'b', 'c', 'd'].map((key) => ({
        key,
        text: both(`Choice ${key}`, `选${key}`),
        correct: key === 'a' || key === 'c',
      })),
    },
    truefalse: { answerTrue: false },
    short: { accepted: { en: ['secret-accepted'], 'zh-CN': ['价格异议'] } },
    numeric: { number: { value: '987654321', tolerance: '0.5', relative: false }, unit: 'kg' },
    matching: {
      scoring: 'partial',
      prompts: ['p', 'q', 'r'].map((key, i) => ({
        key,
        text: both(`Prompt ${key}`, `问${key}`),
        option: ['c', 'a', 'b'][i] as string,
      })),
      options,
    },
    ordering: { scoring: 'partial', items: options },
    cloze: {
      scoring: 'partial',
      stem: both('First {{1}}, then {{2}}, {{3}} times', '先{{1}}，再{{2}}，共{{3}}次'),
      gaps: [
        { key: '1', kind: 'text', weight: 2, accepted: { en: ['secret-gap'], 'zh-CN': ['倾听'] }, choices: [] },
        {
          key: '2',
          kind: 'choice',
          weight: 1,
          accepted: {},
          choices: ['x', 'y'].map((key) => ({ key, text: both(`Gap ${key}`, `空${key}`), correct: key === 'y' })),
        },
        {
          key: '3',
          kind: 'number',
          weight: 1,
          accepted: {},
          choices: [],
          number: { value: '876543219', tolerance: '0', relative: false },
        },
      ],
    },
    essay: {
      essay: { min: 10, max: 2000 },
      rubric: [
        {
          key: 'r',
          title: both('secret-criterion', '秘密的标准'),
          levels: [
            { key: 'l', title: both('secret-low', '低'), points: 0 },
            { key: 'h', title: both('secret-high', '高'), points: 4 },
          ],
        },
      ],
    },
    case: {},
  };
  const draft = { ...base, ...content[type] };
  if (type === 'case') {
    draft.parts = (['short', 'ordering', 'numeric', 'essay'] as const).map((kind, i) => {
      const { choices, answerTrue, accepted, stem, ...rest } = draftOf(kind);
      return {
        ...rest,
        key: `k${i}`,
        type: kind,
        points: 4,
        stem,
        choices,
        answerTrue,
        accepted,
      };
    });
    draft.points = 16;
  }
  return { ...draft, ...over };
}
