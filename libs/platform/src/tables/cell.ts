export type CellValue = string | number | boolean | Date | null | undefined;

// Apostrophes before it are counted in, so that each text comes back as it was.
const FORMULA_START = /^'*[=+\-@\t\r]/;

/** Text that a spreadsheet would take for a formula gets an apostrophe before it, so that it stays text. */
export function escapeCell(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

/** Takes the apostrophe of `escapeCell` away again, so that an exported file can be imported. */
export function unescapeCell(text: string): string {
  return text.startsWith("'") && FORMULA_START.test(text.slice(1)) ? text.slice(1) : text;
}
