import type { PipeTransform, Type } from '@nestjs/common';
import { inputPipe } from './server.js';

/**
 * Validates each entry of a list argument. The global pipe sees only that such an argument is an array, so without this
 * its entries would not be checked: `@Args('cells', { type: () => [CellInput] }, eachInput(CellInput))`.
 */
export function eachInput<T extends object>(model: Type<T>): PipeTransform<unknown, Promise<T[]>> {
  const pipe = inputPipe();
  return {
    transform: async (value) =>
      Promise.all(
        ((value as unknown[] | null | undefined) ?? []).map(
          (entry) => pipe.transform(entry, { type: 'body', metatype: model }) as Promise<T>,
        ),
      ),
  };
}
