import { CHROMIUM_FLAGS, findChromium } from '@mcm/testing/chromium';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** Starts the browser of this machine. */
export function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error('No Chromium on this machine: install it, or name one in CHROMIUM_PATH.');
  }
  return chromium.launch({
    executablePath,
    args: [...CHROMIUM_FLAGS],
  });
}

/** A page that remembers what went wrong in it. */
export interface WatchedPage {
  page: Page;
  /** Uncaught errors and messages of the console that are errors; requests that fail on purpose are not in it. */
  faults: string[];
}

/** Opens a window, whose pages share what they have loaded: a spec opens one and a page in it for each test. */
export async function openWindow(browser: Browser): Promise<BrowserContext> {
  const window = await browser.newContext({
    viewport: { width: 1440, height: 1000 },
    timezoneId: 'Europe/Berlin',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  // Names the step that was waited for in vain, before the test as a whole is given up.
  window.setDefaultTimeout(15_000);
  return window;
}

/** Opens a page. */
export async function openPage(window: BrowserContext): Promise<WatchedPage> {
  const page = await window.newPage();
  const faults: string[] = [];
  page.on('pageerror', (failure) => faults.push(failure.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(message.text());
  });
  return { page, faults };
}
