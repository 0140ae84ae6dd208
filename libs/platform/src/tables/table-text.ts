import { InvalidInput } from '@waymark/kernel';

export type TableEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

/** UTF-16 without a mark shows as a zero in every other byte of ASCII. */
function utf16ByZeros(bytes: Uint8Array): TableEncoding | null {
  const sample = bytes.subarray(0, 2_000);
  let even = 0;
  let odd = 0;
  for (let i = 0; i + 1 < sample.length; i += 2) {
    if (sample[i] === 0) even += 1;
    if (sample[i + 1] === 0) odd += 1;
  }
  const pairs = Math.floor(sample.length / 2);
  if (pairs === 0) return null;
  if (odd / pairs > 0.2 && even === 0) return 'utf-16le';
  return even / pairs > 0.2 && odd === 0 ? 'utf-16be' : null;
}

/**
 * The text of a file that came from anywhere: UTF-8 with or without a mark, UTF-16, else GBK (as GB 18030, its superset).
 * @throws InvalidInput 'file-unreadable'
 */
export function decodeTableText(bytes: Uint8Array): { text: string; encoding: TableEncoding } {
  const starts = (...mark: number[]): boolean => mark.every((b, i) => bytes[i] === b);
  const marked: TableEncoding | null = starts(0xff, 0xfe)
    ? 'utf-16le'
    : starts(0xfe, 0xff)
      ? 'utf-16be'
      : starts(0xef, 0xbb, 0xbf)
        ? 'utf-8'
        : utf16ByZeros(bytes);
  for (const encoding of marked ? [marked] : (['utf-8', 'gb18030'] as const)) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
    } catch {
      // the next encoding may fit
    }
  }
  throw new InvalidInput('file-unreadable');
}

/** The separator of a text table: whichever stands most often in its first line, outside quotes. */
export function separatorOf(text: string): string {
  const line = (/^[^\r\n]*/.exec(text.replace(/^\uFEFF/, ''))?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counted = [',', '\t', ';', '|'].map((s) => ({ s, n: line.split(s).length - 1 }));
  counted.sort((a, b) => b.n - a.n);
  return counted[0]?.n ? counted[0].s : ',';
}
