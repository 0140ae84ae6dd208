import { InvalidInput } from '@waymark/kernel';
import { CsvError, parse } from 'csv-parse/sync';
import type { CellValue as ExcelValue, Workbook } from 'exceljs';
import { unescapeCell } from './cell.js';
import { decodeTableText, separatorOf, type TableEncoding } from './table-text.js';
import { unzippedSize } from './zip-size.js';

export interface TableRow {
  /** The line of the file or the row number of the sheet, as people see it. */
  line: number;
  cells: string[];
}

export interface ReadTable {
  headings: string[];
  rows: TableRow[];
  encoding: TableEncoding | 'xlsx';
}

export interface TableLimits {
  maxBytes: number;
  maxRows: number;
}

const MAX_COLUMNS = 100;
const MAX_UNZIPPED = 120_000_000;
const OLD_EXCEL = [0xd0, 0xcf, 0x11, 0xe0];

/**
 * Reads the first sheet of an .xlsx file or a text table: headings, then rows; empty rows are passed over.
 * Days come as YYYY-MM-DD, numbers as they print, everything trimmed.
 * @throws InvalidInput 'file-too-large' | 'file-empty' | 'file-unreadable' | 'file-old-excel' | 'file-too-many-rows'
 */
export async function readTable(bytes: Buffer, limits: TableLimits): Promise<ReadTable> {
  if (bytes.length > limits.maxBytes) throw new InvalidInput('file-too-large', { maxBytes: limits.maxBytes });
  if (bytes.length === 0) throw new InvalidInput('file-empty');
  if (OLD_EXCEL.every((b, i) => bytes[i] === b)) throw new InvalidInput('file-old-excel');
  const zipped = bytes[0] === 0x50 && bytes[1] === 0x4b;
  const { rows, encoding } = zipped ? await readXlsx(bytes, limits) : readText(bytes);
  const filled = rows
    .map((r) => ({ line: r.line, cells: r.cells.slice(0, MAX_COLUMNS).map((c) => unescapeCell(c.trim())) }))
    .filter((r) => r.cells.some((c) => c !== ''));
  const [head, ...body] = filled;
  if (!head || body.length === 0) throw new InvalidInput('file-empty');
  if (body.length > limits.maxRows)
    throw new InvalidInput('file-too-many-rows', { max: limits.maxRows, rows: body.length });
  return { headings: head.cells, rows: body, encoding };
}

function readText(bytes: Buffer): { rows: TableRow[]; encoding: TableEncoding } {
  const { text, encoding } = decodeTableText(bytes);
  if (text.includes('\u0000')) throw new InvalidInput('file-unreadable');
  try {
    const records = parse(text, {
      bom: true,
      delimiter: separatorOf(text),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      info: true,
      max_record_size: 100_000,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return { rows: records.map((r) => ({ line: r.info.lines, cells: r.record })), encoding };
  } catch (error) {
    if (error instanceof CsvError) throw new InvalidInput('file-unreadable');
    throw error;
  }
}

async function readXlsx(bytes: Buffer, limits: TableLimits): Promise<{ rows: TableRow[]; encoding: 'xlsx' }> {
  const size = unzippedSize(bytes);
  if (size === null) throw new InvalidInput('file-unreadable');
  if (size > MAX_UNZIPPED) throw new InvalidInput('file-too-large', { maxBytes: limits.maxBytes });
  const { default: excel } = await import('exceljs');
  const workbook: Workbook = new excel.Workbook();
  try {
    await workbook.xlsx.load(bytes as unknown as ArrayBuffer);
  } catch {
    throw new InvalidInput('file-unreadable');
  }
  const sheet = workbook.worksheets.find((s) => s.state === 'visible' && s.actualRowCount > 0);
  if (!sheet) throw new InvalidInput('file-empty');
  const rows: TableRow[] = [];
  sheet.eachRow({ includeEmpty: false }, (row, line) => {
    const cells: string[] = [];
    for (let i = 1; i <= Math.min(row.cellCount, MAX_COLUMNS); i += 1) cells.push(textOf(row.getCell(i).value));
    rows.push({ line, cells });
  });
  return { rows, encoding: 'xlsx' };
}

function textOf(value: ExcelValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) {
    const iso = Number.isNaN(value.getTime()) ? '' : value.toISOString();
    return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 16).replace('T', ' ');
  }
  if (typeof value !== 'object') return String(value);
  if ('richText' in value) return value.richText.map((t) => t.text).join('');
  // A link's text may itself be rich text, whatever the types say.
  if ('hyperlink' in value) return textOf(value.text as ExcelValue);
  if ('formula' in value || 'sharedFormula' in value) return textOf((value.result ?? null) as ExcelValue);
  return '';
}
