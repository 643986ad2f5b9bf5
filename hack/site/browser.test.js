// Tests the site of this repository as a reader sees it: from disk, in a browser.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startBrowser } from './browser.js';
import { build } from './build.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const out = mkdtempSync(path.join(tmpdir(), 'site-'));
const pages = build(root, out);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };

let browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  rmSync(out, { recursive: true, force: true });
});

// open shows a page, and returns it with what went wrong so far.
async function open(file, { viewport = desktop, colorScheme = 'light', javaScriptEnabled = true } = {}) {
  const context = await browser.newContext({ viewport, colorScheme, javaScriptEnabled });
  const page = await context.newPage();
  const faults = [];
  page.on('console', message => ['error', 'warning'].includes(message.type()) && faults.push(message.text()));
  page.on('pageerror', error => faults.push(error.message));
  page.on('requestfailed', request => faults.push(`${request.url()} does not load`));
  page.on('request', request => request.url().startsWith('file://') || faults.push(`asks for ${request.url()}`));
  await page.goto(pathToFileURL(path.join(out, file)).href);
  return { page, faults, close: () => context.close() };
}

// The corner of a table that compares has no name. The engine must not fetch the style sheet, which fails from disk.
const everyRule = { preload: false, rules: { 'empty-table-header': { enabled: false } } };
const contrast = { preload: false, runOnly: ['color-contrast'] };

// violations are what the accessibility engine finds: contrast, names of links, keyboard access, landmarks, order of headings.
async function violations(page, options) {
  await page.evaluate(axe);
  const results = await page.evaluate(chosen => globalThis.axe.run(chosen), options);
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`);
}

// overflowing are the elements that make the page wider than the screen.
function overflowing() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) {
    return [];
  }
  const wide = [...document.querySelectorAll('body *')].filter(element => element.getBoundingClientRect().right > width);
  return [`${document.documentElement.scrollWidth} pixels`, ...wide.slice(-3).map(element => element.outerHTML.slice(0, 120))];
}

// unknownElements are tags that no browser knows, such as a <name> that should have been code.
function unknownElements() {
  return [...document.querySelectorAll('*')].filter(element => element instanceof HTMLUnknownElement).map(element => element.outerHTML.slice(0, 80));
}

for (const file of pages) {
  test(file, async () => {
    const { page, faults, close } = await open(file, { viewport: phone });
    assert.deepEqual(faults, []);
    assert.deepEqual(await page.evaluate(unknownElements), []);
    assert.notEqual(await page.locator('h1').count(), 0, 'the page has no title');
    assert.deepEqual(await page.evaluate(overflowing), [], 'wider than a phone');
    assert.deepEqual(await violations(page, everyRule), [], 'on a phone');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(desktop);
    assert.deepEqual(await page.evaluate(overflowing), [], 'wider than a desktop');
    assert.deepEqual(await violations(page, contrast), [], 'in the dark');
    await close();
  });
}

test('dark and light differ', async () => {
  const colors = [];
  for (const colorScheme of ['light', 'dark']) {
    const { page, close } = await open('index.html', { colorScheme });
    colors.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    await close();
  }
  assert.deepEqual(colors, ['rgb(255, 255, 255)', 'rgb(13, 17, 23)']);
});

test('the search finds a word, and leads to its section', async () => {
  const { page, faults, close } = await open('docs/concepts/roles.html');
  await page.keyboard.press('/');
  await page.keyboard.type('UnacknowledgedOverlap');
  const result = page.locator('#results a', { hasText: 'Rules: UnacknowledgedOverlap' }).first();
  await result.waitFor();
  assert.deepEqual(await violations(page, everyRule), []);
  await result.click();
  await page.waitForURL('**/docs/reference/rules.html#unacknowledgedoverlap');
  assert.equal(await page.locator('#unacknowledgedoverlap').textContent(), 'UnacknowledgedOverlap');
  assert.deepEqual(faults, []);
  await close();
});

test('the search finds a part of a name, goes by keyboard, and says when there is nothing', async () => {
  const { page, close } = await open('index.html', { viewport: phone });
  const input = page.getByRole('searchbox');
  await input.fill('overlap');
  await page.locator('#results mark').first().waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.evaluate(() => document.activeElement.closest('#results') !== null), true);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#results').isVisible(), false);
  await input.fill('qqqqqq');
  await page.getByText('Nothing found for “qqqqqq”').waitFor();
  await input.fill('overlap');
  await page.locator('#results a').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL('**/docs/**');
  await close();
});

test('the menu of a phone opens and closes', async () => {
  const { page, close } = await open('index.html', { viewport: phone });
  const navigation = page.getByRole('navigation', { name: 'Documentation' });
  assert.equal(await navigation.isVisible(), false);
  await page.getByRole('button', { name: 'Menu' }).click();
  assert.deepEqual(await page.evaluate(overflowing), []);
  await navigation.getByRole('link', { name: 'Quickstart' }).click();
  await page.waitForURL('**/docs/quickstart.html');
  assert.equal(await page.locator('[aria-current="page"]').textContent(), 'Quickstart');
  await close();
});

test('the first key leads past the navigation', async () => {
  const { page, close } = await open('docs/quickstart.html');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'content');
  await close();
});

test('without scripts the navigation is there, and no search that does nothing', async () => {
  const { page, close } = await open('index.html', { viewport: phone, javaScriptEnabled: false });
  assert.equal(await page.getByRole('navigation', { name: 'Documentation' }).isVisible(), true);
  assert.equal(await page.locator('#search').isVisible(), false);
  await close();
});

test('paper has the text alone', async () => {
  const { page, close } = await open('docs/quickstart.html', { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  for (const part of ['header', '#navigation', '.neighbours']) {
    assert.equal(await page.locator(part).isVisible(), false, part);
  }
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)');
  await close();
});
