import { stemWith } from './cloze.js';
import { normaliseShortAnswer } from './short-answer.js';

/** A stem in the form in which two of them are compared: one width, one case, no punctuation, spaces or numbers of gaps. */
export function plainText(stem: string): string {
  return normaliseShortAnswer(stemWith(stem, () => ' ')).replace(/\s+/g, '');
}
