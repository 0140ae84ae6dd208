/** An exact non-negative fraction in lowest terms. */
export interface Fraction {
  num: number;
  den: number;
}

function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/**
 * Many partial marks with unlike denominators can need more digits than a number holds. Such a sum is floored to this
 * grid, on which every pass mark and every grader's point lies: it never rises over a line, nor falls below one it reached.
 */
const GRID = 100_000_000_000n;

function reduced(num: bigint, den: bigint): Fraction {
  const g = gcd(num, den) || 1n;
  const out = { num: Number(num / g), den: Number(den / g) };
  if (Number.isSafeInteger(out.num) && Number.isSafeInteger(out.den)) return out;
  const floored = (num * GRID) / den;
  const h = gcd(floored, GRID) || 1n;
  const near = { num: Number(floored / h), den: Number(GRID / h) };
  if (!Number.isSafeInteger(near.num)) throw new RangeError('fraction too large');
  return near;
}

/** @throws RangeError when the denominator is not positive or a part is not a safe integer */
export function fraction(num: number, den: number): Fraction {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den <= 0 || num < 0)
    throw new RangeError('not a fraction');
  return reduced(BigInt(num), BigInt(den));
}

/** Sum of weight × fraction, exact. */
export function weightedSum(parts: readonly { weight: number; share: Fraction }[]): Fraction {
  let num = 0n;
  let den = 1n;
  for (const { weight, share } of parts) {
    const n = BigInt(weight) * BigInt(share.num);
    const d = BigInt(share.den);
    if (d === den) num += n;
    else {
      num = num * d + n * den;
      den *= d;
      const g = gcd(num, den) || 1n;
      num /= g;
      den /= g;
    }
  }
  return reduced(num, den);
}

export function divide(f: Fraction, by: number): Fraction {
  return reduced(BigInt(f.num), BigInt(f.den) * BigInt(by));
}

/** Share × 10,000, floored: the integer that travels in events. */
export function basisPoints(share: Fraction): number {
  return Number((BigInt(share.num) * 10_000n) / BigInt(share.den));
}

/** Share as a score out of 100, floored to one decimal: 79.96 reads 79.9. */
export function shownScore(share: Fraction): number {
  return Number((BigInt(share.num) * 1000n) / BigInt(share.den)) / 10;
}

/** Exact comparison with a pass mark out of 100. */
export function reaches(share: Fraction, mark: number): boolean {
  return BigInt(share.num) * 100n >= BigInt(mark) * BigInt(share.den);
}

/** Points written by a grader ('1', '0.5', '1.25', comma allowed) as a fraction, or null when it is not such a number. */
export function parsePoints(text: string): Fraction | null {
  const m = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (!m) return null;
  const decimals = (m[2] ?? '').padEnd(2, '0');
  return fraction(Number(m[1]) * 100 + Number(decimals), 100);
}

/** A fraction of points as people write it: '2', '1.5', '0.33' (floored to two decimals). */
export function writePoints(f: Fraction): string {
  const hundredths = Number((BigInt(f.num) * 100n) / BigInt(f.den));
  const text = (hundredths / 100).toFixed(2);
  return text.replace(/\.?0+$/, '');
}
