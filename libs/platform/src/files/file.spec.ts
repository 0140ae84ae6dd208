import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDisposition, isInline, judgeType, linkedFileIds, parseRange, safeFileName } from './file.js';

describe('file names', () => {
  it.each([
    ['../../etc/passwd', 'application/pdf', 'passwd.pdf'],
    ['C:\\Users\\li\\report.PDF', 'application/pdf', 'report.pdf'],
    ['手册 2026.pdf', 'application/pdf', '手册 2026.pdf'],
    ['photo.exe', 'image/png', 'photo.png'],
    ['photo.jpeg', 'image/jpeg', 'photo.jpeg'],
    ['evil\u202Egnp.exe', 'image/png', 'evilgnp.png'],
    ['...', 'image/png', 'file.png'],
    ['', 'video/mp4', 'file.mp4'],
    ['con.pdf', 'application/pdf', '_con.pdf'],
    ['a\r\nset-cookie: x.pdf', 'application/pdf', 'aset-cookie x.pdf'],
    ['report.v2', 'application/pdf', 'report.pdf'],
  ])('%j becomes a plain name', (given, mime, expected) => {
    expect(safeFileName(given, mime)).toBe(expected);
  });

  it('never leaves a separator, a control character or more than 200 characters, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = safeFileName(given, 'application/pdf');
        expect(name).toMatch(/^[^/\\\p{Cc}\p{Cf}]+\.pdf$/u);
        expect(name.length).toBeLessThanOrEqual(250);
        expect(name.startsWith('.')).toBe(false);
      }),
    );
  });

  it('keeps a header on one line and quotes the name twice', () => {
    expect(contentDisposition('手册 "1".pdf', 'application/pdf', false)).toBe(
      `inline; filename="__ _1_.pdf"; filename*=UTF-8''%E6%89%8B%E5%86%8C%20%221%22.pdf`,
    );
    expect(contentDisposition('a.pdf', 'application/pdf', true)).toMatch(/^attachment;/);
    expect(contentDisposition('a.docx', 'application/x-cfb', false)).toMatch(/^attachment;/);
  });
});

describe('types', () => {
  it('takes what the bytes show and refuses the rest with a reason', () => {
    expect(judgeType('video/mp4')).toEqual({ mime: 'video/mp4', kind: 'video' });
    expect(judgeType('video/quicktime')).toEqual({ mime: 'video/mp4', kind: 'video' });
    expect(judgeType('image/heic')).toMatchObject({ refused: 'image-heic' });
    expect(judgeType('image/heic-sequence')).toMatchObject({ refused: 'image-heic' });
    expect(judgeType('image/svg+xml')).toMatchObject({ refused: 'file-type-refused' });
    expect(judgeType('application/x-msdownload')).toMatchObject({ refused: 'file-type-refused' });
    expect(judgeType(null)).toMatchObject({ refused: 'file-type-unknown' });
  });

  it('shows nothing inline that can carry a script', () => {
    for (const mime of [
      'image/svg+xml',
      'text/html',
      'application/xhtml+xml',
      'text/xml',
      'application/zip',
      '__proto__',
    ]) {
      expect(isInline(mime)).toBe(false);
    }
  });
});

describe('ranges', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=10-', { start: 10, end: 99 }],
    ['bytes=-5', { start: 95, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['bytes=90-500', { start: 90, end: 99 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=9-1', null],
    ['bytes=0-1,5-6', null],
    ['lines=1-2', null],
    ['bytes=-', null],
    [undefined, null],
  ])('%s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected);
  });

  it('never leaves the file', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.integer({ min: 1, max: 150 }), (a, b, size) => {
        const range = parseRange(`bytes=${a}-${b}`, size);
        if (range && range !== 'unsatisfiable') {
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeLessThan(size);
          expect(range.end).toBeGreaterThanOrEqual(range.start);
        }
      }),
    );
  });
});

it('finds the files that a text links to, each once', () => {
  const id = '01890000-0000-7000-8000-000000000001';
  expect(linkedFileIds(`![a](/files/${id}) and [b](/files/${id}?download=1) and /files/nope`)).toEqual([id]);
});
