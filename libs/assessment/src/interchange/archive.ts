import { InvalidInput } from '@waymark/kernel';
import { unzippedSize } from '@waymark/platform';
import { unzipSync, zipSync } from 'fflate';
import { insidePath } from './pictures.js';

export const ZIP_LIMITS = { entries: 20_000, bytes: 150_000_000, ratio: 200 };

/**
 * The files of a ZIP archive. How much it unpacks to is asked before anything is unpacked.
 * @throws InvalidInput 'zip-unreadable' | 'zip-too-large' | 'zip-too-many' | 'zip-path'
 */
export function unpack(bytes: Uint8Array): Map<string, Uint8Array> {
  const total = unzippedSize(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (total === null) throw new InvalidInput('zip-unreadable');
  if (total > ZIP_LIMITS.bytes) throw new InvalidInput('zip-too-large', { max: ZIP_LIMITS.bytes });
  let entries = 0;
  let size = 0;
  try {
    const found = unzipSync(bytes, {
      filter: (file) => {
        entries += 1;
        size += file.originalSize;
        if (entries > ZIP_LIMITS.entries) throw new InvalidInput('zip-too-many', { max: ZIP_LIMITS.entries });
        if (size > ZIP_LIMITS.bytes || file.originalSize > 1_000_000 + file.size * ZIP_LIMITS.ratio)
          throw new InvalidInput('zip-too-large', { max: ZIP_LIMITS.bytes });
        if (insidePath('', encodeURI(file.name)) === null)
          throw new InvalidInput('zip-path', { name: file.name.slice(0, 100) });
        return !file.name.endsWith('/');
      },
    });
    return new Map(Object.entries(found));
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('zip-unreadable');
  }
}

export function pack(files: ReadonlyMap<string, Uint8Array>): Buffer {
  return Buffer.from(zipSync(Object.fromEntries(files), { level: 6, mtime: new Date('2020-01-01T00:00:00Z') }));
}
