import { InvalidInput } from '@waymark/kernel';
import { SaxesParser } from 'saxes';

export interface XmlNode {
  /** Without its prefix. */
  name: string;
  attrs: Record<string, string>;
  children: (XmlNode | string)[];
  line: number;
}

const LIMITS = { depth: 100, nodes: 2_000_000 };

/**
 * A document as a tree, read strictly. A document type is refused before anything in it is looked at: entities of one's own
 * are how a small file fills the memory or reads another file.
 * @throws InvalidInput 'xml-doctype' | 'xml-too-deep' | 'xml-too-large' | 'xml-invalid'
 */
export function readXml(text: string): XmlNode {
  const parser = new SaxesParser({ position: true });
  const bare = (name: string): string => name.slice(name.indexOf(':') + 1);
  const open: XmlNode[] = [];
  let root: XmlNode | null = null;
  let nodes = 0;
  const count = (): void => {
    nodes += 1;
    if (nodes > LIMITS.nodes) throw new InvalidInput('xml-too-large', { max: LIMITS.nodes });
  };
  parser.on('doctype', () => {
    throw new InvalidInput('xml-doctype', { line: parser.line });
  });
  parser.on('error', (error) => {
    throw new InvalidInput('xml-invalid', {
      line: parser.line,
      reason: error.message.replace(/^\d+:\d+: /, '').slice(0, 100),
    });
  });
  parser.on('opentag', (tag) => {
    count();
    if (open.length >= LIMITS.depth) throw new InvalidInput('xml-too-deep', { max: LIMITS.depth, line: parser.line });
    const node: XmlNode = {
      name: bare(tag.name),
      attrs: Object.fromEntries(Object.entries(tag.attributes).map(([k, v]) => [bare(k), String(v)])),
      children: [],
      line: parser.line,
    };
    open.at(-1)?.children.push(node);
    root ??= node;
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  const words = (value: string): void => {
    count();
    open.at(-1)?.children.push(value);
  };
  parser.on('text', words);
  parser.on('cdata', words);
  parser.write(text.replace(/^\uFEFF/, '')).close();
  if (!root) throw new InvalidInput('xml-invalid', { line: 1, reason: '' });
  return root;
}

export const elements = (node: XmlNode): XmlNode[] => node.children.filter((c): c is XmlNode => typeof c !== 'string');
export const childrenOf = (node: XmlNode, name: string): XmlNode[] => elements(node).filter((c) => c.name === name);
export const childOf = (node: XmlNode, name: string): XmlNode | undefined =>
  elements(node).find((c) => c.name === name);
export const textOf = (node: XmlNode | undefined): string =>
  node ? node.children.map((c) => (typeof c === 'string' ? c : textOf(c))).join('') : '';

export function walk(node: XmlNode, visit: (n: XmlNode) => void): void {
  visit(node);
  for (const c of elements(node)) walk(c, visit);
}

/** Characters that XML 1.0 has no place for are left out. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] as string);
}
