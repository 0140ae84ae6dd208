import type { Evidence } from '../../data/fragments.js';

export type Look = 'image' | 'video' | 'audio' | 'pdf' | 'file' | 'link';

const endings: [Look, RegExp][] = [
  ['image', /\.(jpe?g|png|gif|webp|avif)$/i],
  ['video', /\.(mp4|webm|mov|m4v)$/i],
  ['audio', /\.(mp3|m4a|wav|ogg|aac)$/i],
  ['pdf', /\.pdf$/i],
];
/** How a piece of evidence can be shown in place. */
export function lookOf(evidence: Pick<Evidence, 'kind' | 'fileName'>): Look {
  if (evidence.kind === 'link') return 'link';
  return endings.find(([, pattern]) => pattern.test(evidence.fileName ?? ''))?.[0] ?? 'file';
}
export const entriesOf = (evidence: readonly Evidence[]): Evidence[] => evidence.filter((e) => e.kind === 'entry');
export const piecesOf = (evidence: readonly Evidence[]): Evidence[] => evidence.filter((e) => e.kind !== 'entry');
/** Only the web's own schemes: the address was typed by a person. */
export const safeLink = (url: string | null): string | undefined =>
  url && /^https?:\/\//i.test(url) ? url : undefined;
