import { Injectable, type PipeTransform } from '@nestjs/common';
import { InvalidInput } from '@waymark/kernel';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id argument that could be one. @throws InvalidInput 'id-invalid' */
@Injectable()
export class IdPipe implements PipeTransform<unknown, string | null> {
  transform(value: unknown): string | null {
    if (value === null || value === undefined) return null;
    if (typeof value !== 'string' || !UUID.test(value)) throw new InvalidInput('id-invalid');
    return value.toLowerCase();
  }
}
