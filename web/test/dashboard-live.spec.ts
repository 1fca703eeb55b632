import type { Page } from 'playwright-core';
import { useDashboard } from './dashboard.ts';
import type { Site } from './site.ts';

describe('the live dashboard', () => {
  const dashboard = useDashboard();
  const { open, search, rows, counted, live } = dashboard;
  let page: Page;
  let site: Site;
  beforeAll(() => {
    ({ page, site } = dashboard);
  });

  it('shows a new finding by itself when the user is not reading, and new figures', async () => {
    await open('/');
    await counted('1–20 of 138 findings');
    await live();
    const finding = site.api.raise(0, 'zoe');
    await page.locator(`[data-row="${finding.id}"]`).waitFor();
    await counted('1–20 of 139 findings');
    await page.getByRole('link', { name: /^139 findings/ }).waitFor();
  });

  it('holds rows still under a reader and says how many are new', async () => {
    await open('/');
    await counted('1–20 of 138 findings');
    await live();
    await rows().first().getByRole('link').focus();
    const before = await rows().first().innerText();
    site.api.raise(0, 'zoe');
    site.api.raise(1, 'zoe');
    await page.getByRole('button', { name: '2 new findings' }).waitFor();
    expect(await rows().first().innerText()).toBe(before);
    await page.getByRole('button', { name: '2 new findings' }).click();
    await counted('1–20 of 140 findings');
    await page.getByRole('button', { name: '2 new findings' }).waitFor({ state: 'detached' });
  });

  it('does not announce what the filters would not show', async () => {
    await open('/?severity=high&page=2');
    await live();
    site.api.raise(0, 'zoe');
    const high = site.api.raise(1, 'zoe');
    expect(high.severity).toBe('high');
    await page.getByRole('button', { name: '1 new finding', exact: true }).waitFor();
  });

  it('lets a known row grow in its place', async () => {
    await open('/');
    await counted('1–20 of 138 findings');
    await live();
    const finding = site.api.raise(1, 'zoe');
    const row = page.locator(`[data-row="${finding.id}"]`);
    await row.waitFor();
    site.api.grow(finding);
    await row.getByRole('cell', { name: '7', exact: true }).waitFor();
  });

  it('pauses and resumes; the address says so', async () => {
    await open('/');
    await counted('1–20 of 138 findings');
    await live();
    await page.getByRole('button', { name: 'Pause live updates' }).click();
    await page.getByRole('button', { name: /^Paused/ }).waitFor();
    expect(search().get('live')).toBe('off');
    site.api.raise(0, 'zoe');
    await page.getByRole('button', { name: 'Resume live updates' }).click();
    await live();
    await counted('1–20 of 139 findings');
  });

  it('says when the connection is lost, since when, and catches up after it', async () => {
    const { page: alone, faults } = await dashboard.openAlone();
    await alone.clock.install();
    await alone.goto(site.url);
    await counted('1–20 of 138 findings', alone);
    await live(alone);
    site.api.cutStreams(true);
    // Only a loss of two seconds is worth a word.
    await alone.clock.runFor(2_000);
    await alone.getByText('Live updates are interrupted.').waitFor();
    await alone.getByText(/out of date since \d\d:\d\d:\d\d/).waitFor();
    // From here on the page does not reconnect by itself, so that it is the button that does.
    await alone.clock.pauseAt((await alone.evaluate(() => Date.now())) + 1_000);
    site.api.raise(0, 'zoe');
    site.api.allowStreams();
    await alone.getByRole('button', { name: 'Reconnect now' }).click();
    await alone.getByText('Live updates are interrupted.').waitFor({ state: 'detached' });
    await alone.clock.resume();
    await counted('1–20 of 139 findings', alone);
    expect(faults).toEqual([]);
    await alone.context().close();
  });
});
