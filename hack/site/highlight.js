// Colours code.
import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import go from 'highlight.js/lib/languages/go';
import json from 'highlight.js/lib/languages/json';
import yaml from 'highlight.js/lib/languages/yaml';

// A command after the prompt $, and its output, which has no colours.
const session = () => ({
  contains: [{ scope: 'meta', begin: /^\$ /, starts: { end: /[^\\](?=\s*$)/, subLanguage: 'bash' } }],
});

for (const [name, language] of Object.entries({ bash, console: session, go, json, yaml })) {
  hljs.registerLanguage(name, language);
}

export function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

// highlight returns HTML. Code of another language has no colours.
export function highlight(code, language) {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : escapeHtml(code);
}
