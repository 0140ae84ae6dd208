export interface CaptionProblem {
  code: string;
  params: { line?: number };
}

const TIME = String.raw`(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})`;
const TIMING = new RegExp(String.raw`^${TIME}[ \t]+-->[ \t]+${TIME}(?:[ \t]+[a-z]+:\S+)*[ \t]*$`);
const SRT_TIMING = /^\s*\d{1,2}:\d\d:\d\d,\d{3}\s*-->/m;
const ARROW = '-->';

const ms = (parts: readonly (string | undefined)[]): number => {
  const [h = 0, m = 0, s = 0, rest = 0] = parts.map((p) => Number(p ?? 0));
  return ((h * 60 + m) * 60 + s) * 1000 + rest;
};

/** UTF-8 without a mark; null when the bytes are something else. `cut`: more bytes follow, so the last character may be half. */
function decode(bytes: Uint8Array, cut: boolean): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/** Whether somebody means these bytes, which show no type we know, as captions. */
export function meantAsCaptions(name: string, head: Uint8Array): boolean {
  return /\.(vtt|srt)$/i.test(name) || (decode(head, true)?.includes(ARROW) ?? false);
}

/**
 * The first thing in a caption file that is no WebVTT (https://www.w3.org/TR/webvtt1/ §4), with its line, so that an
 * author can mend it; null when browsers show every cue of it. Browsers leave out what they can't read without a word,
 * so the check is stricter than they are.
 */
export function captionProblem(bytes: Uint8Array, cut = false): CaptionProblem | null {
  const text = decode(bytes, cut);
  if (text === null) return { code: 'captions-encoding', params: {} };
  const lines = text.split(/\r\n|\n|\r/);
  if (!/^WEBVTT(?:[ \t].*)?$/.test(lines[0] ?? ''))
    return { code: SRT_TIMING.test(text) ? 'captions-srt' : 'captions-header', params: {} };
  const at = (code: string, index: number): CaptionProblem => ({ code, params: { line: index + 1 } });

  let cues = 0;
  for (let i = 0; i < lines.length; i += 1) {
    if (lines[i] === '') continue;
    const from = i;
    while (i + 1 < lines.length && lines[i + 1] !== '') i += 1;
    const block = lines.slice(from, i + 1);
    const first = block[0] as string;
    const arrows = block.flatMap((line, n) => (line.includes(ARROW) ? [n] : []));
    if (from === 0 || /^NOTE(?:[ \t]|$)/.test(first)) {
      if (arrows[0] !== undefined) return at('captions-gap', from + arrows[0]);
      continue;
    }
    if (/^(?:STYLE|REGION)[ \t]*$/.test(first)) continue;
    const [timing, another] = arrows;
    if (timing === undefined || timing > 1) return at('captions-stray', from);
    const times = TIMING.exec(block[timing] as string);
    if (!times) return at('captions-time', from + timing);
    if (ms(times.slice(5, 9)) <= ms(times.slice(1, 5))) return at('captions-order', from + timing);
    if (another !== undefined) return at('captions-gap', from + another);
    if (block.slice(timing + 1).some((line) => line.trim() !== '')) cues += 1;
  }
  return cues === 0 ? { code: 'captions-empty', params: {} } : null;
}
