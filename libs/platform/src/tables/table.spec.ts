import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeCell, readTable, unescapeCell, writeCsv, writeXlsx } from './index.js';

const limits = { maxBytes: 5_000_000, maxRows: 100 };
const codeOf = async (bytes: Buffer, l = limits): Promise<string> =>
  readTable(bytes, l).then(
    () => 'read',
    (error: { code: string }) => error.code,
  );

describe('cells', () => {
  it.each(['=1+1', '+86 138', '-1', '@x', '\tx'])(
    '%j is not a formula when written and comes back as it was',
    (text) => {
      expect(escapeCell(text)).toBe(`'${text}`);
      expect(unescapeCell(escapeCell(text))).toBe(text);
    },
  );
  it('leaves every other text alone', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/^'[=+\-@\t\r]/.test(text));
        expect(unescapeCell(escapeCell(text))).toBe(text);
      }),
    );
  });
});

describe('reading', () => {
  const csv = '工号,姓名\r\nQM1,陆怀远\r\n\r\n"QM2","沈""若""岚"\r\n';
  const gbk = Buffer.from([
    0xb9, 0xa4, 0xba, 0xc5, 0x2c, 0xd0, 0xd5, 0xc3, 0xfb, 0x0a, 0x51, 0x4d, 0x31, 0x2c, 0xc2, 0xbd, 0x0a,
  ]);
  const utf16be = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(csv, 'utf16le').swap16()]);

  it.each([
    ['utf-8', Buffer.from(csv)],
    ['utf-8', Buffer.from(`\uFEFF${csv}`)],
    ['utf-16le', Buffer.from(`\uFEFF${csv}`, 'utf16le')],
    ['utf-16be', utf16be],
  ])('reads CSV in %s', async (encoding, bytes) => {
    const table = await readTable(bytes, limits);
    expect(table.encoding).toBe(encoding);
    expect(table.headings).toEqual(['工号', '姓名']);
    expect(table.rows).toEqual([
      { line: 2, cells: ['QM1', '陆怀远'] },
      { line: 4, cells: ['QM2', '沈"若"岚'] },
    ]);
  });

  it('reads CSV in GBK and with tabs', async () => {
    expect(await readTable(gbk, limits)).toMatchObject({
      encoding: 'gb18030',
      headings: ['工号', '姓名'],
      rows: [{ cells: ['QM1', '陆'] }],
    });
    expect((await readTable(Buffer.from('a\tb\n1\t2,3'), limits)).rows[0]?.cells).toEqual(['1', '2,3']);
  });

  it('reads what it writes, days and numbers included', async () => {
    const sheet = {
      name: 'People',
      columns: [
        { heading: '工号' },
        { heading: 'Hired', kind: 'day' as const },
        { heading: 'n', kind: 'number' as const },
      ],
      rows: [
        ['007', '2026-02-14', 3],
        ['=cmd', '', null],
      ],
    };
    for (const bytes of [await writeXlsx([sheet]), writeCsv(sheet)]) {
      const table = await readTable(bytes, limits);
      expect(table.headings).toEqual(['工号', 'Hired', 'n']);
      expect(table.rows.map((r) => r.cells.slice(0, 2))).toEqual([
        ['007', '2026-02-14'],
        ['=cmd', ''].slice(0, table.rows[1]?.cells.length),
      ]);
    }
    expect(writeCsv(sheet).toString('utf8')).toContain("'=cmd");
  });

  it('refuses in words what it cannot read', async () => {
    expect(await codeOf(Buffer.alloc(0))).toBe('file-empty');
    expect(await codeOf(Buffer.from('only,a,heading\n'))).toBe('file-empty');
    expect(await codeOf(Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0, 0]))).toBe('file-old-excel');
    expect(await codeOf(Buffer.from('PK not a zip file at all'))).toBe('file-unreadable');
    expect(await codeOf(Buffer.from('a\n1\n2\n'), { maxBytes: 100, maxRows: 1 })).toBe('file-too-many-rows');
    expect(await codeOf(Buffer.from('a\n1\n2\n'), { maxBytes: 3, maxRows: 1 })).toBe('file-too-large');
  });

  it('looks at the size before it unpacks', async () => {
    const bytes = await writeXlsx([{ name: 'x', columns: [{ heading: 'a' }], rows: [['1']] }]);
    const at = bytes.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE(0x7fffffff, at + 24);
    expect(await codeOf(bytes)).toBe('file-too-large');
  });
});
