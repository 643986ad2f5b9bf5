// The search. It makes its index when a reader begins to search.
(() => {
  'use strict';

  const maxResults = 20;
  const contextLength = 90;
  const form = document.getElementById('search');
  const input = form.querySelector('input');
  const panel = document.getElementById('results');
  const status = panel.querySelector('[role="status"]');
  const list = panel.querySelector('ol');
  const root = form.dataset.root;
  let index;

  // words finds UnknownTopic by "topic", too.
  function words(text) {
    return MiniSearch.getDefault('tokenize')(text).flatMap(word => {
      const parts = word.split(/(?<=[a-z0-9])(?=[A-Z])/);
      return parts.length > 1 ? [word, ...parts] : parts;
    });
  }

  function loadSections() {
    return new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = `${root}assets/search-sections.js`;
      script.onload = () => resolve(searchSections);
      script.onerror = () => reject(new Error('the search has no data'));
      document.head.append(script);
    });
  }

  async function makeIndex() {
    const made = new MiniSearch({
      fields: ['section', 'title', 'text'],
      storeFields: ['page', 'anchor', 'section', 'title', 'text'],
      tokenize: words,
      searchOptions: {
        boost: { section: 4, title: 3 },
        combineWith: 'AND',
        fuzzy: word => (word.length > 4 ? 0.2 : false),
        prefix: true,
      },
    });
    const sections = await loadSections();
    await made.addAllAsync(sections.map((section, id) => ({ id, ...section })));
    return made;
  }

  // cut returns a part of a text, without halves of words at its ends.
  function cut(text, begin, end) {
    const from = begin <= 0 ? 0 : text.indexOf(' ', begin) + 1;
    const to = end >= text.length ? text.length : text.lastIndexOf(' ', end);
    return `${from > 0 ? '…' : ''}${text.slice(from, Math.max(from, to))}${to < text.length ? ' …' : ''}`;
  }

  // excerpt returns the text around the first of the words, which are marked.
  function excerpt(text, found) {
    const alternatives = found.map(word => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
    const pattern = new RegExp(alternatives, 'giu');
    const first = alternatives ? text.search(pattern) : -1;
    const part = cut(text, first - contextLength, Math.max(first, 0) + contextLength);
    const paragraph = document.createElement('p');
    let end = 0;
    for (const match of first < 0 ? [] : part.matchAll(pattern)) {
      const mark = document.createElement('mark');
      mark.textContent = match[0];
      paragraph.append(part.slice(end, match.index), mark);
      end = match.index + match[0].length;
    }
    paragraph.append(part.slice(end));
    return paragraph;
  }

  function itemOf({ page, anchor, section, title, text, terms }) {
    const link = document.createElement('a');
    link.href = `${root}${page}${section ? `#${anchor}` : ''}`;
    const heading = document.createElement('strong');
    heading.textContent = section ? `${title}: ${section}` : title;
    link.append(heading, excerpt(text, terms));
    const item = document.createElement('li');
    item.append(link);
    return item;
  }

  async function search() {
    const query = input.value.trim();
    panel.hidden = query === '';
    if (panel.hidden) {
      return;
    }
    index ||= makeIndex();
    if (!panel.dataset.ready) {
      status.textContent = 'Searching…';
    }
    const results = (await index).search(query);
    // The reader may have typed on meanwhile.
    if (query !== input.value.trim()) {
      return;
    }
    panel.dataset.ready = 'true';
    status.textContent = results.length === 0 ? `Nothing found for “${query}”` : `${results.length} ${results.length === 1 ? 'result' : 'results'}`;
    list.replaceChildren(...results.slice(0, maxResults).map(itemOf));
    panel.scrollTop = 0;
  }

  function close() {
    panel.hidden = true;
  }

  // move focuses the next link, or the previous one; before the first one is the input.
  function move(step) {
    const stops = [input, ...list.querySelectorAll('a')];
    stops[stops.indexOf(document.activeElement) + step]?.focus();
  }

  input.addEventListener('input', search);
  input.addEventListener('focus', search);
  form.addEventListener('submit', event => {
    event.preventDefault();
    list.querySelector('a')?.click();
  });
  form.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !panel.hidden) {
      event.preventDefault();
      move(step);
    } else if (event.key === 'Escape') {
      input.focus();
      close();
    }
  });
  form.addEventListener('focusout', event => {
    if (!form.contains(event.relatedTarget)) {
      close();
    }
  });
  // A link on the same page leads to no new page.
  list.addEventListener('click', close);
  addEventListener('keydown', event => {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.matches('input, textarea')) {
      event.preventDefault();
      input.focus();
    }
  });
})();
