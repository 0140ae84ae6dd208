/** Splits at a separator that no backslash stands before. */
export function splitEscaped(text: string, separator: string): string[] {
  const out: string[] = [''];
  for (let i = 0; i < text.length;) {
    if (text[i] === '\\' && i + 1 < text.length) {
      out[out.length - 1] += text.slice(i, i + 2);
      i += 2;
    } else if (text.startsWith(separator, i)) {
      out.push('');
      i += separator.length;
    } else {
      out[out.length - 1] += text[i] as string;
      i += 1;
    }
  }
  return out;
}

export const escapeWith = (text: string, characters: RegExp): string => text.replace(characters, (c) => `\\${c}`);
/** `\n` is a line. */
export const unescapeText = (text: string): string =>
  text.replace(/\\(.)/gs, (_all, c: string) => (c === 'n' ? '\n' : c));
