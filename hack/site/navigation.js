// The navigation is the list in docs/README.md: an item is a link, or a section in bold with its links.
import path from 'node:path';
import { parse, textOf } from './markdown.js';

export const home = 'README.md';
export const contents = 'docs/README.md';

// readNavigation returns the sections, each with the paths of its pages. A page that belongs to no section has one without a name.
export function readNavigation(text) {
  return parse(text)
    .filter((token, i, tokens) => token.type === 'inline' && tokens[i - 2]?.type === 'list_item_open')
    .map(item => ({ name: nameOf(item), pages: linksOf(item) }));
}

function nameOf(item) {
  const begin = item.children.findIndex(child => child.type === 'strong_open');
  const end = item.children.findIndex(child => child.type === 'strong_close');
  return begin < 0 ? '' : textOf({ children: item.children.slice(begin, end) });
}

function linksOf(item) {
  return item.children
    .filter(child => child.type === 'link_open')
    .map(link => path.posix.join(path.posix.dirname(contents), link.attrGet('href')));
}
