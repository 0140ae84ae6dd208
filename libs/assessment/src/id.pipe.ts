import { InvalidInput } from '@waymark/kernel';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Pipe of an id argument: one that could be an id, or null. @throws InvalidInput 'id-invalid' */
export class IdPipe {
  transform(value: unknown): string | null {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'string' || !UUID.test(value)) throw new InvalidInput('id-invalid');
    return value.toLowerCase();
  }
}
