import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNumber, matchesNumber, readNumber, withinTolerance } from './decimal.js';

const value = (text: string): string => {
  const read = readNumber(text);
  return isNumber(read) ? `${read.digits}e-${read.scale}` : read;
};

describe('readNumber', () => {
  it.each([
    ['12', '12e-0'],
    ['１２．５', '125e-1'],
    ['−3', '-3e-0'],
    ['+ 3', '3e-0'],
    ['.5', '5e-1'],
    ['5.', '5e-0'],
    ['1,234,567', '1234567e-0'],
    ['1,234.5', '12345e-1'],
    ['１，２３４，５６７', '1234567e-0'],
    ['12 500', '12500e-0'],
    ["1'234'567", '1234567e-0'],
    ['1.5e3', '1500e-0'],
    ['15e-3', '15e-3'],
    ['1,234', 'number-comma-ambiguous'],
    ['1,5', 'number-comma'],
    ['0,500', 'number-comma'],
    ['1,23,456', 'number-unreadable'],
    ['1.234.567', 'number-unreadable'],
    ['12 km', 'number-unreadable'],
    ['1 2', 'number-unreadable'],
    ['.', 'number-unreadable'],
    ['-', 'number-unreadable'],
    ['Infinity', 'number-unreadable'],
    ['1e999', 'number-unreadable'],
    ['  ', 'number-missing'],
    ['9'.repeat(61), 'number-unreadable'],
  ])('%s → %s', (text, expected) => expect(value(text)).toBe(expected));

  it('reads what it is written like, in any width and grouping', () => {
    const wide = (s: string): string => s.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
    fc.assert(
      fc.property(fc.integer({ min: -(10 ** 15), max: 10 ** 15 }), fc.integer({ min: 0, max: 999 }), (whole, part) => {
        const plain = `${whole}.${String(part).padStart(3, '0')}`;
        const grouped = `${whole.toLocaleString('en-US')}.${String(part).padStart(3, '0')}`;
        expect(value(wide(plain))).toBe(value(plain));
        expect(value(grouped)).toBe(value(plain));
      }),
    );
  });
});

describe('tolerance', () => {
  const within = (given: string, of: string, tolerance: string, relative = false): boolean =>
    matchesNumber(given, { value: of, tolerance, relative });
  it.each([
    ['0.3', '0.1', '0.2', false, true],
    ['0.30000000000000001', '0.1', '0.2', false, false],
    ['105', '100', '0.05', true, true],
    ['105.0000001', '100', '0.05', true, false],
    ['-95', '-100', '0.05', true, true],
    ['3', '3', '0', false, true],
    ['3.0', '3', '', false, false],
  ])('%s of %s ± %s (%s): %s', (given, of, tolerance, relative, expected) =>
    expect(within(given, of, tolerance, relative)).toBe(expected),
  );
  it('takes the unit away however it is written', () => {
    const key = { value: '12', tolerance: '0', relative: false };
    expect(matchesNumber('12 KG', key, 'kg')).toBe(true);
    expect(matchesNumber('１２％', key, '%')).toBe(true);
    expect(matchesNumber('12 g', key, 'kg')).toBe(false);
  });
  it('is exact where floating point is not, and the same from both sides', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        fc.nat(9),
        (v, t, scale) => {
          const at = (digits: bigint) => ({ digits, scale });
          expect(withinTolerance(at(v + t), at(v), at(t), false)).toBe(true);
          expect(withinTolerance(at(v - t), at(v), at(t), false)).toBe(true);
          expect(withinTolerance(at(v + t + 1n), at(v), at(t), false)).toBe(false);
          expect(withinTolerance(at(v - t - 1n), at(v), at(t), false)).toBe(false);
        },
      ),
    );
  });
});
