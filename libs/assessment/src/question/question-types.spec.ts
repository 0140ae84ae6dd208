import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makePaper, shapeOf, shownAnswer, shownRight, storedAnswer, type PaperEntry } from '../attempt/paper.js';
import { markAnswer, type GradingPolicy } from '../grading/grading.js';
import { wholeAnswer } from '../seed/whole-answer.js';
import { writtenAnswer } from './answer-words.js';
import { asDraft } from './draft-of-version.js';
import { questionProblems, splitDraft, type QuestionDraft } from './question-draft.js';
import { draftOf } from './question-types.fixture.js';
import { draftTexts, shownItem } from './question-texts.js';
import { answerProblem, isBlank, LIMITS, QUESTION_TYPES, type Answer, type QuestionType } from './question.js';
import { rightAnswer } from './right-answer.js';

const types = fc.constantFrom(...QUESTION_TYPES);
const policy: GradingPolicy = { locale: 'en', gradeShortAnswers: false };

function entryOf(draft: QuestionDraft, seed: number): PaperEntry {
  const { body } = splitDraft(draft);
  const question = { questionId: 'q', versionId: 'v', bankId: 'b', body, ...draft };
  const plan = { fixed: [{ question, points: draft.points }], draws: [], shuffleQuestions: true, shuffleChoices: true };
  return (makePaper(plan, [], seed) as PaperEntry[])[0] as PaperEntry;
}
const codes = (d: QuestionDraft): string[] => questionProblems(d).map((p) => p.code);
const marked = (d: QuestionDraft) => ({ type: d.type, ...splitDraft(d) });

describe('a question of every type', () => {
  it.each(QUESTION_TYPES)('%s: a whole one has no problem', (type) => expect(codes(draftOf(type))).toEqual([]));

  it.each(QUESTION_TYPES)('%s: is the same draft again when it is read back', (type) => {
    const draft = draftOf(type);
    const { body, key } = splitDraft(draft);
    const row = {
      id: 'v',
      question_id: 'q',
      published_at: null,
      lesson_ref: null,
      answer_key: key,
      body,
      ...draft,
      number: 1,
    };
    const again = asDraft(row, draftTexts(draft));
    expect(splitDraft(again)).toEqual({ body, key });
    expect(draftTexts(again)).toEqual(draftTexts(draft));
  });

  it.each(QUESTION_TYPES)('%s: shows a learner nothing of its key', (type) => {
    const draft = draftOf(type);
    const shown = JSON.stringify(shownItem(entryOf(draft, 7), 1, draftTexts(draft), 'en'));
    expect(shown).toContain(type === 'cloze' ? 'First {{1}}' : 'question');
    expect(shown).not.toMatch(/secret|987654321|876543219|correct|weight|tolerance|rubric/);
  });

  it('shows options in an order, and under names, that say nothing of what is right', () => {
    for (const type of ['ordering', 'matching'] as const) {
      const draft = draftOf(type);
      const orders = new Set<string>();
      for (let seed = 0; seed < 40; seed += 1) {
        const item = shownItem(entryOf(draft, seed), 1, draftTexts(draft), 'en');
        expect(item.choices.map((c) => c.key)).toEqual(['1', '2', '3', '4']);
        orders.add(item.choices.map((c) => c.text).join());
      }
      expect(orders.size).toBeGreaterThan(10);
      const renamed = draftOf(type, { items: draft.items?.map((o, i) => ({ ...o, key: `z${i}` })) ?? [] });
      expect(splitDraft(draft).body.options).toEqual([...(splitDraft(draft).body.options ?? [])].sort());
      if (type === 'ordering') expect(splitDraft(renamed).body.options).toEqual(['z0', 'z1', 'z2', 'z3']);
    }
  });

  it('takes back what it shows: stored and shown keys are one to one', () => {
    fc.assert(
      fc.property(types, fc.integer(), (type, seed) => {
        const draft = draftOf(type);
        const entry = entryOf(draft, seed);
        const { key } = splitDraft(draft);
        const right = wholeAnswer(type, key, 'en');
        const sent = shownAnswer(entry, right);
        expect(storedAnswer(entry, sent)).toEqual(right);
        expect(answerProblem(shapeOf(entry), storedAnswer(entry, sent))).toBeNull();
        const shown = shownRight(entry, rightAnswer(marked(draft), draftTexts(draft), 'en'));
        if (sent.order) expect(shown.order).toEqual(sent.order);
        if (sent.pairs) expect(shown.pairs).toEqual(sent.pairs);
        const item = shownItem(entry, 1, draftTexts(draft), 'en');
        if (!isBlank(right)) expect(writtenAnswer(item, sent).length).toBeGreaterThan(0);
      }),
    );
  });

  it('marks the whole answer right, a blank one nothing, and every other answer between', () => {
    const junk: fc.Arbitrary<Answer> = fc.record(
      {
        choices: fc.subarray(['a', 'b', 'c', 'd', 'true', 'false', '']),
        text: fc.oneof(fc.string(), fc.constantFrom('987654321', 'secret-accepted', '*', '(((')),
        pairs: fc.dictionary(fc.constantFrom('p', 'q', 'r', 'x'), fc.constantFrom('a', 'b', 'c', 'd', '')),
        order: fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e']),
        gaps: fc.dictionary(
          fc.constantFrom('1', '2', '3', '4'),
          fc.oneof(fc.string(), fc.constantFrom('y', 'secret-gap')),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(types, junk, fc.dictionary(fc.constantFrom('k0', 'k1', 'k2', 'k3'), junk), (type, given, parts) => {
        const question = marked(draftOf(type));
        for (const answer of [given, { parts }]) {
          const mark = markAnswer(question, answer, policy);
          expect(mark.n).toBeGreaterThanOrEqual(0);
          expect(mark.n).toBeLessThanOrEqual(mark.d);
          expect(mark.s === 'right').toBe(mark.s !== 'pending' && mark.n === mark.d);
          if (isBlank(answer)) expect(mark.s).toBe('blank');
        }
      }),
    );
    for (const type of QUESTION_TYPES) {
      const question = marked(draftOf(type));
      const mark = markAnswer(question, wholeAnswer(type, question.key, 'en'), policy);
      expect([type, mark.s]).toEqual([type, type === 'essay' ? 'blank' : type === 'case' ? 'partial' : 'right']);
    }
  });
});

describe('partial credit', () => {
  const share = (type: QuestionType, answer: Answer, over: Partial<QuestionDraft> = {}): string => {
    const { n, d } = markAnswer(marked(draftOf(type, over)), answer, policy);
    return `${n}/${d}`;
  };
  it('multiple choice: right taken less wrong taken, of the right ones, not below nothing', () => {
    expect(share('multiple', { choices: ['a'] })).toBe('1/2');
    expect(share('multiple', { choices: ['a', 'c', 'b'] })).toBe('1/2');
    expect(share('multiple', { choices: ['a', 'b'] })).toBe('0/1');
    expect(share('multiple', { choices: ['a', 'b', 'c', 'd'] })).toBe('0/1');
    expect(share('multiple', { choices: ['b', 'd'] })).toBe('0/1');
    expect(share('multiple', { choices: ['a'] }, { scoring: 'all' })).toBe('0/1');
    expect(share('multiple', { choices: ['c', 'a'] }, { scoring: 'all' })).toBe('1/1');
  });
  it('matching: share of right pairs', () => {
    expect(share('matching', { pairs: { p: 'c', q: 'a' } })).toBe('2/3');
    expect(share('matching', { pairs: { p: 'a', q: 'a', r: 'a' } })).toBe('1/3');
    expect(share('matching', { pairs: { p: 'c', q: 'a' } }, { scoring: 'all' })).toBe('0/1');
  });
  it('ordering: share of neighbours that follow each other', () => {
    // Right is d b c a: "b c" and "c a" still stand together.
    expect(share('ordering', { order: ['b', 'c', 'a', 'd'] })).toBe('2/3');
    expect(share('ordering', { order: ['a', 'c', 'b', 'd'] })).toBe('0/1');
    expect(share('ordering', { order: ['b', 'c', 'a', 'd'] }, { scoring: 'all' })).toBe('0/1');
  });
  it('cloze: weights of the right gaps', () => {
    expect(share('cloze', { gaps: { '1': 'open gap' } })).toBe('0/1');
    expect(share('cloze', { gaps: { '1': 'SECRET-GAP', '2': 'x' } })).toBe('1/2');
    expect(share('cloze', { gaps: { '1': '倾听', '3': '876,543,219' } })).toBe('3/4');
  });
  it('a case earns its parts’ points, and waits while a part does', () => {
    const parts = { k0: { text: 'secret-accepted' }, k1: { order: ['b', 'c', 'a', 'd'] }, k2: { text: '1' } };
    expect(share('case', { parts })).toBe('5/12');
    const waiting = markAnswer(marked(draftOf('case')), { parts: { ...parts, k3: { text: 'An essay' } } }, policy);
    expect(waiting).toMatchObject({ s: 'pending', n: 0, d: 1 });
    expect(waiting.x?.map((m) => m.s)).toEqual(['right', 'partial', 'wrong', 'pending']);
  });
});

describe('accepted answers', () => {
  const short = (answer: string, over: Partial<QuestionDraft>, by: Partial<GradingPolicy> = {}): string =>
    markAnswer(marked(draftOf('short', over)), { text: answer }, { ...policy, ...by }).s;
  it('keep the case where it decides', () => {
    expect(short('ph', { accepted: { en: ['pH'] }, exactCase: true })).toBe('wrong');
    expect(short('pH。', { accepted: { en: ['pH'] }, exactCase: true })).toBe('right');
  });
  it('take any text for a star, and never everything', () => {
    const wild = { accepted: { en: ['listen* before *sell'] }, wildcards: true };
    expect(short('Listening long before you sell', wild)).toBe('right');
    expect(short('listen before', wild)).toBe('wrong');
    expect(short('anything', { accepted: { en: ['*'] }, wildcards: true })).toBe('wrong');
    expect(short('2*3', { accepted: { en: ['2\\*3'] }, wildcards: true })).toBe('right');
    expect(short('293', { accepted: { en: ['2\\*3'] }, wildcards: true })).toBe('wrong');
  });
  it('answer at once however many stars there are', () => {
    expect(short('a'.repeat(500), { accepted: { en: [`${'*a'.repeat(100)}*b`] }, wildcards: true })).toBe('wrong');
  });
  it('are one in simplified and traditional writing where the server folds them', () => {
    const fold = (s: string): string => s.replaceAll('價', '价').replaceAll('異議', '异议');
    expect(short('價格異議', {})).toBe('wrong');
    expect(short('價格異議', {}, { fold })).toBe('right');
  });
});

describe('what stops publishing', () => {
  it.each<[string, QuestionDraft, string[]]>([
    [
      'a number that reads two ways',
      draftOf('numeric', { number: { value: '1,234', tolerance: '-1', relative: false } }),
      ['number-comma-ambiguous', 'tolerance-negative'],
    ],
    ['no number', draftOf('numeric', { number: null }), ['number-missing']],
    [
      'a prompt without its option',
      draftOf('matching', { prompts: [{ key: 'p', text: { en: 'x', 'zh-CN': 'x' }, option: 'zz' }] }),
      ['prompts-too-few', 'prompt-option-missing'],
    ],
    [
      'a gap that is not in the stem',
      draftOf('cloze', { stem: { en: 'Only {{1}} and {{1}} and {{9}}' } }),
      ['gap-repeated', 'gap-undefined', 'gap-not-in-stem', 'gap-not-in-stem'],
    ],
    ['a rubric beside the points', draftOf('essay', { points: 5 }), ['rubric-points']],
    ['an essay longer than may be', draftOf('essay', { essay: { min: 0, max: LIMITS.essay + 1 } }), ['essay-length']],
    ['parts beside the points', draftOf('case', { points: 3 }), ['parts-points']],
    ['a case without parts', draftOf('case', { parts: [], points: 1 }), ['parts-missing']],
    [
      'a picture that nobody can be told about',
      draftOf('single', { media: [{ place: 'stem', fileId: 'f', kind: 'image', alt: {} }] }),
      ['media-alt-missing', 'media-alt-missing'],
    ],
    [
      'a picture of a choice that is gone',
      draftOf('single', { media: [{ place: 'choice.z', fileId: 'f', kind: 'audio', alt: {} }] }),
      ['media-without-place'],
    ],
  ])('%s', (_what, draft, expected) => expect(codes(draft)).toEqual(expected));

  it('says which part of a case and which gap is meant', () => {
    const draft = draftOf('case');
    draft.parts = draft.parts?.map((p) => (p.type === 'short' ? { ...p, accepted: {} } : p)) ?? [];
    expect(questionProblems(draft)).toEqual([{ code: 'accepted-missing', params: { part: 1 } }]);
  });
});

describe('the form of an answer', () => {
  const problem = (type: QuestionType, answer: Answer): string | null =>
    answerProblem(shapeOf(entryOf(draftOf(type), 3)), answer);
  it.each<[QuestionType, Answer, string | null]>([
    ['numeric', { text: '12' }, null],
    ['numeric', { choices: ['a'] }, 'answer-shape'],
    ['matching', { pairs: { p: 'a' } }, null],
    ['matching', { pairs: { p: 'z' } }, 'answer-choice-unknown'],
    ['matching', { pairs: { z: 'a' } }, 'answer-choice-unknown'],
    ['ordering', { order: ['a', 'b', 'c', 'd'] }, null],
    ['ordering', { order: [] }, null],
    ['ordering', { order: ['a', 'b'] }, 'answer-shape'],
    ['ordering', { order: ['a', 'a', 'b', 'c'] }, 'answer-shape'],
    ['ordering', { order: ['a', 'b', 'c', 'z'] }, 'answer-choice-unknown'],
    ['cloze', { gaps: { '1': 'x', '2': 'y' } }, null],
    ['cloze', { gaps: { '2': 'z' } }, 'answer-choice-unknown'],
    ['cloze', { gaps: { '9': 'z' } }, 'answer-choice-unknown'],
    ['case', { parts: { k0: { text: 'x' }, k1: { order: ['a', 'b', 'c', 'd'] } } }, null],
    ['case', { parts: { k0: { order: [] } } }, 'answer-shape'],
    ['case', { parts: { k9: { text: 'x' } } }, 'answer-choice-unknown'],
    ['case', { parts: { k0: { parts: {} } } }, 'answer-shape'],
    ['single', { choices: ['a'], text: 'x' }, 'answer-shape'],
  ])('%s %j → %s', (type, answer, expected) => expect(problem(type, answer)).toBe(expected));
  it('is as long as the type allows', () => {
    expect(problem('essay', { text: 'x'.repeat(2000) })).toBeNull();
    expect(problem('essay', { text: 'x'.repeat(2001) })).toBe('answer-too-long');
    expect(problem('short', { text: 'x'.repeat(501) })).toBe('answer-too-long');
    expect(problem('cloze', { gaps: { '1': 'x'.repeat(201) } })).toBe('answer-too-long');
  });
});
