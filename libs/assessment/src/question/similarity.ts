import { plainText } from './plain-text.js';

/** Two stems with at least this share of common shingles are shown to the author as alike. */
export const ALIKE = 0.55;
/** Size of a sketch. A stem of up to so many shingles is kept whole, so its resemblance is exact. */
export const SKETCH = 96;
const HAN = /\p{Script=Han}/gu;

/** FNV-1a (32 bit), as a signed number for PostgreSQL's integer. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h | 0;
}

/**
 * The bottom-k sketch of a stem's shingles (A. Broder, "On the resemblance and containment of documents", 1997): the hashes
 * of all runs of 2 characters in a Chinese stem and of 4 in another, the smallest ones when there are many. Unlike trigrams
 * in PostgreSQL it doesn't depend on the language of the database, which under "C" knows no Chinese letter.
 */
export function sketchOf(stem: string): number[] {
  const text = plainText(stem);
  const characters = Array.from(text);
  const width = (text.match(HAN)?.length ?? 0) * 3 >= characters.length ? 2 : 4;
  const runs = new Set<number>();
  for (let i = 0; i + width <= characters.length; i += 1) runs.add(hash(characters.slice(i, i + width).join('')));
  if (runs.size === 0 && text !== '') runs.add(hash(text));
  return [...runs].sort((a, b) => a - b).slice(0, SKETCH);
}

/** Estimated share of common shingles (Jaccard): exact where both sketches are whole. */
export function resemblance(a: readonly number[], b: readonly number[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  const inA = new Set(a);
  const inB = new Set(b);
  const union = [...new Set([...a, ...b])].sort((x, y) => x - y).slice(0, Math.max(a.length, b.length, SKETCH));
  return union.filter((h) => inA.has(h) && inB.has(h)).length / union.length;
}
