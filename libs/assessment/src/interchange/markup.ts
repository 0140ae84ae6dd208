import { Parser } from 'htmlparser2';
import { NotTaken, tidy, type Remark } from './neutral.js';
import { escapeXml, type XmlNode } from './xml.js';

const BLOCKS = new Set([
  'p',
  'div',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'li',
  'pre',
  'blockquote',
  'section',
]);
const PLAIN = new Set(['p', 'div', 'br', 'span', 'section']);
/** Only how it looks goes with these. What changes the meaning (tables, formulas, raised figures) is refused by name. */
const DECORATION = new Set([
  'b',
  'i',
  'em',
  'strong',
  'u',
  'font',
  'small',
  'big',
  'code',
  'tt',
  'a',
  'center',
  'mark',
  'cite',
  'q',
  'label',
]);

export interface Picture {
  src: string;
  alt: string;
}

type Report = (code: string, params?: Remark['params']) => void;

/** Words and pictures of marked-up text. */
export class MarkupText {
  private text = '';
  readonly pictures: Picture[] = [];

  constructor(private readonly remark: Report) {}

  open(name: string, attrs: Readonly<Record<string, string | undefined>>): void {
    if (name === 'img') {
      this.pictures.push({ src: attrs['src'] ?? '', alt: attrs['alt'] ?? '' });
      return;
    }
    if (name === 'br') {
      this.text += '\n';
      return;
    }
    if (!BLOCKS.has(name) && !PLAIN.has(name) && !DECORATION.has(name))
      throw new NotTaken('markup-element', { element: name });
    if (!PLAIN.has(name)) this.remark('formatting-left-out', { element: name });
    if (BLOCKS.has(name)) this.line();
  }

  words(text: string): void {
    const joined = text.replace(/\s+/g, ' ');
    this.text += this.text.endsWith('\n') ? joined.trimStart() : joined;
  }

  /** Words taken as they are, with their lines. */
  raw(text: string): void {
    this.text += text;
  }

  close(name: string): void {
    if (BLOCKS.has(name)) this.line();
  }

  private line(): void {
    if (this.text.trim() !== '' && !this.text.endsWith('\n')) this.text += '\n';
  }

  get value(): string {
    return tidy(this.text);
  }
}

export function readHtml(html: string, remark: Report): { text: string; pictures: Picture[] } {
  const out = new MarkupText(remark);
  const parser = new Parser(
    {
      onopentag: (name, attrs) => out.open(name, attrs),
      ontext: (text) => out.words(text),
      onclosetag: (name) => out.close(name),
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return { text: out.value, pictures: out.pictures };
}

/** The words of an XML element that holds XHTML; `other` answers for elements of the format itself. */
export function readXhtml(node: XmlNode, out: MarkupText, other: (n: XmlNode) => boolean = () => false): void {
  for (const c of node.children) {
    if (typeof c === 'string') out.words(c);
    else if (!other(c)) {
      out.open(c.name, c.attrs);
      readXhtml(c, out, other);
      out.close(c.name);
    }
  }
}

/** Plain text as markup: a line is a line. */
export const toMarkup = (text: string): string => escapeXml(tidy(text)).replaceAll('\n', '<br/>');
