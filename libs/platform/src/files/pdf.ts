import { inflateSync } from 'node:zlib';

const MAX_INFLATED = 64 * 1024 * 1024;

/** Byte spans of the streams whose dictionary says `/Type /ObjStm`, inflated. */
function objectStreams(pdf: Buffer, text: string): string[] {
  const out: string[] = [];
  let budget = MAX_INFLATED;
  for (const match of text.matchAll(/\/Type\s*\/ObjStm\b/g)) {
    const begin = text.indexOf('stream', match.index);
    const end = begin < 0 ? -1 : text.indexOf('endstream', begin);
    if (end < 0) continue;
    const from = begin + 'stream'.length + (text.startsWith('\r\n', begin + 6) ? 2 : 1);
    try {
      const inflated = inflateSync(pdf.subarray(from, end), { maxOutputLength: budget });
      budget -= inflated.length;
      out.push(inflated.toString('latin1'));
    } catch {
      // A stream under another filter or an encrypted one; pages that only stand in it are not counted.
    }
    if (budget <= 0) break;
  }
  return out;
}

/** Dictionaries are short; a window around the type reaches the keys beside it. */
const WINDOW = 4_000;

function treeRoots(text: string): number[] {
  const counts: number[] = [];
  for (const match of text.matchAll(/\/Type\s*\/Pages\b/g)) {
    const open = text.lastIndexOf('<<', match.index);
    const from = Math.max(0, open < 0 ? match.index - WINDOW : open);
    const close = text.indexOf('>>', match.index);
    const dictionary = text.slice(from, close < 0 ? match.index + WINDOW : close);
    const count = /\/Count\s+(\d+)/.exec(dictionary)?.[1];
    if (count && !/\/Parent\b/.test(dictionary)) counts.push(Number(count));
  }
  return counts;
}

/**
 * The number of pages: `/Count` of the root of the page tree, the last one written where the file was saved in
 * increments. Null when the file is not a readable PDF (damaged, or encrypted so that its structure is hidden).
 */
export function pdfPages(pdf: Buffer): number | null {
  const text = pdf.toString('latin1');
  if (!text.startsWith('%PDF-', text.indexOf('%PDF-') < 1024 ? text.indexOf('%PDF-') : 0)) return null;
  const roots = [...objectStreams(pdf, text).flatMap(treeRoots), ...treeRoots(text)];
  const count = roots.at(-1);
  return count !== undefined && count > 0 && count < 100_000 ? count : null;
}
