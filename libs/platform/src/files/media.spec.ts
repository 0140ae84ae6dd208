import { readFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mediaProblem, readMp4 } from './mp4.js';
import { pdfPages } from './pdf.js';

const MEDIA = new URL('../../../../seeds/demo/media/', import.meta.url);

function reader(bytes: Buffer): (offset: number, length: number) => Promise<Buffer> {
  return (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length));
}

describe('MP4', () => {
  it('reads duration and codecs of a real film', async () => {
    const bytes = await readFile(new URL('product-tour.mp4', MEDIA));
    const facts = await readMp4(reader(bytes), bytes.length);
    expect(facts?.video).toEqual(['avc1']);
    expect(facts?.durationMs).toBeGreaterThan(5_000);
    expect(mediaProblem(facts, 'video')).toBeNull();
  });

  it('tells HEVC from other codecs that browsers do not play everywhere', async () => {
    const bytes = await readFile(new URL('product-tour.mp4', MEDIA));
    const at = bytes.indexOf('avc1', bytes.indexOf('stsd'));
    const withCodec = (codec: string): Buffer => {
      const copy = Buffer.from(bytes);
      copy.write(codec, at, 'latin1');
      return copy;
    };
    for (const [codec, code] of [
      ['hvc1', 'video-hevc'],
      ['hev1', 'video-hevc'],
      ['av01', 'video-codec'],
      ['vp09', 'video-codec'],
    ] as const) {
      const changed = withCodec(codec);
      expect(mediaProblem(await readMp4(reader(changed), changed.length), 'video')).toEqual({ code, codec });
    }
  });

  it('answers null for cut, empty and lying files instead of failing', async () => {
    const bytes = await readFile(new URL('product-tour.mp4', MEDIA));
    for (const broken of [
      bytes.subarray(0, 40),
      Buffer.from('0000000c667479706d703432', 'hex'),
      Buffer.alloc(64, 0xff),
      Buffer.alloc(64),
    ]) {
      const facts = await readMp4(reader(broken), broken.length);
      expect(mediaProblem(facts, 'video')).toEqual({ code: 'video-unreadable', codec: null });
    }
    const moov = bytes.indexOf('moov') - 4;
    const cutInside = Buffer.concat([bytes.subarray(moov, moov + 300)]);
    cutInside.writeUInt32BE(300, 0);
    expect(mediaProblem(await readMp4(reader(cutInside), cutInside.length), 'video')).not.toBeNull();
  });
});

describe('PDF', () => {
  it('counts the pages of a real document', async () => {
    const bytes = await readFile(new URL('company-handbook.pdf', MEDIA));
    const pages = pdfPages(bytes);
    expect(pages).toBe(bytes.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length);
  });

  it('finds the root of the page tree, also inside an object stream and after an increment', () => {
    const tree =
      '1 0 obj\n<< /Type /Pages /Kids [2 0 R] /Count 7 >>\nendobj\n2 0 obj\n<</Type/Pages/Parent 1 0 R/Count 3>>\nendobj\n';
    expect(pdfPages(Buffer.from(`%PDF-1.4\n${tree}`))).toBe(7);
    const increment = '1 0 obj\n<< /Type /Pages /Kids [2 0 R] /Count 9 >>\nendobj\n';
    expect(pdfPages(Buffer.from(`%PDF-1.4\n${tree}${increment}`))).toBe(9);
    const packed = deflateSync(Buffer.from('1 0 2 40 <</Type/Pages/Kids[4 0 R]/Count 12>>'));
    const file = Buffer.concat([
      Buffer.from(
        `%PDF-1.5\n5 0 obj\n<</Type /ObjStm /N 1 /First 8 /Filter /FlateDecode /Length ${packed.length}>>\nstream\r\n`,
      ),
      packed,
      Buffer.from('\nendstream\nendobj\n'),
    ]);
    expect(pdfPages(file)).toBe(12);
  });

  it('answers null for what is no PDF or hides its pages', () => {
    expect(pdfPages(Buffer.from('hello'))).toBeNull();
    expect(pdfPages(Buffer.from('%PDF-1.7\n1 0 obj <</Encrypt 3 0 R>> endobj'))).toBeNull();
  });
});
