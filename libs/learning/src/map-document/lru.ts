/** Keeps the `max` values used last. A promise that fails is forgotten, so the next reader tries again. */
export class Lru<K, V extends Promise<unknown>> {
  private readonly values = new Map<K, V>();

  constructor(private readonly max: number) {}

  take(key: K, make: () => V): V {
    const known = this.values.get(key);
    if (known) {
      this.values.delete(key);
      this.values.set(key, known);
      return known;
    }
    const value = make();
    this.values.set(key, value);
    value.catch(() => this.values.delete(key));
    const oldest = this.values.keys().next();
    if (this.values.size > this.max && !oldest.done) this.values.delete(oldest.value);
    return value;
  }
}
