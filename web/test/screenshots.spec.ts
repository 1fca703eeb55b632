import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import type { Scenario } from '../dev/fixture-api.ts';
import { openBrowser, openPage } from './browser.ts';
import { openSite, type Site } from './site.ts';

const SHOTS = fileURLToPath(new URL('../../test-output/screenshots', import.meta.url));
const SIZES = { 1440: { width: 1440, height: 1000 }, 390: { width: 390, height: 844 } } as const;

/** Every state that a user can meet, with what shows that it has been reached. */
const STATES: readonly {
  name: string;
  scenario: Scenario;
  path: string;
  ready: (page: Page) => Promise<unknown>;
}[] = [
  { name: 'full', scenario: 'full', path: '/', ready: (page) => page.getByText('of 138 findings').waitFor() },
  { name: 'empty', scenario: 'empty', path: '/', ready: (page) => page.getByText('Push an event').waitFor() },
  {
    name: 'quiet',
    scenario: 'quiet',
    path: '/',
    ready: (page) => page.getByText('checked; no rule').waitFor(),
  },
  {
    name: 'failing',
    scenario: 'failing',
    path: '/',
    ready: (page) => page.getByText('Could not load the findings').waitFor(),
  },
  {
    name: 'loading',
    scenario: 'silent',
    path: '/',
    ready: (page) => page.getByLabel('Loading findings').waitFor(),
  },
  {
    name: 'no-match',
    scenario: 'full',
    path: '/?user=nobody&severity=high',
    ready: (page) => page.getByText('No findings match these filters').waitFor(),
  },
  {
    name: 'sheet',
    scenario: 'full',
    path: '/?finding=138',
    ready: (page) => page.getByText('Evidence (1)').waitFor(),
  },
  {
    name: 'events',
    scenario: 'full',
    path: '/events',
    ready: (page) => page.getByText('login_failed').first().waitFor(),
  },
];

describe('screenshots', () => {
  let site: Site;
  let browser: Browser;
  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    [site, browser] = await Promise.all([openSite(), openBrowser()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const cases = STATES.flatMap((state) =>
    (['1440', '390'] as const).flatMap((width) =>
      (['light', 'dark'] as const).map((look) => ({ state, width, look })),
    ),
  );
  it.each(cases)('$state.name at $width px, $look', async ({ state, width, look }) => {
    site.api.play(state.scenario);
    const { page, faults } = await openPage(browser, { viewport: SIZES[width], colorScheme: look });
    await page.goto(site.url + state.path);
    await state.ready(page);
    await page.evaluate(() => document.fonts.ready);
    if (state.scenario === 'full' && state.path === '/') await page.locator('figure svg').nth(1).waitFor();
    await page.screenshot({
      path: join(SHOTS, `${state.name}-${width}-${look}.png`),
      fullPage: state.name !== 'sheet',
    });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(faults).toEqual([]);
    await page.context().close();
  });
});
