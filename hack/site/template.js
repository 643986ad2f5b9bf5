// The HTML around the content of a page.
import { escapeHtml } from './highlight.js';
import { outputOf, relative } from './links.js';
import { home } from './navigation.js';

const product = 'stakeholder-operator';

// template returns a whole page. The navigation lists sections of pages, and titles has the title of each page by its path.
export function template({ output, content, about, navigation, titles }) {
  const link = to => escapeHtml(encodeURI(relative(output, to)));
  const title = about.title === product ? product : `${about.title} · ${product}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${link('assets/site.css')}">
<script>document.documentElement.classList.add('scripted');</script>
<script defer src="${link('assets/minisearch.js')}"></script>
<script defer src="${link('assets/search.js')}"></script>
<script defer src="${link('assets/site.js')}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header>
<button id="menu" type="button" aria-expanded="false" aria-controls="navigation">Menu</button>
<a class="home" href="${link(outputOf(home))}">${product}</a>
<form id="search" role="search" data-root="${link('assets').replace(/assets$/, '')}">
<input type="search" placeholder="Search" aria-label="Search the documentation" aria-keyshortcuts="/" autocomplete="off" spellcheck="false">
<div id="results" hidden><p role="status"></p><ol></ol></div>
</form>
</header>
<nav id="navigation" aria-label="Documentation">
<ul>
${navigation.map((section, i) => sectionOf(section, i, { about, titles, link })).join('')}</ul>
</nav>
<main id="content" tabindex="-1">
${contentsOf(about.headings)}<article>
${content}</article>
${neighboursOf(about, link)}</main>
</body>
</html>
`;
}

function sectionOf({ name, pages }, i, { about, titles, link }) {
  const items = pages
    .map(page => {
      const current = page === about.path ? ' aria-current="page"' : '';
      return `<li><a href="${link(outputOf(page))}"${current}>${escapeHtml(titles.get(page))}</a></li>\n`;
    })
    .join('');
  return name ? `<li><span id="section-${i}">${escapeHtml(name)}</span>\n<ul aria-labelledby="section-${i}">\n${items}</ul></li>\n` : items;
}

// contentsOf lists the headings. It is open on screens that have room for it.
function contentsOf(headings) {
  if (headings.length < 2) {
    return '';
  }
  const items = headings.map(({ level, id, text }) => `<li class="level-${level}"><a href="#${encodeURI(id)}">${escapeHtml(text)}</a></li>\n`);
  return `<details id="contents" open><summary>On this page</summary>
<nav aria-label="On this page"><ul>
${items.join('')}</ul></nav></details>
<script>document.getElementById('contents').open = matchMedia('(min-width: 90rem)').matches;</script>
`;
}

function neighboursOf({ previous, next }, link) {
  if (!previous && !next) {
    return '';
  }
  const one = (page, rel, label) =>
    page ? `<a rel="${rel}" href="${link(outputOf(page.path))}"><span>${label}</span> ${escapeHtml(page.title)}</a>\n` : '';
  return `<nav class="neighbours" aria-label="Previous and next page">
${one(previous, 'prev', 'Previous:')}${one(next, 'next', 'Next:')}</nav>
`;
}
