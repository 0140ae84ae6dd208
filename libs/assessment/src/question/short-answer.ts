/** Signs that carry meaning in an answer: 50%, C#, C++, R&D, a/b, x@y, <, =. Everything else of class P goes. */
const MEANINGLESS = /[^\p{L}\p{N}\p{M}\s%#+&@/*=<>^~|$€£¥°.,:'’-]/gu;
/** Only between two digits does a space decide: "1 2" is not "12", but "e-mail" is "email" and 价格 异议 is 价格异议. */
const IDLE_SPACE = /(?<!\d) | (?!\d)/g;

function once(text: string): string {
  return (
    text
      .normalize('NFKC')
      .toLowerCase()
      .normalize('NFKC')
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
 * The form in which two short answers are compared: one width, one case, no punctuation or spacing that carries no
 * meaning. Idempotent. Numbers keep decimal point and sign ("3.5" is not "35", "-5" is not "5").
 */
export function normaliseShortAnswer(text: string): string {
  let current = once(text);
  // Dropping a character can bring a letter and a combining mark together, which composes anew.
  for (let i = 0; i < 4; i += 1) {
    const next = once(current);
    if (next === current) return next;
    current = next;
  }
  return current;
}

/** True when the answer equals one of the accepted ones after normalisation. */
export function matchesAccepted(text: string, accepted: readonly string[]): boolean {
  const given = normaliseShortAnswer(text);
  return given !== '' && accepted.some((a) => normaliseShortAnswer(a) === given);
}
