import type { Locale } from '@waymark/kernel';
import { writeCsv, writeXlsx } from '@waymark/platform';
import { writeAiken } from './aiken.js';
import { pack } from './archive.js';
import { writeGift } from './gift.js';
import { writeMoodleQuestion, type Extra } from './moodle-xml.js';
import {
  heldBy,
  HOLDS,
  losses,
  NotTaken,
  type Loss,
  type NeutralQuestion,
  type QuestionFormat,
  type Remark,
} from './neutral.js';
import { qtiIdentifier, writeQtiItem, type QtiVersion } from './qti.js';
import { sheetOf, writeSheetRows } from './sheet.js';
import { escapeXml } from './xml.js';

export const FILE_TYPES: Record<QuestionFormat, { type: string; extension: string }> = {
  gift: { type: 'text/plain; charset=utf-8', extension: 'gift.txt' },
  aiken: { type: 'text/plain; charset=utf-8', extension: 'aiken.txt' },
  'moodle-xml': { type: 'application/xml', extension: 'moodle.xml' },
  qti2: { type: 'application/zip', extension: 'qti2.zip' },
  qti3: { type: 'application/zip', extension: 'qti3.zip' },
  csv: { type: 'text/csv; charset=utf-8', extension: 'csv' },
  xlsx: { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', extension: 'xlsx' },
};

export interface WrittenReport {
  code: string;
  /** What of it the file does not hold. */
  lost: Loss[];
  /** Why it is not in the file at all. */
  left: Remark | null;
}

export interface Written {
  bytes: Buffer;
  /** Questions of which something, or all, is missing in the file. */
  report: WrittenReport[];
  count: number;
}

/** The file of some questions. What a format can't hold is in the report, question by question. */
export async function writeQuestionFile(
  questions: readonly NeutralQuestion[],
  format: QuestionFormat,
  files: ReadonlyMap<string, Extra>,
  locale: Locale,
): Promise<Written> {
  const report: WrittenReport[] = [];
  const package_ = new Map<string, Uint8Array>();
  const resources: string[] = [];
  const texts: string[] = [];
  const rows: ReturnType<typeof writeSheetRows> = [];
  let count = 0;
  const add = (q: NeutralQuestion, n: number): void => {
    const code = q.code ?? '';
    switch (format) {
      case 'aiken':
        return void texts.push(writeAiken(q));
      case 'gift':
        return void texts.push(writeGift(q));
      case 'moodle-xml':
        return void texts.push(writeMoodleQuestion(q, files));
      case 'csv':
      case 'xlsx':
        return void rows.push(...writeSheetRows(q));
      case 'qti2':
      case 'qti3': {
        const version: QtiVersion = format === 'qti2' ? 2 : 3;
        const id = code || `q-${n}`;
        const used: string[] = [];
        const item = writeQtiItem(q, version, id, (m) => {
          const file = files.get(m.sha256);
          if (!file) throw new NotTaken('picture-missing', { name: m.sha256 });
          package_.set(`media/${file.name}`, file.bytes);
          used.push(`media/${file.name}`);
          return `../media/${encodeURIComponent(file.name)}`;
        });
        const href = `items/${n}.xml`;
        package_.set(href, Buffer.from(item, 'utf8'));
        resources.push(
          `<resource identifier="${escapeXml(qtiIdentifier(id))}" type="imsqti_item_xmlv${version === 2 ? '2p2' : '3p0'}" href="${href}">${[href, ...new Set(used)].map((f) => `<file href="${escapeXml(f)}"/>`).join('')}</resource>`,
        );
      }
    }
  };
  for (const [i, q] of questions.entries()) {
    const code = q.code ?? '';
    if (!HOLDS[format].types.includes(q.type)) {
      report.push({ code, lost: [], left: { code: 'type', params: { type: q.type } } });
      continue;
    }
    try {
      add(heldBy(q, format), i + 1);
      count += 1;
      const lost = losses(q, format);
      if (lost.length > 0) report.push({ code, lost, left: null });
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      report.push({ code, lost: [], left: { code: error.code, params: error.params } });
    }
  }
  const bytes = async (): Promise<Buffer> => {
    switch (format) {
      case 'aiken':
      case 'gift':
        return Buffer.from(texts.join('\n'), 'utf8');
      case 'moodle-xml':
        return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n${texts.join('\n')}\n</quiz>\n`, 'utf8');
      case 'csv':
        return writeCsv(sheetOf(rows, locale));
      case 'xlsx':
        return writeXlsx([sheetOf(rows, locale)]);
      case 'qti2':
      case 'qti3': {
        const namespace =
          format === 'qti2'
            ? 'http://www.imsglobal.org/xsd/imscp_v1p1'
            : 'http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1';
        const schema =
          format === 'qti2'
            ? '<schema>QTIv2.2 Package</schema><schemaversion>1.0.0</schemaversion>'
            : '<schema>QTI Package</schema><schemaversion>3.0.0</schemaversion>';
        package_.set(
          'imsmanifest.xml',
          Buffer.from(
            `<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="${namespace}" identifier="MANIFEST"><metadata>${schema}</metadata><organizations/><resources>${resources.join('')}</resources></manifest>\n`,
            'utf8',
          ),
        );
        return pack(package_);
      }
    }
  };
  return { bytes: await bytes(), report, count };
}
