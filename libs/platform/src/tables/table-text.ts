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

export type TextEncoding = TableEncoding | 'windows-1252';

/**
 * Whether bytes above ASCII stand in pairs, as in GBK, or alone among Latin letters. Both read as either encoding, so the
 * form decides: the second byte of a common Chinese character is above ASCII too, the letter after an accented one is not.
 */
function looksWestern(bytes: Uint8Array): boolean {
  let pairs = 0;
  let alone = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    if ((bytes[i] as number) < 0x80) continue;
    if ((bytes[i + 1] ?? 0) >= 0x80) {
      pairs += 1;
      i += 1;
    } else alone += 1;
  }
  return alone > pairs;
}

const BINARY = /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/;

/**
 * The text of a file in the languages of the company or the West; what says its own encoding is believed.
 * @throws InvalidInput 'file-unreadable' where it doesn't fit its encoding, 'file-binary' where it is no text
 */
export function decodeText(bytes: Uint8Array, declared?: TextEncoding): { text: string; encoding: TextEncoding } {
  const read = ((): { text: string; encoding: TextEncoding } => {
    if (declared === 'windows-1252') return { text: new TextDecoder(declared).decode(bytes), encoding: declared };
    try {
      const found = decodeTableText(bytes);
      if (found.encoding !== 'gb18030' || declared === 'gb18030' || !looksWestern(bytes)) return found;
    } catch (error) {
      if (!(error instanceof InvalidInput) || declared === 'gb18030' || !looksWestern(bytes)) {
        if (BINARY.test(Buffer.from(bytes.subarray(0, 65_536)).toString('latin1')))
          throw new InvalidInput('file-binary');
        throw error;
      }
    }
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'windows-1252' };
  })();
  if (BINARY.test(read.text)) throw new InvalidInput('file-binary');
  return read;
}

/** The separator of a text table: whichever stands most often in its first line, outside quotes. */
export function separatorOf(text: string): string {
  const line = (/^[^\r\n]*/.exec(text.replace(/^\uFEFF/, ''))?.[0] ?? '').replace(/"[^"]*"/g, '');
  const counted = [',', '\t', ';', '|'].map((s) => ({ s, n: line.split(s).length - 1 }));
  counted.sort((a, b) => b.n - a.n);
  return counted[0]?.n ? counted[0].s : ',';
}
