import { InvalidInput } from '@waymark/kernel';
import { decodeText, readTable, type TextEncoding } from '@waymark/platform';
import { readAiken } from './aiken.js';
import { unpack } from './archive.js';
import { readGift } from './gift.js';
import { readMoodleXml } from './moodle-xml.js';
import { heldBy, NotTaken, readItem, type QuestionFormat, type ReadItem, type ReadQuestions } from './neutral.js';
import { insidePath, Pictures } from './pictures.js';
import { asVersion2, readQtiItem } from './qti.js';
import { isQuestionTable, readSheet } from './sheet.js';
import { childOf, childrenOf, readXml, type XmlNode } from './xml.js';

export const QUESTION_FILE_LIMITS = { maxBytes: 25 * 1024 * 1024, maxRows: 10_000 };

const ZIP = [0x50, 0x4b];
const MANIFEST = 'imsmanifest.xml';

/**
 * Questions of a file in any of the formats; which one it is shows in the file, not in its name.
 * @throws InvalidInput with a code that says what is wrong with the file as a whole
 */
export async function readQuestionFile(bytes: Buffer): Promise<ReadQuestions> {
  if (bytes.length > QUESTION_FILE_LIMITS.maxBytes)
    throw new InvalidInput('file-too-large', { maxBytes: QUESTION_FILE_LIMITS.maxBytes });
  if (bytes.length === 0) throw new InvalidInput('file-empty');
  const read = ZIP.every((b, i) => bytes[i] === b) ? await readZip(bytes) : await readTextFile(bytes);
  if (read.items.length === 0) throw new InvalidInput('file-no-questions');
  if (read.items.length > QUESTION_FILE_LIMITS.maxRows)
    throw new InvalidInput('file-too-many-rows', { max: QUESTION_FILE_LIMITS.maxRows, rows: read.items.length });
  for (const item of read.items) if (item.question) item.question = heldBy(item.question, read.format);
  return read;
}

/** What an XML file says about its own encoding; readable whatever it is, since only ASCII stands there. */
function declaredEncoding(bytes: Buffer): TextEncoding | undefined {
  const said = /^<\?xml[^>]*encoding\s*=\s*["']([\w.-]+)["']/
    .exec(bytes.subarray(0, 200).toString('latin1'))?.[1]
    ?.toLowerCase();
  if (said === undefined) return undefined;
  if (['gbk', 'gb2312', 'gb18030'].includes(said)) return 'gb18030';
  if (['windows-1252', 'iso-8859-1', 'latin1', 'cp1252'].includes(said)) return 'windows-1252';
  if (said === 'utf-8' || said === 'utf8' || said === 'us-ascii') return 'utf-8';
  if (said.startsWith('utf-16')) return undefined;
  throw new InvalidInput('encoding-unknown', { encoding: said.slice(0, 40) });
}

async function readTextFile(bytes: Buffer): Promise<ReadQuestions> {
  const { text: given, encoding } = decodeText(bytes, declaredEncoding(bytes));
  const text = given.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  if (text.trim() === '') throw new InvalidInput('file-empty');
  const none = new Map<string, Uint8Array>();
  if (
    /^\s*<([?!]|[\w.-]+:|(quiz|assessmentItem|qti-assessment-item)\b)/.test(text) ||
    (!/[{]|^\s*ANSWER:/im.test(text.slice(0, 100_000)) && /^\s*</.test(text))
  ) {
    const root = readXml(text.trimStart());
    const name = asVersion2({ ...root, children: [] }).name;
    if (name === 'quiz') return { format: 'moodle-xml', encoding, ...readMoodleXml(text.trimStart()) };
    if (name !== 'assessmentItem') throw new InvalidInput('format-unknown', { element: root.name.slice(0, 60) });
    const pictures = new Pictures();
    return {
      format: versionOf(root),
      encoding,
      items: [readQtiItem(root, pictures, () => null)],
      files: pictures.files,
    };
  }
  if (/^\s*ANSWER:/im.test(text) && /^\s*A[.)]\s/m.test(text))
    return { format: 'aiken', encoding, items: readAiken(text), files: none };
  const [first = ''] = text.trimStart().split('\n');
  if (isQuestionTable(first.split(/[,;\t|]/).map((h) => h.replaceAll('"', '')))) {
    const table = await readTable(Buffer.from(text, 'utf8'), QUESTION_FILE_LIMITS);
    return { format: 'csv', encoding, items: readSheet(table.headings, table.rows), files: none };
  }
  if (/\{[^]*\}/.test(text)) return { format: 'gift', encoding, items: readGift(text), files: none };
  throw new InvalidInput('format-unknown', { element: '' });
}

const versionOf = (root: XmlNode): QuestionFormat => (root.name.startsWith('qti-') ? 'qti3' : 'qti2');

async function readZip(bytes: Buffer): Promise<ReadQuestions> {
  const entries = unpack(bytes);
  if (entries.has('[Content_Types].xml')) {
    const table = await readTable(bytes, QUESTION_FILE_LIMITS);
    if (!isQuestionTable(table.headings)) throw new InvalidInput('table-headings');
    return { format: 'xlsx', encoding: 'xlsx', items: readSheet(table.headings, table.rows), files: new Map() };
  }
  const manifest = entries.get(MANIFEST);
  if (!manifest) throw new InvalidInput('package-manifest-missing');
  const xml = (name: string, data: Uint8Array): XmlNode => {
    const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    try {
      return readXml(decodeText(buffer, declaredEncoding(buffer)).text);
    } catch (error) {
      if (error instanceof InvalidInput)
        throw new NotTaken('package-file', { name: name.slice(0, 100), reason: error.code });
      throw error;
    }
  };
  let root: XmlNode;
  try {
    root = xml(MANIFEST, manifest);
  } catch (error) {
    throw error instanceof NotTaken
      ? new InvalidInput('package-manifest-unreadable', { reason: String(error.params['reason']) })
      : error;
  }
  const pictures = new Pictures();
  let format: QuestionFormat | null = null;
  const items: ReadItem[] = [];
  for (const resource of childrenOf(childOf(root, 'resources') ?? root, 'resource')) {
    const type = resource.attrs['type'] ?? '';
    if (/webcontent|^associatedcontent|imslti|controlfile/i.test(type)) continue;
    const href = resource.attrs['href'] ?? '';
    const refused = (code: string, params: Record<string, string>): void =>
      void items.push(
        readItem(resource.line, href, () => {
          throw new NotTaken(code, params);
        }),
      );
    if (!/^imsqti_item_xmlv(2p[012]|3p0)/.test(type)) {
      refused('package-resource', { type: type.slice(0, 60) });
      continue;
    }
    const path = insidePath('', href);
    const data = path === null ? undefined : entries.get(path);
    if (!path || !data) {
      refused(path === null ? 'picture-path' : 'package-file-missing', { name: href.slice(0, 100) });
      continue;
    }
    try {
      const item = xml(path, data);
      format ??= versionOf(item);
      items.push(
        readQtiItem(item, pictures, (src) => {
          const inside = insidePath(path, src);
          if (inside === null && !/^[a-z]+:/i.test(src))
            throw new NotTaken('picture-path', { name: src.slice(0, 100) });
          return inside === null ? null : (entries.get(inside) ?? null);
        }),
      );
    } catch (error) {
      if (error instanceof NotTaken)
        refused(error.code, { name: path.slice(0, 100), reason: String(error.params['reason'] ?? '') });
      else if (error instanceof InvalidInput) refused('package-file', { name: path.slice(0, 100), reason: error.code });
      else throw error;
    }
  }
  return { format: format ?? 'qti2', encoding: 'zip', items, files: pictures.files };
}
