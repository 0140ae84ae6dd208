/** Remembers values that never change for their key; the oldest go first when it is full. */
export class FrozenCache<K, V> {
  private readonly entries = new Map<K, V>();

  constructor(private readonly capacity: number) {}

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  set(key: K, value: V): void {
    if (this.entries.size >= this.capacity && !this.entries.has(key)) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
    this.entries.set(key, value);
  }

  /** Values of all keys; `load` is asked only for those not yet known. */
  async many(keys: readonly K[], load: (missing: K[]) => Promise<Map<K, V>>): Promise<Map<K, V>> {
    const out = new Map<K, V>();
    const missing: K[] = [];
    for (const key of new Set(keys)) {
      const known = this.entries.get(key);
      if (known === undefined) missing.push(key);
      else out.set(key, known);
    }
    if (missing.length > 0) {
      for (const [key, value] of await load(missing)) {
        this.set(key, value);
        out.set(key, value);
      }
    }
    return out;
  }
}
