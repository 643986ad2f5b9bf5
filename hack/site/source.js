// Pages for the files and folders of the repository that the documentation links to, so that these links work from disk, too.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { escapeHtml, highlight } from './highlight.js';

const languages = { '.go': 'go', '.json': 'json', '.sh': 'bash', '.yaml': 'yaml', '.yml': 'yaml' };

export function sourceOutputOf(root, file) {
  return statSync(path.join(root, file)).isDirectory() ? `source/${file}/index.html` : `source/${file}.html`;
}

// renderSource returns the HTML of a file, or of the list of a folder's files. Folders in it are named only.
export function renderSource(root, file) {
  const title = `<h1><code>${escapeHtml(file)}</code></h1>\n`;
  if (!statSync(path.join(root, file)).isDirectory()) {
    const code = highlight(readFileSync(path.join(root, file), 'utf8'), languages[path.extname(file)]);
    return `${title}<pre><code>${code}</code></pre>\n`;
  }
  const items = readdirSync(path.join(root, file), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(entry =>
      entry.isDirectory()
        ? `<li><code>${escapeHtml(entry.name)}/</code></li>\n`
        : `<li><a href="${encodeURI(`${path.basename(file)}/${entry.name}`)}"><code>${escapeHtml(entry.name)}</code></a></li>\n`,
    );
  return `${title}<ul>\n${items.join('')}</ul>\n`;
}
