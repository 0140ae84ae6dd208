/** A leaky bucket: each try adds one, `leakPerMinute` drains; a try that would pass `capacity` is refused. */
export interface BucketRule {
  capacity: number;
  leakPerMinute: number;
}

/**
 * Wrong tries fill the bucket of this name at this address, and of the address. A device that has signed in before as
 * this person has a bucket of its own, so a stranger's tries never lock its owner out.
 */
export const NAME_AND_ADDRESS: BucketRule = { capacity: 8, leakPerMinute: 0.5 };
export const ADDRESS: BucketRule = { capacity: 100, leakPerMinute: 10 };
export const KNOWN_DEVICE: BucketRule = { capacity: 15, leakPerMinute: 1 };
export const CODE_AND_ADDRESS: BucketRule = { capacity: 6, leakPerMinute: 0.2 };

/** What is in the bucket after `minutes` without a try. */
export function drained(level: number, minutes: number, rule: BucketRule): number {
  return Math.max(0, level - Math.max(0, minutes) * rule.leakPerMinute);
}

/** Whole seconds until one more try fits; 0 when it fits now. `level` is the level before that try. */
export function secondsUntilFree(level: number, rule: BucketRule): number {
  const over = level + 1 - rule.capacity;
  return over <= 0 ? 0 : Math.ceil((over / rule.leakPerMinute) * 60);
}
