import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { captionProblem, meantAsCaptions } from './webvtt.js';

const check = (text: string) => captionProblem(Buffer.from(text));
const CUE = '00:01.000 --> 00:02.500\n大家好\n';

describe('captions that browsers show', () => {
  it.each([
    ['the least', `WEBVTT\n\n${CUE}`],
    ['a mark, a title and Windows line ends', `\uFEFFWEBVTT 产品导览\r\n\r\n00:01.000 --> 00:02.500\r\nHello\r\n`],
    ['header lines of other tools', `WEBVTT\nKind: captions\nLanguage: en\n\n${CUE}`],
    [
      'numbers, hours, settings, notes and styles',
      `WEBVTT\n\nSTYLE\n::cue { color: white }\n\nNOTE made by hand\n\n1\n100:00:01.000 --> 100:00:02.000 line:0 align:start\n<v 小林>一\n二\n\n2\n${CUE}`,
    ],
    ['several empty lines and none at the end', `WEBVTT\n\n\n\n${CUE}\n\n${CUE.trimEnd()}`],
  ])('%s', (_what, text) => {
    expect(check(text)).toBeNull();
  });
});

describe('what is wrong is named, with its line', () => {
  it.each([
    ['', 'captions-header', undefined],
    ['hello', 'captions-header', undefined],
    ['WEBVTTX\n\n', 'captions-header', undefined],
    [`1\n00:00:01,000 --> 00:00:02,000\n你好\n`, 'captions-srt', undefined],
    ['WEBVTT', 'captions-empty', undefined],
    ['WEBVTT\n\n00:01.000 --> 00:02.000\n \n', 'captions-empty', undefined],
    ['WEBVTT\n00:01.000 --> 00:02.000\nx\n', 'captions-gap', 2],
    ['WEBVTT\n\n00:01,000 --> 00:02,000\nx\n', 'captions-time', 3],
    ['WEBVTT\n\n1\n0:01.000 --> 00:02.000\nx\n', 'captions-time', 4],
    ['WEBVTT\n\n00:61.000 --> 00:62.000\nx\n', 'captions-time', 3],
    ['WEBVTT\n\n00:01.000-->00:02.000\nx\n', 'captions-time', 3],
    ['WEBVTT\n\n00:01.000 --> 00:02.000 middle\nx\n', 'captions-time', 3],
    ['WEBVTT\n\n00:03.000 --> 00:02.000\nx\n', 'captions-order', 3],
    ['WEBVTT\n\n00:02.000 --> 00:02.000\nx\n', 'captions-order', 3],
    [`WEBVTT\n\n${CUE}\n忘了时间\n`, 'captions-stray', 6],
    [`WEBVTT\n\n1\n2\n${CUE}`, 'captions-stray', 3],
    [`WEBVTT\n\n${CUE}${CUE}`, 'captions-gap', 5],
    [`WEBVTT\n\nNOTE\n${CUE}`, 'captions-gap', 4],
  ])('%j', (text, code, line) => {
    expect(check(text)).toEqual({ code, params: line === undefined ? {} : { line } });
  });

  it('takes only UTF-8', () => {
    const gbk = Buffer.concat([
      Buffer.from(`WEBVTT\n\n00:01.000 --> 00:02.000\n`),
      Buffer.from([0xc4, 0xe3, 0xba, 0xc3]),
    ]);
    const utf16 = Buffer.from(`\uFEFFWEBVTT\n\n${CUE}`, 'utf16le');
    for (const bytes of [gbk, utf16, Buffer.from(`WEBVTT\n\n${CUE}\0`)])
      expect(captionProblem(bytes)).toEqual({ code: 'captions-encoding', params: {} });
  });

  it('does not call a character half that is only cut off', () => {
    const bytes = Buffer.from('说明'.repeat(10));
    expect(captionProblem(bytes.subarray(0, 31), true)).toMatchObject({ code: 'captions-header' });
    expect(captionProblem(bytes.subarray(0, 31))).toMatchObject({ code: 'captions-encoding' });
  });

  it('always answers, whatever comes in', () => {
    const part = fc.constantFrom(
      'WEBVTT',
      '\n',
      '\n\n',
      '\r',
      '00:01.000',
      ' --> ',
      '00:02.000',
      'NOTE',
      'x',
      '\0',
      '字',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const found = check(parts.join(''));
        expect(found === null || found.code.startsWith('captions-')).toBe(true);
      }),
    );
  });
});

it('knows what is meant as captions', () => {
  expect(meantAsCaptions('tour.VTT', Buffer.from('x'))).toBe(true);
  expect(meantAsCaptions('tour.srt', Buffer.from([0xff, 0xfe]))).toBe(true);
  expect(meantAsCaptions('tour.txt', Buffer.from('1\n00:00:01,000 --> 00:00:02,000\n'))).toBe(true);
  expect(meantAsCaptions('notes.txt', Buffer.from('hello'))).toBe(false);
  expect(meantAsCaptions('noise.bin', Buffer.from([0xff, 0x2d, 0x2d, 0x3e]))).toBe(false);
});
