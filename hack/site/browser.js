// Starts the browser that the tests of the site use.
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';

// The last one is Chrome on macOS.
const names = ['chromium', 'chromium-browser', 'google-chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];

// startBrowser starts the browser that CHROMIUM names, or the first one of names that is there.
export function startBrowser() {
  const executablePath = process.env.CHROMIUM || names.flatMap(candidates).find(isExecutable);
  if (!executablePath) {
    throw new Error('there is no Chromium or Chrome: install one, or name one in the variable CHROMIUM');
  }
  return chromium.launch({ executablePath, args: ['--disable-gpu', '--disable-quic'] });
}

function candidates(name) {
  return path.isAbsolute(name) ? [name] : process.env.PATH.split(path.delimiter).map(folder => path.join(folder, name));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
