import { sha256Of } from '@waymark/platform';
import { NotTaken, type NeutralMedia } from './neutral.js';
import type { Picture } from './markup.js';

export const MAX_PICTURE = 20 * 1024 * 1024;

/** Pictures that came with a file, each kept once. */
export class Pictures {
  readonly files = new Map<string, Uint8Array>();

  /** @throws NotTaken where the bytes are not in the file: nothing is fetched from anywhere */
  take(place: string, pictures: readonly Picture[], find: (src: string) => Uint8Array | null): NeutralMedia[] {
    return pictures.map(({ src, alt }) => {
      const data = /^data:image\/[\w.+-]+;base64,([\s\S]*)$/.exec(src);
      const bytes = data ? fromBase64(data[1] as string) : find(src);
      if (!bytes)
        throw new NotTaken(/^[a-z]+:/i.test(src) ? 'picture-outside' : 'picture-missing', { name: src.slice(0, 100) });
      if (bytes.length > MAX_PICTURE) throw new NotTaken('picture-too-large', { name: src.slice(0, 100) });
      const sha256 = sha256Of(bytes);
      this.files.set(sha256, bytes);
      return { place, kind: 'image', sha256, alt, name: sha256 };
    });
  }
}

export function fromBase64(text: string): Uint8Array {
  const clean = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) throw new NotTaken('picture-unreadable');
  return Buffer.from(clean, 'base64');
}

/** A path inside a package, from the file that names it; null when it leads out of it. */
export function insidePath(from: string, to: string): string | null {
  let name: string;
  try {
    name = decodeURIComponent(to);
  } catch {
    return null;
  }
  if (name.includes('\\') || name.includes('\0') || /^([a-z]+:|\/)/i.test(name)) return null;
  const parts = from.split('/').slice(0, -1);
  for (const part of name.split('/')) {
    if (part === '..') {
      if (parts.length === 0) return null;
      parts.pop();
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
