const MARK = /\{\{(\d{1,2})\}\}/g;

/** The gaps of a stem in the order they are read; one that stands twice is listed twice. */
export function gapsIn(stem: string): string[] {
  return Array.from(stem.matchAll(MARK), (m) => m[1] as string);
}

export type StemPiece = { text: string } | { gap: string };

/** The stem cut at its gaps. */
export function stemPieces(stem: string): StemPiece[] {
  const out: StemPiece[] = [];
  let from = 0;
  for (const m of stem.matchAll(MARK)) {
    if (m.index > from) out.push({ text: stem.slice(from, m.index) });
    out.push({ gap: m[1] as string });
    from = m.index + m[0].length;
  }
  if (from < stem.length) out.push({ text: stem.slice(from) });
  return out;
}

/** The stem with each gap replaced: for lists, cards and search. */
export function stemWith(stem: string, fill: (gap: string) => string): string {
  return stem.replace(MARK, (_all, gap: string) => fill(gap));
}
