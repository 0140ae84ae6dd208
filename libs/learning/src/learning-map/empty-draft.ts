import type { Text } from '@waymark/kernel';
import type { MapDraft } from './learning-map.js';

/** A new map: three stages of thirty days, nothing in them yet. */
export function emptyDraft(title: Text): MapDraft {
  const stages: [string, Text][] = [
    ['know', { 'zh-CN': '认识', 'zh-TW': '認識', en: 'Know' }],
    ['practise', { 'zh-CN': '实践', 'zh-TW': '實踐', en: 'Practise' }],
    ['own', { 'zh-CN': '独当一面', 'zh-TW': '獨當一面', en: 'Own' }],
  ];
  return {
    title,
    summary: {},
    days: 90,
    workingDays: false,
    capacityHours: 40,
    stages: stages.map(([key, words], i) => ({
      key,
      title: words,
      goal: {},
      fromDay: i * 30 + 1,
      toDay: i * 30 + 30,
      gate: i === 0 ? 'none' : 'previous-complete',
    })),
    nodes: [],
  };
}
