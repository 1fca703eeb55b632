import type { Browser, Locator, Page } from 'playwright-core';
import { openBrowser, openPage, openWindow, type WatchedPage } from './browser.ts';
import { openSite, type Site } from './site.ts';

/** The dashboard over the fixture API, for the tests of one file. Its members are there once a test runs. */
export interface Dashboard {
  site: Site;
  browser: Browser;
  /** The page of all tests; a test that changes it in a lasting way opens one of its own. */
  page: Page;
  /** What went wrong in the page during the test; must be empty at its end. */
  faults: string[];
  /** Loads the page at a path. */
  open: (path: string) => Promise<void>;
  /** Opens a page that shares nothing with the others and is not loaded yet; the caller closes its context. */
  openAlone: () => Promise<WatchedPage>;
  /** The query of the address. */
  search: () => URLSearchParams;
  /** Rows of the list. */
  rows: () => Locator;
  /** Waits for the line under the findings, and thereby for the rows that it counts. */
  counted: (words: string | RegExp, on?: Page) => Promise<void>;
  /** Waits until the page hears of what is new. */
  live: (on?: Page) => Promise<void>;
}

/**
 * Starts one site and one browser for the tests of a file, with full data before each test. All tests load the same
 * page, because a new one costs as much as the rest of a short test; what it keeps in the browser is forgotten.
 */
export function useDashboard(): Dashboard {
  const dashboard = {
    open: async (path) => {
      await dashboard.page.goto(dashboard.site.url + path);
    },
    openAlone: async () => openPage(await openWindow(dashboard.browser)),
    search: () => new URL(dashboard.page.url()).searchParams,
    rows: () => {
      const { page } = dashboard;
      return page.getByRole('row').filter({ has: page.getByRole('link') });
    },
    counted: (words, on = dashboard.page) =>
      on.getByRole('navigation', { name: 'Pages of findings' }).getByText(words).waitFor(),
    live: (on = dashboard.page) => on.getByRole('button', { name: /^Live\./ }).waitFor(),
  } as Dashboard;

  beforeAll(async () => {
    const [site, browser] = await Promise.all([openSite(), openBrowser()]);
    Object.assign(dashboard, { site, browser });
    Object.assign(dashboard, await openPage(await openWindow(browser)));
  });
  afterAll(async () => {
    await dashboard.browser?.close();
    await dashboard.site?.close();
  });
  beforeEach(() => {
    dashboard.faults.length = 0;
    dashboard.site.api.play('full');
  });
  afterEach(async () => {
    expect(dashboard.faults).toEqual([]);
    await dashboard.page.evaluate(() => localStorage.clear());
  });
  return dashboard;
}
