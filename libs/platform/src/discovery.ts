import { DiscoveryService } from '@nestjs/core';

export interface DecoratedMethod<M> {
  owner: string;
  method: string;
  metadata: M;
  call: (...args: unknown[]) => unknown;
  target: object;
}

/** Every method of every provider and controller that carries the metadata key. */
export function decoratedMethods<M>(discovery: DiscoveryService, key: symbol | string): DecoratedMethod<M>[] {
  const found: DecoratedMethod<M>[] = [];
  for (const wrapper of [...discovery.getProviders(), ...discovery.getControllers()]) {
    const instance: unknown = wrapper.instance;
    if (typeof instance !== 'object' || instance === null || !wrapper.metatype) continue;
    const seen = new Set<string>();
    for (
      let proto: object | null = Object.getPrototypeOf(instance) as object | null;
      proto && proto !== Object.prototype;
      proto = Object.getPrototypeOf(proto) as object | null
    ) {
      for (const name of Object.getOwnPropertyNames(proto)) {
        if (name === 'constructor' || seen.has(name)) continue;
        seen.add(name);
        const value: unknown = Object.getOwnPropertyDescriptor(proto, name)?.value;
        if (typeof value !== 'function') continue;
        const metadata = Reflect.getMetadata(key, value) as M | undefined;
        if (metadata === undefined) continue;
        found.push({
          owner: instance.constructor.name,
          method: name,
          metadata,
          target: value,
          call: (...args) => (value as (...a: unknown[]) => unknown).apply(instance, args),
        });
      }
    }
  }
  return found;
}
