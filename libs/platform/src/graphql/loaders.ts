import DataLoader from 'dataloader';

/** Batches and remembers look-ups within one request. */
export class Loaders {
  private readonly loaders = new Map<string, DataLoader<unknown, unknown>>();

  /** The loader of that name; `load` gets all keys asked for in one tick. A key without a value answers null. */
  of<K, V>(name: string, load: (keys: readonly K[]) => Promise<Map<K, V>>): DataLoader<K, V | null> {
    let loader = this.loaders.get(name);
    if (!loader) {
      const made = new DataLoader<K, V | null>(
        async (keys) => {
          const found = await load(keys);
          return keys.map((key) => found.get(key) ?? null);
        },
        { maxBatchSize: 500 },
      );
      loader = made as unknown as DataLoader<unknown, unknown>;
      this.loaders.set(name, loader);
    }
    return loader as unknown as DataLoader<K, V | null>;
  }
}
