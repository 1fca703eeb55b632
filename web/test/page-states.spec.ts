import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { Scenario } from '../dev/fixture-api.ts';
import { seriousViolations } from './accessibility.ts';
import { openBrowser, openPage } from './browser.ts';
import { openSite, type Site } from './site.ts';

const SHOTS = fileURLToPath(new URL('../../test-output/screenshots', import.meta.url));
const LOOKS = [
  { width: 1440, height: 1000, colorScheme: 'light' },
  { width: 1440, height: 1000, colorScheme: 'dark' },
  { width: 390, height: 844, colorScheme: 'light' },
  { width: 390, height: 844, colorScheme: 'dark' },
] as const;

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

describe('every state of the pages', () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [site, browser] = await Promise.all([openSite(), openBrowser()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  // The pages that are looked at most in every look. The others take turns: one wide and light, the next narrow and
  // dark; a browser that draws in software is slow. PAGE_LOOKS=all shows all of them in both.
  const cases = STATES.flatMap((state, number) =>
    LOOKS.filter(({ width, colorScheme }) => {
      if (['full', 'details-event', 'events', 'rules', 'rule'].includes(state.name)) return true;
      if ((width === 1440) !== (colorScheme === 'light')) return false;
      return process.env['PAGE_LOOKS'] === 'all' || (width === 1440) === (number % 2 === 0);
    }).map((look) => ({ state, ...look })),
  );
  it.each(cases)(
    '$state.name at $width px, $colorScheme: accessible, nothing wider than the page',
    async ({ state, width, height, colorScheme }) => {
      site.api.play(state.scenario);
      const { page, faults } = await openPage(browser, { viewport: { width, height }, colorScheme });
      try {
        await page.goto(site.url + state.path);
        await state.reach(page);
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({
          path: join(SHOTS, `${state.name}-${width}-${colorScheme}.png`),
          fullPage: !state.inView,
        });
        expect(await seriousViolations(page)).toEqual([]);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        ).toBeLessThanOrEqual(0);
        expect(faults).toEqual([]);
      } finally {
        await page.context().close();
      }
    },
    60_000,
  );

  it.each([
    ['/', 'of 138 findings'],
    ['/?finding=138', 'of 138 findings'],
    ['/events', 'login_failed'],
    ['/rules', 'small_pr_merged'],
    ['/rules/public_bucket_detected', 'What to do about a finding'],
  ])('%s fits into 320 px', async (path, shown) => {
    site.api.play('full');
    const { page } = await openPage(browser, { viewport: { width: 320, height: 640 } });
    try {
      await page.goto(site.url + path);
      await page.getByText(shown).first().waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    } finally {
      await page.context().close();
    }
  });
});
