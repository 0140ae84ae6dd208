import { stringify } from 'csv-stringify/sync';
import { escapeCell, type CellValue } from './cell.js';

export interface TableColumn {
  heading: string;
  /** Width in characters; from the heading when left out. */
  width?: number;
  /** 'text' keeps leading zeros of numbers typed later; 'day' takes YYYY-MM-DD. */
  kind?: 'text' | 'number' | 'day';
}

export interface TableSheet {
  name: string;
  columns: readonly TableColumn[];
  rows: readonly (readonly CellValue[])[];
}

const FORMATS = { text: '@', number: 'General', day: 'yyyy-mm-dd' };

/** Wide characters take two columns. */
function widthOf(text: string): number {
  return [...text].reduce((n, c) => n + (c > '\u2e7f' ? 2 : 1), 0);
}

function cellOf(value: CellValue, kind: TableColumn['kind']): string | number | boolean | Date | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value !== 'string') return value;
  if (kind === 'day' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return new Date(`${value}T00:00:00Z`);
  return escapeCell(value);
}

/** An .xlsx file with a bold, frozen heading row on each sheet. */
export async function writeXlsx(sheets: readonly TableSheet[]): Promise<Buffer> {
  const { default: excel } = await import('exceljs');
  const workbook = new excel.Workbook();
  for (const s of sheets) {
    const sheet = workbook.addWorksheet(s.name.replace(/[\\/?*[\]:]/g, ' ').slice(0, 31), {
      views: [{ state: 'frozen', ySplit: 1 }],
    });
    sheet.columns = s.columns.map((c) => ({
      header: c.heading,
      width: c.width ?? Math.max(10, widthOf(c.heading) + 4),
      style: { numFmt: FORMATS[c.kind ?? 'text'] },
    }));
    sheet.getRow(1).font = { bold: true };
    for (const row of s.rows) sheet.addRow(row.map((v, i) => cellOf(v, s.columns[i]?.kind)));
  }
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** A CSV file in UTF-8 with a mark, which spreadsheets need to read Chinese. */
export function writeCsv(sheet: Omit<TableSheet, 'name'>): Buffer {
  const text = (v: CellValue): string =>
    v === null || v === undefined
      ? ''
      : v instanceof Date
        ? v.toISOString()
        : typeof v === 'string'
          ? escapeCell(v)
          : String(v);
  const lines = [sheet.columns.map((c) => escapeCell(c.heading)), ...sheet.rows.map((row) => row.map(text))];
  return Buffer.from(`\uFEFF${stringify(lines, { record_delimiter: 'windows', quoted_match: /[\r\n]/ })}`, 'utf8');
}
