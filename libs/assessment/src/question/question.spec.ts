import { describe, expect, it } from 'vitest';
import { answerProblem, type AnswerShape } from './question.js';
import { questionProblems, splitDraft, type QuestionDraft } from './question-draft.js';

const draft = (over: Partial<QuestionDraft> = {}): QuestionDraft => ({
  type: 'single',
  use: 'practice',
  tags: ['product'],
  competency: null,
  difficulty: 2,
  points: 1,
  stem: { 'zh-CN': '哪一个？', en: 'Which one?' },
  choices: [
    { key: 'a', text: { 'zh-CN': '甲', en: 'A' }, correct: true },
    { key: 'b', text: { 'zh-CN': '乙', en: 'B' }, correct: false },
  ],
  answerTrue: null,
  accepted: {},
  explanation: {},
  lessonRef: null,
  ...over,
});
const codes = (d: QuestionDraft): string[] => questionProblems(d).map((p) => p.code);

describe('questionProblems', () => {
  it('finds nothing wrong with a whole question of each type', () => {
    expect(codes(draft())).toEqual([]);
    expect(codes(draft({ type: 'multiple' }))).toEqual([]);
    expect(codes(draft({ type: 'truefalse', choices: [], answerTrue: false }))).toEqual([]);
    expect(codes(draft({ type: 'short', choices: [], accepted: { en: ['price'] } }))).toEqual([]);
  });
  it('names what is missing', () => {
    expect(codes(draft({ stem: {} }))).toContain('stem-missing');
    expect(codes(draft({ tags: [] }))).toContain('topic-missing');
    expect(codes(draft({ choices: [] }))).toEqual(['choices-too-few', 'one-correct-choice']);
    expect(codes(draft({ type: 'truefalse', choices: [] }))).toEqual(['answer-missing']);
    expect(codes(draft({ type: 'short', choices: [], accepted: { en: ['。'] } }))).toEqual([
      'accepted-missing',
      'accepted-empty',
    ]);
  });
  it('asks for every choice in every language of the stem, zh-TW excepted where zh-CN stands', () => {
    const d = draft({ stem: { 'zh-CN': '问', 'zh-TW': '問', en: 'Q' } });
    d.choices[1] = { key: 'b', text: { 'zh-CN': '乙' }, correct: false };
    expect(questionProblems(d)).toEqual([{ code: 'choice-text-missing', params: { key: 'b', locale: 'en' } }]);
  });
  it('refuses two right answers in a single choice and two equal choices', () => {
    const d = draft();
    d.choices = d.choices.map((c) => ({ ...c, correct: true, text: { 'zh-CN': '甲', en: c.key } }));
    expect(codes(d)).toEqual(['choice-texts-repeated', 'one-correct-choice']);
  });
});

describe('splitDraft', () => {
  it('leaves no trace of the key in the body', () => {
    expect(splitDraft(draft())).toEqual({ body: { choices: ['a', 'b'] }, key: { choices: ['a'] } });
    expect(splitDraft(draft({ type: 'truefalse', answerTrue: true }))).toEqual({
      body: { choices: ['true', 'false'] },
      key: { choices: ['true'] },
    });
    expect(splitDraft(draft({ type: 'short', accepted: { en: [' price ', ''], 'zh-CN': [] } }))).toEqual({
      body: {},
      key: { accepted: { en: ['price'] } },
    });
  });
});

describe('answerProblem', () => {
  it.each([
    ['single', { choices: ['a'] }, null],
    ['single', { choices: [] }, null],
    ['single', { choices: ['a', 'b'] }, 'answer-shape'],
    ['multiple', { choices: ['a', 'b'] }, null],
    ['multiple', { choices: ['a', 'a'] }, 'answer-shape'],
    ['multiple', { choices: ['a', 'z'] }, 'answer-choice-unknown'],
    ['single', { text: 'a' }, 'answer-shape'],
    ['short', { text: 'price' }, null],
    ['short', { choices: [] }, 'answer-shape'],
    ['short', { text: 'x'.repeat(501) }, 'answer-too-long'],
  ] as const)('%s %j → %s', (type, answer, expected) => {
    const shape: AnswerShape = { type, choices: ['a', 'b'] };
    expect(answerProblem(shape, answer as { choices?: string[]; text?: string })).toBe(expected);
  });
});
