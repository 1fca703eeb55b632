import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { PageState } from '../src/app/page.ts';
import type { PAGES } from '../src/app/pages.ts';
import { ACCESS_ACTS } from './access-acts.ts';
import { seriousViolations } from './accessibility.ts';
import { openBrowser, openPage, openWindow } from './browser.ts';
import { openSite, type Site } from './site.ts';

/** With PAGE_SHOTS=1 each look is kept as a picture here. */
const SHOTS = process.env['PAGE_SHOTS']
  ? fileURLToPath(new URL('../../test-output/screenshots', import.meta.url))
  : null;

interface Look {
  width: number;
  height: number;
  colorScheme: 'light' | 'dark';
}
const WIDE: Look = { width: 1440, height: 1000, colorScheme: 'light' };
const NARROW: Look = { width: 390, height: 844, colorScheme: 'dark' };
const LOOKS: readonly Look[] = [WIDE, NARROW];
const MEDIUM: Look = { width: 768, height: 1000, colorScheme: 'light' };
const WIDEST: Look = { width: 2560, height: 1300, colorScheme: 'dark' };
/** The narrowest window that pages have to fit into (WCAG 1.4.10). */
const NARROWEST: Look = { width: 320, height: 640, colorScheme: 'dark' };

/** What can lie over a page: details, a menu, a question. */
const COVER = '[role=dialog], [role=alertdialog], [role=menu]';

type StateName = (typeof PAGES)[keyof typeof PAGES]['states'][number]['name'];

const text = (page: Page, words: string) => page.getByText(words).first().waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

/** What a user does to reach the states that no address leads to. */
const ACTS: Partial<Record<StateName, (page: Page) => Promise<void>>> = {
  ...ACCESS_ACTS,
  full: (page) => page.locator('figure svg').nth(1).waitFor(),
  'figures-as-tables': async (page) => {
    for (const button of await page.getByRole('radio', { name: 'Table' }).all()) await button.click();
    await page.getByRole('columnheader', { name: 'Day (UTC)' }).waitFor();
  },
  'details-threshold': async (page) => {
    await page.getByRole('link', { name: 'Too many failed logins' }).first().click();
    await text(page, 'Evidence (6)');
    await page.getByText('Why', { exact: true }).scrollIntoViewIfNeeded();
  },
  'filter-severity': async (page) => {
    await press(page, 'Severity: Any severity');
    await page.getByRole('checkbox', { name: 'Critical' }).waitFor();
  },
  'filter-days': async (page) => {
    await press(page, /^Raised/);
    await page.getByRole('grid', { name: 'November 2026' }).waitFor();
  },
  'score-missing': async (page) => {
    await press(page, 'Score all missing');
    await page.getByRole('alertdialog').waitFor();
  },
  'rules-reloaded': async (page) => {
    await press(page, 'Reload from disk');
    await text(page, 'The files are those in force');
    await page.getByText('1 warning about').click();
    await text(page, 'RULE.NO_TESTS');
  },
  rule: async (page) => {
    await press(page, 'Try it');
    await text(page, 'The latest');
  },
  'rule-disable': async (page) => {
    await page.getByRole('switch').click();
    await page.getByRole('alertdialog').waitFor();
  },
  'storage-dry-run': async (page) => {
    await page.getByLabel('Events', { exact: true }).fill('365');
    await press(page, 'Check the change');
    await page.getByRole('alertdialog').waitFor();
  },
  'storage-pending': async (page) => {
    await page.getByLabel('Events', { exact: true }).fill('365');
    await press(page, 'Check the change');
    await press(page, 'Change it');
    await text(page, 'A change takes effect');
  },
  'storage-hold': async (page) => {
    await press(page, 'Hold days');
    await page.getByRole('alertdialog').waitFor();
  },
  'rule-faulty-text': async (page) => {
    await page.getByLabel('Text of the rule (YAML)').fill('title: x\ndetection:\n  condition: selectoin\n');
    await press(page, 'Try it');
    await text(page, 'This text does not work');
  },
};

/** Tests that each state is reached, is accessible and fits into its window. To be called once in a file. */
export function lookAtStates(states: readonly PageState[]): void {
  let site: Site;
  let browser: Browser;
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    if (SHOTS !== null) mkdirSync(SHOTS, { recursive: true });
    [site, browser] = await Promise.all([openSite(), openBrowser()]);
    ({ page, faults } = await openPage(await openWindow(browser)));
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function look(look: Look): Promise<void> {
    await page.setViewportSize(look);
    await page.emulateMedia({ colorScheme: look.colorScheme });
    // The page hears of it with its next frame.
    const root = look.colorScheme === 'dark' ? 'html.dark' : 'html:not(.dark)';
    await page.locator(root).waitFor({ state: 'attached' });
  }
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);

  // Axe is slow, so most states show it one look: wide and narrow take turns.
  const cases = states.map((state, number) => ({
    name: state.name,
    state,
    looks: state.main ? [WIDEST, WIDE, MEDIUM, NARROW, NARROWEST] : LOOKS,
    audited: state.main ? [WIDE, NARROW] : [number % 2 === 0 ? WIDE : NARROW],
  }));
  it.each(cases)(
    '$name: accessible, nothing wider than the page',
    async ({ name, state, looks, audited }) => {
      faults.length = 0;
      // What lies below is the main state of the page, which is audited whole.
      const within = state.covers && !state.main ? COVER : 'html';
      site.api.play(state.scenario ?? 'full', state.as);
      await look(WIDE);
      await page.goto(site.url + state.at);
      await page.getByText(state.shows).or(page.getByLabel(state.shows)).first().waitFor();
      await ACTS[name as StateName]?.(page);
      await page.evaluate(() => document.fonts.ready);
      for (const each of looks) {
        await look(each);
        expect({ width: each.width, overflow: Math.max(0, await overflow()) }).toEqual({
          width: each.width,
          overflow: 0,
        });
        if (audited.includes(each)) expect(await seriousViolations(page, within)).toEqual([]);
        if (SHOTS !== null) {
          const path = join(SHOTS, `${name}-${each.width}-${each.colorScheme}.png`);
          await page.screenshot({ path, fullPage: !state.covers });
        }
      }
      expect(faults).toEqual([]);
    },
  );
}
