// Pages for the files and folders of the repository that the documentation links to, so that these links work from disk, too.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { escapeHtml, highlight } from './highlight.js';

const languages = { '.go': 'go', '.json': 'json', '.sh': 'bash', '.yaml': 'yaml', '.yml': 'yaml' };

export function sourceOutputOf(root, file) {
  return statSync(path.join(root, file)).isDirectory() ? `source/${file}/index.html` : `source/${file}.html`;
}

// renderSource returns the HTML of a file, or of the list of a folder's files.
export function renderSource(root, file) {
  const title = `<h1><code>${escapeHtml(file)}</code></h1>\n`;
  if (!statSync(path.join(root, file)).isDirectory()) {
    const code = highlight(readFileSync(path.join(root, file), 'utf8'), languages[path.extname(file)]);
    return `${title}<pre><code>${code}</code></pre>\n`;
  }
  const entries = readdirSync(path.join(root, file), { withFileTypes: true })
    .map(entry => ({ name: entry.name, label: entry.isDirectory() ? `${entry.name}/` : entry.name }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
  const items = entries.map(({ name, label }) => `<li><a href="${encodeURI(`${path.basename(file)}/${name}`)}"><code>${escapeHtml(label)}</code></a></li>\n`);
  return `${title}<ul>\n${items.join('')}</ul>\n`;
}
