// Renders README.md, the pages that docs/README.md lists, and what they link to, as HTML files that a browser shows from disk:
//
//   node build.js <folder of the repository> <folder to write>
//
// It fails if a link leads nowhere, if docs/README.md does not list a page of docs, and if a page does not have exactly one title.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchorsOf, outputOf, rewriteLinks } from './links.js';
import { render } from './markdown.js';
import { contents, home, readNavigation } from './navigation.js';
import { renderSource, sourceOutputOf } from './source.js';
import { template } from './template.js';

const here = path.dirname(fileURLToPath(import.meta.url));

// build returns the paths of the HTML files.
export function build(root, out) {
  const site = new Site(root);
  site.renderPages();
  site.renderSources();
  site.checkAnchors();
  if (site.problems.length > 0) {
    throw new Error(`the site has problems:\n${site.problems.map(problem => `  ${problem}`).join('\n')}`);
  }
  rmSync(out, { recursive: true, force: true });
  site.write(out);
  return [...site.rendered.keys()];
}

class Site {
  constructor(root) {
    this.root = root;
    this.problems = [];
    // The rendered pages, by the paths of their HTML files.
    this.rendered = new Map();
    // Files and folders that pages link to, and files that they load.
    this.sources = new Set();
    this.loaded = new Set();
    this.anchorLinks = [];
    this.sections = [];
    const pages = this.readPages();
    this.titles = new Map(pages.map(page => [page.path, page.title]));
    this.pages = pages;
  }

  read(file) {
    return readFileSync(path.join(this.root, file), 'utf8');
  }

  // readPages returns all pages in the order in which a reader reads them.
  readPages() {
    this.navigation = readNavigation(this.read(contents));
    const listed = [home, contents, ...this.navigation.flatMap(section => section.pages)];
    for (const file of markdownFiles(this.root, 'docs')) {
      if (!listed.includes(file)) {
        this.problems.push(`${contents} does not list ${file}`);
      }
    }
    return listed.filter(file => this.exists(contents, file)).map(file => this.readPage(file));
  }

  readPage(file) {
    const page = render(this.read(file));
    if (page.titles.length !== 1) {
      this.problems.push(`${file} has ${page.titles.length} headings of level 1: a page needs exactly one, its title`);
    }
    return { path: file, ...page };
  }

  exists(page, file) {
    const found = !file.startsWith('..') && existsSync(path.join(this.root, file));
    if (!found) {
      this.problems.push(`${page} links to ${file}, which does not exist`);
    }
    return found;
  }

  renderPages() {
    this.pages.forEach((page, i) => {
      const neighbours = { previous: this.pages[i - 1], next: this.pages[i + 1] };
      this.add(page.path, outputOf(page.path), page.html, { ...page, ...neighbours });
      this.sections.push(...page.sections.map(section => ({ page: outputOf(page.path), title: page.title, ...section })));
    });
  }

  // A folder adds its files while the set is read.
  renderSources() {
    for (const file of this.sources) {
      const html = renderSource(this.root, file);
      this.add(file, sourceOutputOf(this.root, file), html, { path: '', title: file, headings: [] });
    }
  }

  add(page, output, html, about) {
    const content = rewriteLinks(html, { page, output, resolve: link => this.resolve(page, link) });
    this.rendered.set(output, { content, about });
  }

  // resolve returns the path of the output that a link leads to.
  resolve(page, { file, anchor, loads }) {
    if (this.titles.has(file)) {
      if (anchor) {
        this.anchorLinks.push({ page, file, anchor });
      }
      return outputOf(file);
    }
    if (!this.exists(page, file)) {
      return undefined;
    }
    if (loads) {
      this.loaded.add(file);
      return file;
    }
    this.sources.add(file);
    return sourceOutputOf(this.root, file);
  }

  checkAnchors() {
    for (const { page, file, anchor } of this.anchorLinks) {
      if (!anchorsOf(this.rendered.get(outputOf(file)).content).has(anchor)) {
        this.problems.push(`${page} links to ${file}#${anchor}, which has no such heading`);
      }
    }
  }

  write(out) {
    for (const [output, { content, about }] of this.rendered) {
      writeFile(path.join(out, output), template({ output, content, about, navigation: this.navigation, titles: this.titles }));
    }
    for (const file of this.loaded) {
      cpSync(path.join(this.root, file), path.join(out, file));
    }
    cpSync(path.join(here, 'assets'), path.join(out, 'assets'), { recursive: true });
    const library = path.join(here, 'node_modules', 'minisearch');
    cpSync(path.join(library, 'dist', 'umd', 'index.js'), path.join(out, 'assets', 'minisearch.js'));
    cpSync(path.join(library, 'LICENSE.txt'), path.join(out, 'assets', 'minisearch.LICENSE.txt'));
    // A script, because a page from disk is not allowed to fetch.
    writeFile(path.join(out, 'assets', 'search-sections.js'), `var searchSections = ${JSON.stringify(this.sections)};\n`);
  }
}

function markdownFiles(root, folder) {
  return readdirSync(path.join(root, folder), { recursive: true })
    .map(file => path.posix.join(folder, file.split(path.sep).join('/')))
    .filter(file => file.endsWith('.md'));
}

function writeFile(file, content) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [root, out] = process.argv.slice(2);
  try {
    const count = build(root, out).length;
    console.log(`docs-site: ${count} pages: open ${path.join(out, 'index.html')} in a browser`);
  } catch (error) {
    console.error(`docs-site: ${error.message}`);
    process.exitCode = 1;
  }
}
