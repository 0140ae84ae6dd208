import { InvalidInput } from './errors.js';

export type CursorValue = string | number | null;

/** A keyset position as an opaque URL-safe string. */
export function encodeCursor(values: readonly CursorValue[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify(values));
  let binary = '';
  for (const b of bytes) binary += String.fromCharCode(b);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws InvalidInput 'cursor-invalid' */
export function decodeCursor(cursor: string): CursorValue[] {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const values: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))));
    if (Array.isArray(values) && values.every((v) => v === null || typeof v === 'string' || typeof v === 'number')) {
      return values as CursorValue[];
    }
  } catch {
    // falls through to the refusal below
  }
  throw new InvalidInput('cursor-invalid');
}

/** How many rows a list answers: 1 to `max`, 20 when the client does not say. */
export function clampFirst(first: number | null | undefined, max = 100): number {
  if (first === null || first === undefined) return Math.min(20, max);
  if (!Number.isInteger(first) || first < 1 || first > max) throw new InvalidInput('first-out-of-range', { max });
  return first;
}
