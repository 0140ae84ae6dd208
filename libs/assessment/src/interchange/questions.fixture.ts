import fc from 'fast-check';
import {
  HOLDS,
  heldBy,
  type NeutralAccepted,
  type NeutralContent,
  type NeutralGap,
  type NeutralPart,
  type NeutralQuestion,
  type QuestionFormat,
} from './neutral.js';
import type { QuestionType } from '../question/question.js';

/** The smallest PNG there is. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-zA-Z0-9 .,]{1,12}$/) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '客户说太贵',
      '价格异议',
      '第一步',
      '简体與繁體',
      'café',
      'a < b & c > d',
      '“引号”',
      '½ ≤ x',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '{',
      '}',
      '=',
      '~',
      '#',
      ':',
      '\\',
      '%50%',
      '[html]',
      '->',
      '|',
      '"',
      "'",
      '=1+1',
      '-3',
      '@x',
      '\n',
      '//',
      '::',
      '<b>',
      '&amp;',
      '*',
      '$',
      ';',
      '\t',
      ']]>',
      '{1:',
      '\\n',
      '/',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
);
export const words = fc
  .array(piece, { minLength: 1, maxLength: 6 })
  .map((p) => p.join(''))
  .filter((t) => t.trim() !== '');
const decimal = fc
  .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: 0, max: 3 }))
  .map(([n, s]) => String(n / 10 ** s));
const number = fc.record({
  value: decimal,
  tolerance: fc.constantFrom('0', '0.5', '2', '0.125'),
  relative: fc.boolean(),
});
const code = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/);

const accepted = fc.record({
  accepted: fc.array(words, { minLength: 1, maxLength: 3 }),
  exactCase: fc.boolean(),
  wildcards: fc.boolean(),
});
const flags = (a: NeutralAccepted): NeutralAccepted => ({
  accepted: a.accepted ?? [],
  ...(a.exactCase ? { exactCase: true } : {}),
  ...(a.wildcards ? { wildcards: true } : {}),
});
const distinct = (min: number, max: number) =>
  fc.uniqueArray(words, {
    minLength: min,
    maxLength: max,
    selector: (t) => t.normalize('NFC').replace(/\s+/g, ' ').trim(),
  });

const gap: fc.Arbitrary<NeutralGap> = fc.oneof(
  fc
    .tuple(accepted, fc.integer({ min: 1, max: 5 }))
    .map(([a, weight]) => ({ kind: 'text' as const, weight, ...flags(a) })),
  fc.tuple(distinct(2, 4), fc.nat(1), fc.integer({ min: 1, max: 5 })).map(([texts, right, weight]) => ({
    kind: 'choice' as const,
    weight,
    choices: texts.map((text, i) => ({ text, correct: i === right })),
  })),
  fc
    .tuple(number, fc.integer({ min: 1, max: 5 }), fc.option(fc.constantFrom('kg', 'm/s', '°C'), { nil: undefined }))
    .map(([n, weight, unit]) => ({
      kind: 'number' as const,
      weight,
      number: n,
      ...(unit ? { unit } : {}),
    })),
);

const scoring = fc.constantFrom('all' as const, 'partial' as const);
const content: Record<QuestionType, fc.Arbitrary<Partial<NeutralContent>>> = {
  single: fc.tuple(distinct(2, 5), fc.nat(1), fc.boolean()).map(([texts, right, remarks]) => ({
    choices: texts.map((text, i) => ({
      text,
      correct: i === right,
      ...(remarks && i === 0 ? { feedback: text } : {}),
    })),
  })),
  multiple: fc.tuple(distinct(2, 5), fc.nat(1), scoring).map(([texts, right, s]) => ({
    scoring: s,
    choices: texts.map((text, i) => ({ text, correct: i % 2 === right })),
  })),
  truefalse: fc.boolean().map((answerTrue) => ({ answerTrue })),
  short: accepted.map(flags),
  numeric: fc
    .tuple(number, fc.option(fc.constantFrom('kg', 'm/s'), { nil: undefined }))
    .map(([n, unit]) => ({ number: n, ...(unit ? { unit } : {}) })),
  matching: fc.tuple(distinct(2, 4), distinct(2, 5), scoring).map(([prompts, options, s]) => ({
    scoring: s,
    prompts: prompts.map((text, i) => ({ text, option: i % options.length })),
    options,
  })),
  ordering: fc.tuple(distinct(2, 5), scoring).map(([items, s]) => ({ items, scoring: s })),
  cloze: fc
    .tuple(fc.array(gap, { minLength: 1, maxLength: 3 }), fc.array(words, { minLength: 4, maxLength: 4 }), scoring)
    .map(([gaps, between, s]) => ({
      gaps,
      scoring: s,
      stem: `${between[0] as string}${gaps.map((_, i) => `{{${i + 1}}}${between[i + 1] as string}`).join('')}`,
    })),
  essay: fc.constant({
    essay: { min: 10, max: 800 },
    rubric: [
      {
        title: 'Clear | to: the = point',
        levels: [
          { title: 'no', points: 0 },
          { title: 'yes', points: 5 },
        ],
      },
    ],
  }),
  case: fc.constant({}),
};

/** Questions of a type that a format holds, with all it may and may not hold beside. */
export function questionArb(type: QuestionType): fc.Arbitrary<NeutralQuestion> {
  const parts = fc.array(
    fc
      .tuple(
        fc.constantFrom('single', 'cloze', 'numeric') as fc.Arbitrary<NeutralPart['type']>,
        fc.integer({ min: 1, max: 9 }),
      )
      .chain(([t, points]) => questionContent(t).map((c) => ({ ...c, type: t, points }))),
    { minLength: 1, maxLength: 3 },
  );
  return fc
    .tuple(
      questionContent(type),
      fc.record({
        code,
        points: fc.integer({ min: 1, max: 100 }),
        difficulty: fc.integer({ min: 1, max: 5 }),
        tags: fc.uniqueArray(code, { maxLength: 3 }),
        use: fc.constantFrom('practice' as const, 'secure' as const),
        explanation: words,
      }),
      fc.option(code, { nil: undefined }),
      type === 'case' ? parts : fc.constant(undefined),
    )
    .map(([c, about, competency, own]) => ({
      ...c,
      ...about,
      ...(competency ? { competency } : {}),
      ...(own ? { parts: own } : {}),
    }));
}

function questionContent(type: QuestionType): fc.Arbitrary<NeutralContent> {
  return fc.tuple(words, content[type]).map(([stem, c]) => ({ type, stem, ...c }));
}

export function anyQuestion(format: QuestionFormat): fc.Arbitrary<NeutralQuestion> {
  return fc.constantFrom(...HOLDS[format].types).chain((type) => questionArb(type).map((q) => heldBy(q, format)));
}
