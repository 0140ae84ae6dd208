export const FILE_KINDS = ['image', 'document', 'office', 'video', 'audio', 'package', 'captions'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

const MB = 1024 * 1024;
/** The largest file of each kind, in bytes. */
export const MAX_BYTES: Record<FileKind, number> = {
  image: 10 * MB,
  document: 50 * MB,
  office: 50 * MB,
  video: 500 * MB,
  audio: 100 * MB,
  package: 200 * MB,
  captions: MB,
};

interface KnownType {
  kind: FileKind;
  extension: string;
  /** May be shown inside a page; everything else is a download. */
  inline: boolean;
}

const KNOWN: Record<string, KnownType> = {
  'image/jpeg': { kind: 'image', extension: 'jpg', inline: true },
  'image/png': { kind: 'image', extension: 'png', inline: true },
  'image/webp': { kind: 'image', extension: 'webp', inline: true },
  'image/gif': { kind: 'image', extension: 'gif', inline: true },
  'application/pdf': { kind: 'document', extension: 'pdf', inline: true },
  'video/mp4': { kind: 'video', extension: 'mp4', inline: true },
  'audio/mpeg': { kind: 'audio', extension: 'mp3', inline: true },
  'audio/mp4': { kind: 'audio', extension: 'm4a', inline: true },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': {
    kind: 'office',
    extension: 'docx',
    inline: false,
  },
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': {
    kind: 'office',
    extension: 'pptx',
    inline: false,
  },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': {
    kind: 'office',
    extension: 'xlsx',
    inline: false,
  },
  'application/x-cfb': { kind: 'office', extension: 'doc', inline: false },
  'application/zip': { kind: 'package', extension: 'zip', inline: false },
  'text/vtt': { kind: 'captions', extension: 'vtt', inline: true },
};

/** Names that file-type gives to types we keep under another name. */
const SAME: Record<string, string> = {
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'video/quicktime': 'video/mp4',
};

export type TypeVerdict = { mime: string; kind: FileKind } | { refused: string; mime: string | null };

/**
 * What a file may be taken as, judged by the type its bytes show.
 * @param mime from the magic bytes; null when they show none (text, HTML and SVG end here)
 */
export function judgeType(mime: string | null): TypeVerdict {
  if (mime === null) return { refused: 'file-type-unknown', mime };
  if (
    mime === 'image/heic' ||
    mime === 'image/heif' ||
    mime.startsWith('image/heic') ||
    mime.startsWith('image/heif')
  ) {
    return { refused: 'image-heic', mime };
  }
  const kept = SAME[mime] ?? mime;
  const known = KNOWN[kept];
  return known ? { mime: kept, kind: known.kind } : { refused: 'file-type-refused', mime };
}

export function isInline(mime: string): boolean {
  return KNOWN[mime]?.inline ?? false;
}

const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const NAME_CHARS = 120;

/**
 * A name to show and to offer at download: the last part of any path, without control characters, bidirectional
 * overrides and characters that a file system refuses, ending in the extension of the real type.
 */
export function safeFileName(given: string, mime: string): string {
  const extension = KNOWN[mime]?.extension ?? 'bin';
  const last = given.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .replace(/[<>:"|?*]/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const dot = clean.lastIndexOf('.');
  const suffix = dot > 0 ? clean.slice(dot + 1).toLowerCase() : '';
  const fits =
    suffix === extension ||
    (extension === 'jpg' && suffix === 'jpeg') ||
    (extension === 'doc' && ['ppt', 'xls'].includes(suffix));
  const stem = dot > 0 && /^[a-z0-9]{1,8}$/.test(suffix) ? clean.slice(0, dot) : clean;
  const short = Array.from(stem).slice(0, NAME_CHARS).join('').trim() || 'file';
  return `${RESERVED.test(short) ? `_${short}` : short}.${fits ? suffix : extension}`;
}

/** Content-Disposition with an ASCII name for old clients and the real one (RFC 6266). */
export function contentDisposition(name: string, mime: string, download: boolean): string {
  const kind = !download && isInline(mime) ? 'inline' : 'attachment';
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

export interface ByteRange {
  start: number;
  /** Inclusive, as in the header. */
  end: number;
}

/**
 * One range of a Range header (RFC 9110 §14): the bytes to send, 'unsatisfiable', or null when the whole file is to be
 * sent (no header, another unit, several ranges or a malformed one).
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  if (match[1] === '') {
    const last = Number(match[2]);
    if (last === 0) return 'unsatisfiable';
    return { start: Math.max(0, size - last), end: size - 1 };
  }
  const start = Number(match[1]);
  const end = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  if (match[2] !== '' && Number(match[2]) < start) return null;
  return start >= size ? 'unsatisfiable' : { start, end };
}

export function fileUrl(id: string): string {
  return `/files/${id}`;
}

/** The ids of the files that a Markdown text links to. */
export function linkedFileIds(markdown: string): string[] {
  const found = markdown.matchAll(/\/files\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g);
  return [...new Set(Array.from(found, (m) => m[1] as string))];
}
