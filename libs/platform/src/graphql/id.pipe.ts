import { Injectable, type PipeTransform } from '@nestjs/common';
import { isUuid, NotFound } from '@waymark/kernel';

/** For id arguments: what is not a UUID names nothing. `@Args('id', { type: () => ID }, IdPipe)` */
@Injectable()
export class IdPipe implements PipeTransform<string | null | undefined, string | null> {
  transform(value: string | null | undefined): string | null {
    if (value === null || value === undefined) return null;
    if (!isUuid(value.toLowerCase())) throw new NotFound();
    return value.toLowerCase();
  }
}
