import type { Locale } from '@waymark/kernel';
import type { NeutralQuestion } from './neutral.js';

const WORDS: Record<
  Locale,
  { stems: readonly string[]; choices: readonly string[]; right: string; explanation: string }
> = {
  en: {
    stems: [
      'Which colour is the sky by day?',
      'Which of these are fruits?',
      'Water boils at 100 °C at sea level.',
      'How many minutes has an hour?',
      'An hour has {{1}} minutes.',
    ],
    choices: ['Blue', 'Apple', 'Pear', 'Stone'],
    right: 'sixty',
    explanation: 'Example: replace these rows with your own.',
  },
  'zh-CN': {
    stems: [
      '白天的天空是什么颜色？',
      '下面哪些是水果？',
      '海平面上水的沸点是100 °C。',
      '一小时有多少分钟？',
      '一小时有{{1}}分钟。',
    ],
    choices: ['蓝色', '苹果', '梨', '石头'],
    right: '六十',
    explanation: '示例：请换成自己的题目。',
  },
  'zh-TW': {
    stems: [
      '白天的天空是什麼顏色？',
      '下列哪些是水果？',
      '海平面上水的沸點是100 °C。',
      '一小時有幾分鐘？',
      '一小時有{{1}}分鐘。',
    ],
    choices: ['藍色', '蘋果', '梨子', '石頭'],
    right: '六十',
    explanation: '範例：請換成自己的題目。',
  },
};

/** The rows a template shows how it is filled in by. */
export function templateQuestions(locale: Locale): NeutralQuestion[] {
  const { stems, choices, right, explanation } = WORDS[locale];
  const stem = (i: number): string => stems[i] as string;
  const pick = (right_: readonly number[]) => choices.map((text, i) => ({ text, correct: right_.includes(i) }));
  return [
    { type: 'single', stem: stem(0), choices: pick([0]), points: 1, difficulty: 1, explanation },
    { type: 'multiple', stem: stem(1), choices: pick([1, 2]), scoring: 'partial', points: 2, difficulty: 1 },
    { type: 'truefalse', stem: stem(2), answerTrue: true, points: 1, difficulty: 2 },
    {
      type: 'numeric',
      stem: stem(3),
      number: { value: '60', tolerance: '0', relative: false },
      points: 1,
      difficulty: 1,
    },
    {
      type: 'cloze',
      stem: stem(4),
      gaps: [{ kind: 'text', weight: 1, accepted: [right, '60'] }],
      points: 1,
      difficulty: 1,
    },
  ];
}
