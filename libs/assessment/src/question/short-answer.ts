/** Signs that carry meaning in an answer: 50%, C#, C++, R&D, a/b, x@y, <, =. Everything else of class P goes. */
const MEANINGLESS = /[^\p{L}\p{N}\p{M}\s%#+&@/*=<>^~|$€£¥°.,:'’-]/gu;
/** Only between two digits does a space decide: "1 2" is not "12", but "e-mail" is "email" and 价格 异议 is 价格异议. */
const IDLE_SPACE = /(?<!\d) | (?!\d)/g;

function once(text: string, exactCase: boolean): string {
  const wide = text.normalize('NFKC');
  return (
    (exactCase ? wide : wide.toLowerCase().normalize('NFKC'))
      // A thousands separator is writing, a decimal point is value.
      .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
      .replace(MEANINGLESS, ' ')
      // Keep . : - only inside a number or a sign before one; apostrophes and commas never decide an answer.
      .replace(/['’]/g, '')
      .replace(/,/g, ' ')
      .replace(/\.(?!\d)|(?<=[^\d\s])\./g, ' ')
      .replace(/:(?!\d)|(?<!\d):/g, ' ')
      .replace(/(?<![\s(]|^)-|-(?!\d)/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
      .replace(IDLE_SPACE, '')
  );
}

/**
 * The form in which two short answers are compared: one width, one case (unless that decides), no punctuation or spacing
 * that carries no meaning. Idempotent. Numbers keep decimal point and sign ("3.5" is not "35", "-5" is not "5").
 */
export function normaliseShortAnswer(text: string, exactCase = false): string {
  let current = once(text, exactCase);
  // Dropping a character can bring a letter and a combining mark together, which composes anew.
  for (let i = 0; i < 4; i += 1) {
    const next = once(current, exactCase);
    if (next === current) return next;
    current = next;
  }
  return current;
}

export interface Matching {
  exactCase?: boolean | undefined;
  /** A `*` in an accepted answer stands for any text, none included; `\*` for the sign itself. */
  wildcards?: boolean | undefined;
  /** Brings Chinese variants into one form. Without it 軟體 and 软件 differ. */
  fold?: ((text: string) => string) | undefined;
}

/** Pieces found one behind the other, the first at the start and the last at the end. Linear, whatever the pattern is. */
function piecesIn(text: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

/** True when the answer equals one of the accepted ones after normalisation. */
export function matchesAccepted(text: string, accepted: readonly string[], how: Matching = {}): boolean {
  const form = (s: string): string => {
    const plain = normaliseShortAnswer(s, how.exactCase);
    return how.fold ? how.fold(plain) : plain;
  };
  const given = form(text);
  if (given === '') return false;
  return accepted.some((a) => {
    if (!how.wildcards || !a.includes('*')) return form(a) === given;
    const pieces = a.split(/(?<!\\)\*/).map((piece) => form(piece.replaceAll('\\*', '*')));
    return pieces.length === 1 ? pieces[0] === given : pieces.some((p) => p !== '') && piecesIn(given, pieces);
  });
}
