/** Look-ups sent at the same moment by different requests share statements of at most this many keys. */
const MOST = 200;

interface Waiting<K, V> {
  key: K;
  resolve: (value: V | null) => void;
  reject: (error: unknown) => void;
}

/**
 * Reads rows by key for many requests at once: what is asked for in one turn of the event loop goes out as one
 * statement. Nothing is kept: each answer was read after it was asked for.
 */
export class Gathered<K, V> {
  private waiting: Waiting<K, V>[] = [];
  private scheduled = false;

  /** @param load the values of distinct keys; a key without one answers null */
  constructor(private readonly load: (keys: K[]) => Promise<ReadonlyMap<K, V>>) {}

  get(key: K): Promise<V | null> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => {
        this.scheduled = false;
        const all = this.waiting;
        this.waiting = [];
        for (let i = 0; i < all.length; i += MOST) void this.send(all.slice(i, i + MOST));
      });
    });
  }

  private async send(batch: readonly Waiting<K, V>[]): Promise<void> {
    try {
      const found = await this.load([...new Set(batch.map((w) => w.key))]);
      for (const w of batch) w.resolve(found.get(w.key) ?? null);
    } catch (error) {
      for (const w of batch) w.reject(error);
    }
  }
}
