import { LOCALES } from '@waymark/kernel';
import { describe, expect, it } from 'vitest';
import { parseMapDraft } from '../learning-map/map-draft.parse.js';
import { mapProblems } from '../learning-map/map-problem.js';
import { MAP_TEMPLATES } from './map-template.js';

describe.each(MAP_TEMPLATES)('the template $code', ({ draft }) => {
  it('is a map that only waits for its courses and exams', () => {
    expect(parseMapDraft(draft)).toEqual(draft);
    const found = mapProblems(draft, () => undefined).map((p) => p.code);
    expect(new Set(found.filter((code) => code !== 'not-yet'))).toEqual(new Set(['missing-target']));
  });

  it('has its words in every language', () => {
    const texts = [draft.title, draft.summary, ...draft.stages.flatMap((s) => [s.title, s.goal])];
    for (const n of draft.nodes) {
      texts.push(n.title);
      if (n.kind === 'reading') texts.push(n.body);
    }
    for (const text of texts)
      for (const locale of LOCALES) expect(text[locale]?.trim(), JSON.stringify(text)).toBeTruthy();
  });
});
