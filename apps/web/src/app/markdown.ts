import DOMPurify from 'dompurify';
import MarkdownIt from 'markdown-it';

const parser = new MarkdownIt({ html: false, linkify: true, breaks: false });
// Pictures come from this site only: no page calls another host.
parser.renderer.rules.image = (tokens, index) => {
  const token = tokens[index]!;
  const src = String(token.attrGet('src') ?? '');
  const alt = parser.utils.escapeHtml(token.content);
  return src.startsWith('/') && !src.startsWith('//')
    ? `<img src="${parser.utils.escapeHtml(src)}" alt="${alt}" loading="lazy">`
    : alt;
};
const purify = DOMPurify();
purify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    const href = String(node.getAttribute('href') ?? '');
    if (!href.startsWith('/')) {
      node.setAttribute('target', '_blank');
      node.setAttribute('rel', 'noopener noreferrer');
    }
  }
});

/** Safe HTML of Markdown. */
export function renderMarkdown(text: string): string {
  return purify.sanitize(parser.render(text), {
    FORBID_TAGS: ['style', 'iframe', 'form', 'input'],
    FORBID_ATTR: ['style'],
  });
}
