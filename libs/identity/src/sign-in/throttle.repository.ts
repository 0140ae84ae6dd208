import { createHash } from 'node:crypto';
import { execute, maybeOne, one, type Tx } from '@waymark/platform';
import { drained, secondsUntilFree, type BucketRule } from './throttle.js';

export interface Bucket {
  key: string;
  rule: BucketRule;
}

function hash(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * Adds one try to the bucket unless it is full, in one statement, so that tries at the same time can't all pass.
 * Returns the seconds to wait; 0 when the try may go on.
 */
export async function takeTry(tx: Tx, bucket: Bucket, now: Date): Promise<number> {
  const leaked = `greatest(0, b.level - greatest(0, extract(epoch from ($2::timestamptz - b.at))::float8 / 60) * $3::float8)`;
  const taken = await maybeOne<{ level: number }>(
    tx,
    `insert into sign_in_bucket as b (key_hash, level, at) values ($1, 1, $2)
     on conflict (key_hash) do update set level = ${leaked} + 1, at = $2 where ${leaked} + 1 <= $4::float8
     returning level`,
    [hash(bucket.key), now, bucket.rule.leakPerMinute, bucket.rule.capacity],
  );
  if (taken) return 0;
  const full = await one<{ level: number; at: Date }>(tx, `select level, at from sign_in_bucket where key_hash = $1`, [
    hash(bucket.key),
  ]);
  const level = drained(full.level, (now.getTime() - full.at.getTime()) / 60_000, bucket.rule);
  return Math.max(1, secondsUntilFree(level, bucket.rule));
}

/** Gives a try back: only wrong ones count. */
export async function returnTry(tx: Tx, bucket: Bucket): Promise<void> {
  await execute(tx, `update sign_in_bucket set level = greatest(0, level - 1) where key_hash = $1`, [hash(bucket.key)]);
}

/** Forgets buckets nobody touched for a day: they have run dry. */
export async function pruneBuckets(tx: Tx, now: Date): Promise<number> {
  return execute(tx, `delete from sign_in_bucket where at < $1::timestamptz - interval '1 day'`, [now]);
}
