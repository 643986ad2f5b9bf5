// Rewrites the links of a rendered page to other pages of the site, and finds those that lead nowhere.
import path from 'node:path';

// outputOf is the path of the HTML file of a page.
export function outputOf(page) {
  return page.replace(/(^|\/)README\.md$/, '$1index.md').replace(/\.md$/, '.html');
}

// relative is the URL of a file of the site in a page of the site.
export function relative(fromOutput, toOutput) {
  return path.posix.relative(path.posix.dirname(fromOutput), toOutput) || path.posix.basename(toOutput);
}

const attribute = /\b(href|src|srcset)="([^"]*)"/g;
const tag = /<[a-z][^>]*>/gi;
const elsewhere = /^([a-z][a-z0-9+.-]*:|\/\/)/i;

// rewriteLinks calls resolve with the path of each link inside of the repository and with its anchor, for the path of the output.
// What resolve returns no path for stays as it is.
export function rewriteLinks(html, { page, output, resolve }) {
  return html.replace(tag, found =>
    found.replace(attribute, (whole, name, url) => {
      if (elsewhere.test(url)) {
        return whole;
      }
      const [target, anchor = ''] = decodeURI(url).split('#');
      const file = target ? path.posix.join(path.posix.dirname(page), target) : page;
      const to = resolve({ file: file.replace(/\/$/, ''), anchor, loads: name !== 'href' });
      if (!to) {
        return whole;
      }
      const hash = anchor ? `#${anchor}` : '';
      return `${name}="${target ? encodeURI(relative(output, to)) : ''}${hash}"`;
    }),
  );
}

// anchorsOf are the anchors of a rendered page.
export function anchorsOf(html) {
  return new Set([...html.matchAll(/\s(?:id|name)="([^"]*)"/g)].map(match => match[1]));
}
