import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { Scenario } from '../dev/fixture-api.ts';
import { matchPath } from 'react-router';
import { paths } from '../src/config/paths.ts';
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
/** The narrowest window that pages have to fit into (WCAG 1.4.10). */
const NARROWEST: Look = { width: 320, height: 640, colorScheme: 'dark' };

interface State {
  name: string;
  scenario: Scenario;
  path: string;
  /** What shows that the state has been reached. */
  reach: (page: Page) => Promise<unknown>;
  /** The state is about what lies over the page: only what is in view counts. */
  inView?: boolean;
}

const text = (words: string | RegExp) => (page: Page) => page.getByText(words).first().waitFor();

/** Every state that a user can meet. */
const STATES: readonly State[] = [
  {
    name: 'full',
    scenario: 'full',
    path: '/',
    reach: async (page) => {
      await page.getByText('of 138 findings').waitFor();
      await page.locator('figure svg').nth(1).waitFor();
    },
  },
  { name: 'empty', scenario: 'empty', path: '/', reach: text('Push an event') },
  { name: 'no-findings', scenario: 'quiet', path: '/', reach: text('checked; no rule') },
  { name: 'failing', scenario: 'failing', path: '/', reach: text('Could not load the findings') },
  { name: 'stuck', scenario: 'stuck', path: '/', reach: text('No further events are taken.') },
  {
    name: 'loading',
    scenario: 'silent',
    path: '/',
    reach: (page) => page.getByLabel('Loading findings').waitFor(),
  },
  {
    name: 'no-match',
    scenario: 'full',
    path: '/?user=nobody&severity=high',
    reach: text('No findings match these filters'),
  },
  {
    name: 'figures-as-tables',
    scenario: 'full',
    path: '/',
    reach: async (page) => {
      await page.getByText('of 138 findings').waitFor();
      for (const button of await page.getByRole('radio', { name: 'Table' }).all()) await button.click();
      await page.getByRole('columnheader', { name: 'Day (UTC)' }).waitFor();
    },
  },
  {
    name: 'details-event',
    scenario: 'full',
    path: '/?finding=138',
    reach: text('Evidence (1)'),
    inView: true,
  },
  {
    name: 'details-threshold',
    scenario: 'full',
    path: '/?severity=high',
    inView: true,
    reach: async (page) => {
      await page.getByRole('link', { name: 'Too many failed logins' }).first().click();
      await page.getByText('Evidence (6)').waitFor();
      await page.getByText('Why', { exact: true }).scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'details-missing',
    scenario: 'full',
    path: '/?finding=999999',
    reach: text('There is no finding'),
    inView: true,
  },
  {
    name: 'filter-severity',
    scenario: 'full',
    path: '/',
    inView: true,
    reach: async (page) => {
      await page.getByText('of 138 findings').waitFor();
      await page.getByRole('button', { name: 'Severity: Any severity' }).click();
      await page.getByRole('checkbox', { name: 'Critical' }).waitFor();
    },
  },
  {
    name: 'filter-days',
    scenario: 'full',
    path: '/?from=2026-11-02&to=2026-11-09',
    inView: true,
    reach: async (page) => {
      await page.getByRole('button', { name: /^Raised/ }).click();
      await page.getByRole('grid', { name: 'November 2026' }).waitFor();
    },
  },
  {
    name: 'score-missing',
    scenario: 'full',
    path: '/',
    inView: true,
    reach: async (page) => {
      await page.getByText('of 138 findings').waitFor();
      await page.getByRole('button', { name: 'Score all missing' }).click();
      await page.getByRole('alertdialog').waitFor();
    },
  },
  { name: 'events', scenario: 'full', path: '/events', reach: text('login_failed') },
  {
    name: 'events-details',
    scenario: 'full',
    path: '/events?event=1',
    reach: text('Copy JSON'),
    inView: true,
  },
  { name: 'events-empty', scenario: 'empty', path: '/events', reach: text('Push an event') },
  { name: 'events-failing', scenario: 'failing', path: '/events', reach: text('Could not load the events') },
  {
    name: 'rules',
    scenario: 'full',
    path: '/rules',
    reach: text('Storage bucket is public'),
  },
  {
    name: 'rules-reloaded',
    scenario: 'full',
    path: '/rules',
    reach: async (page) => {
      await page.getByText('Storage bucket is public').waitFor();
      await page.getByRole('button', { name: 'Reload from disk' }).click();
      await page.getByText('The files are those in force').waitFor();
      await page.getByText('1 warning about').click();
      await page.getByText('RULE.NO_TESTS').waitFor();
    },
  },
  { name: 'rules-empty', scenario: 'empty', path: '/rules', reach: text('No rules are in force') },
  { name: 'rules-failing', scenario: 'failing', path: '/rules', reach: text('Could not load the rules') },
  {
    name: 'rules-loading',
    scenario: 'silent',
    path: '/rules',
    reach: (page) => page.getByLabel('Loading rules').waitFor(),
  },
  { name: 'rules-no-match', scenario: 'full', path: '/rules?q=nothing', reach: text('No rules match') },
  {
    name: 'rule',
    scenario: 'full',
    path: '/rules/public_bucket_detected',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByText('The latest').waitFor();
    },
  },
  {
    name: 'rule-disable',
    scenario: 'full',
    path: '/rules/too_many_failed_logins',
    inView: true,
    reach: async (page) => {
      await page.getByRole('switch').click();
      await page.getByRole('alertdialog').waitFor();
    },
  },
  {
    name: 'rule-faulty-text',
    scenario: 'full',
    path: '/rules/public_bucket_detected',
    reach: async (page) => {
      await page.getByLabel('Text of the rule (YAML)').fill('title: x\ndetection:\n  condition: selectoin\n');
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByText('This text does not work').waitFor();
    },
  },
  { name: 'rule-missing', scenario: 'full', path: '/rules/none', reach: text('There is no rule') },
  { name: 'rule-failing', scenario: 'failing', path: '/rules/none', reach: text('Could not load the rule') },
  {
    name: 'rule-loading',
    scenario: 'silent',
    path: '/rules/none',
    reach: (page) => page.getByLabel('Loading the rule').waitFor(),
  },
  { name: 'not-found', scenario: 'full', path: '/nowhere', reach: text('There is no such page') },
];

/** States that are seen most: axe looks at them wide and narrow, and they fit into the narrowest window. */
const MAIN_STATES = ['full', 'details-event', 'events', 'rules', 'rule'];

describe('every state of the pages', () => {
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
  const cases = STATES.map((state, number) => ({
    name: state.name,
    state,
    looks: MAIN_STATES.includes(state.name) ? [WIDE, NARROW, NARROWEST] : [WIDE, NARROW],
    audited: MAIN_STATES.includes(state.name) ? [WIDE, NARROW] : [number % 2 === 0 ? WIDE : NARROW],
  }));
  it.each(cases)(
    '$name: accessible, nothing wider than the page',
    async ({ name, state, looks, audited }) => {
      faults.length = 0;
      site.api.play(state.scenario);
      await look(WIDE);
      await page.goto(site.url + state.path);
      await state.reach(page);
      await page.evaluate(() => document.fonts.ready);
      for (const each of looks) {
        await look(each);
        expect({ width: each.width, overflow: Math.max(0, await overflow()) }).toEqual({
          width: each.width,
          overflow: 0,
        });
        if (audited.includes(each)) expect(await seriousViolations(page)).toEqual([]);
        if (SHOTS !== null) {
          const path = join(SHOTS, `${name}-${each.width}-${each.colorScheme}.png`);
          await page.screenshot({ path, fullPage: !state.inView });
        }
      }
      expect(faults).toEqual([]);
    },
  );
});

it.each(Object.entries(paths))('the page %s is looked at', (_name, { pattern }) => {
  const looked = STATES.map(({ path }) => new URL(path, 'http://site').pathname);
  expect(looked.filter((path) => matchPath(pattern, path) !== null)).not.toEqual([]);
});
