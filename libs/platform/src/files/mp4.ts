/** Reads part of a file; shorter at its end. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

export interface Mp4Facts {
  durationMs: number;
  /** Four-character codes of the sample entries, as `avc1`, `hvc1`, `mp4a`. */
  video: string[];
  audio: string[];
}

interface Box {
  type: string;
  start: number;
  /** Where the content begins and the box ends, in bytes of the buffer or file. */
  body: number;
  end: number;
}

const MAX_MOOV = 64 * 1024 * 1024;

function boxAt(buffer: Buffer, at: number, limit: number, offset = 0): Box | null {
  if (at + 8 > buffer.length) return null;
  const type = buffer.toString('latin1', at + 4, at + 8);
  let size = buffer.readUInt32BE(at);
  let header = 8;
  if (size === 1) {
    if (at + 16 > buffer.length) return null;
    size = Number(buffer.readBigUInt64BE(at + 8));
    header = 16;
  } else if (size === 0) {
    size = limit - (offset + at);
  }
  if (size < header) return null;
  return { type, start: offset + at, body: offset + at + header, end: offset + at + size };
}

function children(buffer: Buffer, from: number, to: number): Box[] {
  const out: Box[] = [];
  for (let at = from; at < to;) {
    const box = boxAt(buffer, at, to);
    if (!box || box.end > to) break;
    out.push(box);
    at = box.end;
  }
  return out;
}

function descend(buffer: Buffer, box: Box, ...path: string[]): Box | null {
  let here: Box | undefined = box;
  for (const type of path) {
    if (!here) return null;
    here = children(buffer, here.body, here.end).find((b) => b.type === type);
  }
  return here ?? null;
}

function headerDurationMs(buffer: Buffer, box: Box): number {
  const version = buffer.readUInt8(box.body);
  const scale = buffer.readUInt32BE(box.body + (version === 1 ? 20 : 12));
  const units = version === 1 ? Number(buffer.readBigUInt64BE(box.body + 24)) : buffer.readUInt32BE(box.body + 16);
  return scale > 0 ? Math.round((units / scale) * 1000) : 0;
}

/**
 * Duration and codecs of an MP4 or QuickTime file (ISO/IEC 14496-12: moov/trak/mdia/minf/stbl/stsd).
 * Reads only box headers and the movie box. Null when the file has no readable movie box.
 */
export async function readMp4(readAt: ReadAt, size: number): Promise<Mp4Facts | null> {
  for (let at = 0; at < size;) {
    const head = await readAt(at, 16);
    const box = boxAt(head, 0, size, at);
    if (!box || box.end > size) return null;
    if (box.type === 'moov') {
      if (box.end - box.start > MAX_MOOV) return null;
      const moov = await readAt(box.start, box.end - box.start);
      return movieFacts(moov);
    }
    at = box.end;
  }
  return null;
}

function movieFacts(moov: Buffer): Mp4Facts | null {
  try {
    const root = boxAt(moov, 0, moov.length);
    const header = root && descend(moov, root, 'mvhd');
    if (!root || !header) return null;
    const facts: Mp4Facts = { durationMs: headerDurationMs(moov, header), video: [], audio: [] };
    for (const track of children(moov, root.body, root.end).filter((b) => b.type === 'trak')) {
      const handler = descend(moov, track, 'mdia', 'hdlr');
      const table = descend(moov, track, 'mdia', 'minf', 'stbl', 'stsd');
      if (!handler || !table) continue;
      const kind = moov.toString('latin1', handler.body + 8, handler.body + 12);
      const codecs = children(moov, table.body + 8, table.end).map((b) => b.type);
      if (kind === 'vide') facts.video.push(...codecs);
      if (kind === 'soun') facts.audio.push(...codecs);
    }
    return facts;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Why browsers could not play the file everywhere: a code with its parameters, or null when it is H.264 with AAC. */
export function mediaProblem(
  facts: Mp4Facts | null,
  kind: 'video' | 'audio',
): { code: string; codec: string | null } | null {
  if (!facts || (kind === 'video' ? facts.video : facts.audio).length === 0)
    return { code: `${kind}-unreadable`, codec: null };
  const hevc = facts.video.find((c) => ['hvc1', 'hev1', 'dvh1', 'dvhe'].includes(c));
  if (hevc) return { code: 'video-hevc', codec: hevc };
  const video = facts.video.find((c) => c !== 'avc1' && c !== 'avc3');
  if (video) return { code: 'video-codec', codec: video };
  const audio = facts.audio.find((c) => c !== 'mp4a');
  return audio ? { code: 'audio-codec', codec: audio } : null;
}
