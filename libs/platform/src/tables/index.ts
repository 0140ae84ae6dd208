export { escapeCell, unescapeCell, type CellValue } from './cell.js';
export { readTable, type ReadTable, type TableLimits, type TableRow } from './table-reader.js';
export { writeCsv, writeXlsx, type TableColumn, type TableSheet } from './table-writer.js';
export { decodeText, type TextEncoding } from './table-text.js';
export { unzippedSize } from './zip-size.js';
