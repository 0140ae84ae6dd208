import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf, figureOf, standings } from './performance.js';

describe('performance', () => {
  it('makes the best fifth of each department eligible', () => {
    const figures = Array.from({ length: 10 }, (_, i) => ({ personId: `p${i}`, departmentId: 'sales', figure: i }));
    const found = standings([...figures, { personId: 'alone', departmentId: 'it', figure: 1 }]);
    expect(found.get('p9')).toEqual({ rank: 1, of: 10, top: true });
    expect(found.get('p8')).toEqual({ rank: 2, of: 10, top: true });
    expect(found.get('p7')).toEqual({ rank: 3, of: 10, top: false });
    expect(found.get('alone')).toEqual({ rank: 1, of: 1, top: true });
  });

  it('treats the same figure the same, whatever the order of the list', () => {
    const list = fc.array(
      fc.record({ departmentId: fc.constantFrom('a', 'b', null), figure: fc.integer({ min: 0, max: 5 }) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(list, (raw) => {
        const figures = raw.map((f, i) => ({ ...f, personId: `p${i}` }));
        const found = standings(figures);
        expect(standings([...figures].reverse())).toEqual(new Map([...found].sort(() => 0)));
        for (const a of figures)
          for (const b of figures.filter((x) => x.departmentId === a.departmentId)) {
            const [x, y] = [found.get(a.personId), found.get(b.personId)];
            if (a.figure === b.figure) expect(x).toEqual(y);
            if (a.figure > b.figure && y?.top) expect(x?.top).toBe(true);
          }
        for (const department of new Set(figures.map((f) => f.departmentId)))
          expect(figures.some((f) => f.departmentId === department && found.get(f.personId)?.top)).toBe(true);
      }),
    );
  });

  it('finds its columns in three languages, and numbers as people write them', () => {
    expect(columnsOf(['姓名', '工号', '绩效'])).toEqual({ employeeNumber: 1, figure: 2 });
    expect(columnsOf(['Employee_Number', 'Score'])).toEqual({ employeeNumber: 0, figure: 1 });
    expect(columnsOf(['員工編號', 'x'])).toEqual({ employeeNumber: 0, figure: null });
    expect(['1,234.5', '86 %', '１２', '-3', '', 'good', '1e5', '=1'].map(figureOf)).toEqual([
      1234.5,
      86,
      12,
      -3,
      null,
      null,
      null,
      null,
    ]);
  });
});
