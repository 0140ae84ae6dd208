/** An exact decimal number: digits × 10^-scale. */
export interface Decimal {
  digits: bigint;
  scale: number;
}

export type NumberProblem = 'number-missing' | 'number-unreadable' | 'number-comma' | 'number-comma-ambiguous';

export const MAX_NUMBER_LENGTH = 60;
const PLAIN = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?$/i;
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?$/;
const SPACED = /^[+-]?\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d*)?$/;

function decimal(sign: string, whole: string, part: string, exponent: number): Decimal {
  const digits = BigInt(`${whole}${part}` || '0') * (sign === '-' ? -1n : 1n);
  const scale = part.length - exponent;
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/**
 * A number as people write it: full-width digits, a sign, a decimal point, thousands in groups of three, 1.5e3. A comma is
 * taken for a thousands separator only where it can be nothing else ("1,234,567", "1,234.5"); "1,234" may mean two
 * numbers and "1,5" is written with a point, so both are refused by name instead of being guessed.
 */
export function readNumber(text: string): Decimal | NumberProblem {
  let given = text
    .normalize('NFKC')
    .replace(/[\u2212\u2010-\u2014]/g, '-')
    .replace(/[、,]/g, ',')
    .replace(/。/g, '.')
    .trim()
    .replace(/^([+-])\s+/, '$1');
  if (given === '') return 'number-missing';
  if (given.length > MAX_NUMBER_LENGTH) return 'number-unreadable';
  if (SPACED.test(given)) given = given.replace(/[\s'’]/g, '');
  if (given.includes(',')) {
    const commas = given.split(',').length - 1;
    if (!GROUPED.test(given)) return /^[+-]?\d+,\d*$/.test(given) ? 'number-comma' : 'number-unreadable';
    if (commas === 1 && !given.includes('.') && !/^[+-]?0/.test(given)) return 'number-comma-ambiguous';
    if (/^[+-]?0/.test(given)) return 'number-comma';
    given = given.replace(/,/g, '');
  }
  const m = PLAIN.exec(given);
  if (!m || (m[2] === '' && (m[3] ?? '') === '')) return 'number-unreadable';
  return decimal(m[1] ?? '', m[2] ?? '', m[3] ?? '', Number(m[4] ?? 0));
}

export function isNumber(read: Decimal | NumberProblem): read is Decimal {
  return typeof read !== 'string';
}

function align(a: Decimal, b: Decimal): [bigint, bigint] {
  const scale = Math.max(a.scale, b.scale);
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale)];
}

const absolute = (n: bigint): bigint => (n < 0n ? -n : n);

export interface NumberKey {
  value: string;
  /** Largest distance from the value that is right; the bound counts as right. */
  tolerance: string;
  /** The tolerance is a share of the value ("0.05" is five percent) instead of a distance. */
  relative: boolean;
}

/** Whether a number lies within the tolerance, compared exactly. */
export function withinTolerance(given: Decimal, value: Decimal, tolerance: Decimal, relative: boolean): boolean {
  const [g, v] = align(given, value);
  const scale = Math.max(given.scale, value.scale);
  const distance: Decimal = { digits: absolute(g - v), scale };
  const bound: Decimal = relative
    ? { digits: absolute(value.digits * tolerance.digits), scale: value.scale + tolerance.scale }
    : { digits: absolute(tolerance.digits), scale: tolerance.scale };
  const [d, b] = align(distance, bound);
  return d <= b;
}

/** The text without the unit the question names, however it is written. */
export function withoutUnit(text: string, unit: string | null | undefined): string {
  const wanted = (unit ?? '').normalize('NFKC').trim().toLowerCase();
  const given = text.normalize('NFKC').trim();
  return wanted !== '' && given.toLowerCase().endsWith(wanted) ? given.slice(0, -wanted.length).trim() : given;
}

/** Whether a typed number is right. What can't be read as one number is wrong. */
export function matchesNumber(text: string, key: NumberKey, unit?: string | null): boolean {
  const given = readNumber(withoutUnit(text, unit));
  const value = readNumber(key.value);
  const tolerance = readNumber(key.tolerance);
  if (!isNumber(given) || !isNumber(value) || !isNumber(tolerance)) return false;
  return withinTolerance(given, value, tolerance, key.relative);
}
