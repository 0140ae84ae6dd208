import { describe, expect, it } from 'vitest';
import { standInChanges } from './stand-in.js';

const TODAY = '2026-03-12';
const row = (id: string, over: object = {}) => ({
  id,
  substituteId: 's',
  learnerId: 'l',
  mentorId: 'm',
  fromDay: '2026-03-10',
  toDay: '2026-03-20',
  ...over,
});

describe('who stands in', () => {
  it('stays as it is when absences and pairings say the same', () => {
    const { id: _id, ...wanted } = row('1');
    expect(standInChanges([row('1')], [wanted], TODAY)).toEqual({ add: [], end: [], drop: [] });
  });

  it('ends what has begun, drops what has not, and begins what is new', () => {
    const begun = row('1');
    const ahead = row('2', { fromDay: TODAY });
    const { id: _id, ...other } = row('3', { substituteId: 't' });
    expect(standInChanges([begun, ahead], [other], TODAY)).toEqual({ add: [other], end: [begun], drop: [ahead] });
  });
});
