// Renders Markdown as GitHub does: tables, bare URLs as links, and the same anchors of headings.
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';
import { highlight } from './highlight.js';

const markdown = new MarkdownIt({ html: true, linkify: true, highlight });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

// Wide tables scroll by themselves, so that the page does not.
markdown.renderer.rules.table_open = () => '<div class="scroll"><table>\n';
markdown.renderer.rules.table_close = () => '</table></div>\n';

// parse returns the tokens of a document. Comments are not for readers, so they are left out.
export function parse(text) {
  const tokens = markdown.parse(text, {});
  for (const token of tokens) {
    if (token.type === 'html_block') {
      token.content = token.content.replace(/<!--.*?-->\n?/gs, '');
    }
  }
  return tokens;
}

// textOf is what a reader sees of an inline token.
export function textOf(inline) {
  return inline.children
    .map(child => (['softbreak', 'hardbreak'].includes(child.type) ? ' ' : ['text', 'text_special', 'code_inline'].includes(child.type) ? child.content : ''))
    .join('');
}

// render returns the HTML of a document, its titles (headings of level 1), its headings of the levels 2 and 3, and its text
// in sections, for the search.
export function render(text) {
  const tokens = parse(text);
  const slugger = new GithubSlugger();
  const headings = [];
  const sections = [];
  const titles = [];
  tokens.forEach((token, i) => {
    if (token.type === 'heading_open') {
      const level = Number(token.tag.slice(1));
      const heading = { level, text: textOf(tokens[i + 1]) };
      heading.id = slugger.slug(heading.text);
      token.attrSet('id', heading.id);
      if (level === 1) {
        titles.push(heading.text);
      } else if (level <= 3) {
        headings.push(heading);
      }
      sections.push({ anchor: heading.id, section: level === 1 ? '' : heading.text, texts: [] });
    } else if (tokens[i - 1]?.type !== 'heading_open' && sections.length > 0) {
      const found = token.type === 'inline' ? textOf(token) : token.type === 'fence' ? token.content : '';
      sections.at(-1).texts.push(...(found ? [found] : []));
    }
  });
  return {
    title: titles[0] ?? '',
    titles,
    headings,
    html: markdown.renderer.render(tokens, markdown.options, {}),
    sections: sections.map(({ texts, ...section }) => ({ ...section, text: texts.join(' ').replace(/\s+/g, ' ').trim() })),
  };
}
