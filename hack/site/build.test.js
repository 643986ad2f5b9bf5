// Tests what is rendered, without a browser.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from './build.js';
import { render } from './markdown.js';
import { readNavigation } from './navigation.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scratch = mkdtempSync(path.join(tmpdir(), 'site-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const index = '# Documentation\n\n- [Start](start.md)\n- **Concepts**: [roles](concepts/roles.md)\n';
const sound = { 'README.md': '# Product\n', 'docs/README.md': index, 'docs/start.md': '# Start\n', 'docs/concepts/roles.md': '# Roles\n\n## Limits\n' };

// buildFiles builds the site of a repository with these files besides the sound ones, and returns a function that reads its pages.
let repositories = 0;
function buildFiles(files) {
  const folder = path.join(scratch, `repository-${(repositories += 1)}`);
  for (const [name, content] of Object.entries({ ...sound, ...files })) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const out = path.join(folder, 'out');
  build(folder, out);
  return name => readFileSync(path.join(out, name), 'utf8');
}

const problems = {
  'a link to a page that does not exist': [{ 'docs/start.md': '# Start\n\n[x](concepts/rules.md)\n' }, /docs\/start\.md links to docs\/concepts\/rules\.md, which does not exist/],
  'a link to a heading that does not exist': [{ 'docs/start.md': '# Start\n\n[x](concepts/roles.md#limit)\n' }, /docs\/start\.md links to docs\/concepts\/roles\.md#limit, which/],
  'a link to a heading of its own that does not exist': [{ 'docs/start.md': '# Start\n\n[x](#end)\n' }, /docs\/start\.md links to docs\/start\.md#end, which/],
  'a link out of the repository': [{ 'docs/start.md': '# Start\n\n[x](../../x)\n' }, /docs\/start\.md links to \.\.\/x, which does not exist/],
  'an image that does not exist': [{ 'README.md': '# Product\n\n<picture><source srcset="docs/images/dark.svg"></picture>\n' }, /README\.md links to docs\/images\/dark\.svg/],
  'a page that the list of pages lacks': [{ 'docs/concepts/topics.md': '# Topics\n' }, /docs\/README\.md does not list docs\/concepts\/topics\.md/],
  'a page with two titles': [{ 'docs/start.md': '# Start\n\n# End\n' }, /docs\/start\.md has 2 headings of level 1/],
  'a page without a title': [{ 'docs/start.md': '## Start\n' }, /docs\/start\.md has 0 headings of level 1/],
  'a page of the list that does not exist': [{ 'docs/README.md': `${index}- [End](end.md)\n` }, /docs\/README\.md links to docs\/end\.md, which does not exist/],
};
for (const [name, [files, message]] of Object.entries(problems)) {
  test(`refuses ${name}`, () => assert.throws(() => buildFiles(files), message));
}

test('links lead to the rendered pages', () => {
  const read = buildFiles({
    'README.md': '# Product\n\n[a](docs/concepts/roles.md#limits) [b](docs/README.md) [c](config) <a href="config/x.yaml">d</a> ![e](docs/x.svg) [f](https://example.com/x.md)\n',
    'docs/concepts/roles.md': '# Roles\n\n## Limits\n\n[a](../../README.md) [b](#limits) `href="x.md"`\n',
    'docs/x.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'config/x.yaml': 'a: <b>\n',
    'config/y/z.yaml': '',
  });
  const page = read('index.html');
  for (const url of ['docs/concepts/roles.html#limits', 'docs/index.html', 'source/config/index.html', 'source/config/x.yaml.html', 'https://example.com/x.md']) {
    assert.ok(page.includes(`<a href="${url}">`), `no link to ${url}`);
  }
  assert.match(page, /<img src="docs\/x\.svg"/);
  assert.match(read('docs/x.svg'), /<svg/);
  assert.match(read('source/config/index.html'), /<a href="x\.yaml\.html".*<li><code>y\/<\/code>/s);
  assert.match(read('source/config/x.yaml.html'), /&lt;b&gt;/);
  assert.match(read('docs/concepts/roles.html'), /<a href="\.\.\/\.\.\/index\.html">a<\/a> <a href="#limits">b<\/a> <code>href=&quot;x\.md&quot;<\/code>/);
});

test('anchors are those of GitHub', () => {
  const { headings, html } = render('# A\n\n## `can-i`: who *may*, & [why](#x)\n\n## Über_uns (1.2)\n\n## Same\n\n## Same\n');
  const ids = ['can-i-who-may--why', 'über_uns-12', 'same', 'same-1'];
  assert.deepEqual(headings.map(heading => heading.id), ids);
  ids.forEach(id => assert.ok(html.includes(`id="${id}"`), id));
});

test('the search has the text of each section', () => {
  const { sections } = render('# Roles\n\nWho is\\\n*who*.\n\n<!-- not this -->\n\n## Limits\n\n| a | b |\n| --- | --- |\n| `x` | y |\n\n```sh\nkubectl get\n```\n');
  assert.deepEqual(sections, [
    { anchor: 'roles', section: '', text: 'Who is who.' },
    { anchor: 'limits', section: 'Limits', text: 'a b x y kubectl get' },
  ]);
});

test('comments are left out', () => {
  assert.doesNotMatch(render('# A\n\n<!-- not\nrun -->\n\ntext\n').html, /<!--/);
});

test('the navigation has the sections of the list', () => {
  assert.deepEqual(readNavigation(index), [
    { name: '', pages: ['docs/start.md'] },
    { name: 'Concepts', pages: ['docs/concepts/roles.md'] },
  ]);
});

test('two builds are the same, and name no folder of this machine', () => {
  const [first, second] = ['first', 'second'].map(name => path.join(scratch, name));
  build(root, first);
  build(root, second);
  const files = readdirSync(first, { recursive: true }).filter(file => statSync(path.join(first, file)).isFile());
  assert.ok(files.length > 50, `only ${files.length} files`);
  for (const file of files) {
    const content = readFileSync(path.join(first, file), 'utf8');
    assert.equal(content, readFileSync(path.join(second, file), 'utf8'), file);
    for (const folder of [root, scratch, homedir()].filter(name => name.length > 1)) {
      assert.ok(!content.includes(folder), `${file} names ${folder}`);
    }
  }
});
