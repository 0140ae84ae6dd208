import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastSeq, mergeSaves, type Save } from './save-merge.js';

const save = (over: Partial<Save>): Save => ({
  saveId: 's',
  item: 1,
  seq: 1,
  arrival: 1,
  answer: { choices: ['a'] },
  checked: false,
  late: false,
  ...over,
});
const saves = fc
  .array(fc.record({ item: fc.integer({ min: 1, max: 4 }), seq: fc.integer({ min: 1, max: 6 }), late: fc.boolean() }), {
    maxLength: 30,
  })
  .map((list) => list.map((over, i) => save({ ...over, saveId: `s${i}`, arrival: i, answer: { choices: [`c${i}`] } })));

describe('mergeSaves', () => {
  it('does not depend on the order in which saves are read', () => {
    fc.assert(
      fc.property(saves, fc.infiniteStream(fc.nat()), (list, noise) => {
        const reordered = list
          .map((s) => ({ s, k: noise.next().value }))
          .sort((a, b) => a.k - b.k)
          .map((x) => x.s);
        const byItem = (m: Map<number, Save>) => [...m].sort(([a], [b]) => a - b);
        expect(byItem(mergeSaves(reordered))).toEqual(byItem(mergeSaves(list)));
      }),
    );
  });
  it('lets the highest sequence win and never a late one', () => {
    fc.assert(
      fc.property(saves, (list) => {
        for (const [item, won] of mergeSaves(list)) {
          expect(won.late).toBe(false);
          for (const s of list) if (s.item === item && !s.late) expect(s.seq).toBeLessThanOrEqual(won.seq);
        }
      }),
    );
  });
  it('is not changed by an old save that arrives late in order', () => {
    const merged = mergeSaves([
      save({ saveId: 'new', seq: 5, arrival: 1 }),
      save({ saveId: 'old', seq: 2, arrival: 9 }),
    ]);
    expect(merged.get(1)?.saveId).toBe('new');
  });
  it('keeps an answer final once feedback was shown', () => {
    const merged = mergeSaves([save({ saveId: 'checked', seq: 1, checked: true }), save({ saveId: 'after', seq: 9 })]);
    expect(merged.get(1)?.saveId).toBe('checked');
  });
});

it('lastSeq is the highest sequence', () => expect(lastSeq([{ seq: 3 }, { seq: 7 }, { seq: 5 }])).toBe(7));
