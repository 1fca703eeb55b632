import type { Page } from 'playwright-core';
import { useDashboard } from './dashboard.ts';
import type { Site } from './site.ts';

describe('the list of the dashboard', () => {
  const dashboard = useDashboard();
  const { open, search, rows, counted } = dashboard;
  let page: Page;
  let site: Site;
  beforeAll(() => {
    ({ page, site } = dashboard);
  });

  describe('filters', () => {
    it('narrow the list, stand in the address, and go when cleared', async () => {
      await open('/');
      await counted('1–20 of 138 findings');
      await page.getByRole('button', { name: 'Severity: Any severity' }).click();
      await page.getByRole('checkbox', { name: 'Critical' }).click();
      await page.getByRole('checkbox', { name: 'High' }).click();
      await page.keyboard.press('Escape');
      await page.waitForURL(/severity=critical&severity=high/);
      await rows().filter({ hasText: 'Low' }).first().waitFor({ state: 'detached' });
      await page
        .getByRole('textbox', { name: 'User' })
        .or(page.getByRole('combobox', { name: 'User' }))
        .fill('erin');
      await page.waitForURL(/user=erin/);
      await rows().filter({ hasText: 'frank' }).first().waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await counted('1–20 of 138 findings');
      expect([...search().keys()]).toEqual([]);
    });

    it('come from the address, and the back button undoes a change', async () => {
      await open('/?severity=low&user=alice');
      await page.getByRole('button', { name: 'Severity: Low' }).waitFor();
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await counted('1–20 of 138 findings');
      await page.goBack();
      await page.getByRole('button', { name: 'Severity: Low' }).waitFor();
      expect(search().get('user')).toBe('alice');
    });

    it('keep a relative span relative', async () => {
      await open('/');
      await page.getByRole('button', { name: 'Raised: Any time' }).click();
      await page.getByRole('button', { name: 'Last 7 days' }).click();
      await page.waitForURL(/span=7d/);
      await page.getByRole('button', { name: 'Raised: Last 7 days' }).waitFor();
      expect(search().get('from')).toBeNull();
    });

    it('take days from the calendar', async () => {
      await open('/?from=2026-11-02&to=2026-11-02');
      await page.getByRole('button', { name: 'Raised: 2 Nov 2026' }).click();
      await page.getByRole('button', { name: '5 Nov 2026' }).first().click();
      await page.waitForURL(/from=2026-11-02&to=2026-11-05/);
    });

    it('follow a click on a figure', async () => {
      await open('/');
      await page.getByRole('link', { name: /critical, show the list/ }).click();
      await page.waitForURL(/severity=critical/);
      await page.getByRole('button', { name: 'Severity: Critical' }).waitFor();
    });
  });

  describe('pages', () => {
    it('go forth and back in the address; a new size starts at the first', async () => {
      await open('/');
      await counted('1–20 of 138 findings');
      await page.getByRole('button', { name: 'Next page' }).click();
      await counted('21–40 of 138 findings');
      expect(search().get('page')).toBe('2');
      await page.getByLabel('Rows on a page').selectOption('50');
      await counted('1–50 of 138 findings');
      expect(search().get('page')).toBeNull();
      expect(search().get('page_size')).toBe('50');
    });

    it('say that a page beyond the last is empty', async () => {
      await open('/?page=99');
      await page.getByText('There is nothing on this page').waitFor();
      await page.getByRole('button', { name: 'Go to the first page' }).click();
      await counted('1–20 of 138 findings');
    });

    it('take nonsense in the address as absent', async () => {
      await open('/?page=-3&page_size=7&severity=terrible&from=2026-02-31&finding=x');
      await counted('1–20 of 138 findings');
    });
  });

  it('shows each failure with its code and request, and recovers when asked', async () => {
    site.api.play('failing');
    await open('/');
    const alert = page.getByRole('alert').filter({ hasText: 'Could not load the findings' });
    await alert.getByText(/PERSISTENCE\.UNAVAILABLE · request req-\d+/).waitFor();
    site.api.play('full');
    await alert.getByRole('button', { name: 'Try again' }).click();
    await counted('1–20 of 138 findings');
  });

  it('shows the figures of a chart whose code cannot be loaded', async () => {
    const { page: alone, faults } = await dashboard.openAlone();
    await alone.route('**/severity-chart*', (route) => route.abort());
    await alone.goto(site.url);
    await alone.getByText('The chart could not be loaded').waitFor();
    await alone.getByRole('rowheader', { name: 'Critical' }).waitFor();
    await counted('1–20 of 138 findings', alone);
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every((fault) => fault.includes('severity-chart'))).toBe(true);
    await alone.context().close();
  });

  it('keeps the chosen theme, and follows the system without one', async () => {
    await open('/');
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = () => page.evaluate(() => document.documentElement.classList.contains('dark'));
    await page.reload();
    expect(await dark()).toBe(true);
    await page.getByRole('button', { name: 'Menu of Local operator' }).click();
    await page.getByRole('menuitemradio', { name: 'Light' }).click();
    expect(await dark()).toBe(false);
    await page.reload();
    expect(await dark()).toBe(false);
    await page.getByRole('button', { name: 'Menu of Local operator' }).click();
    await page.getByRole('menuitemradio', { name: 'Light', checked: true }).waitFor();
    await page.emulateMedia({ colorScheme: null });
  });

  it('lists events with their raw data, filtered by type', async () => {
    await open('/');
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await page.getByRole('heading', { name: 'Events' }).waitFor();
    await page.getByLabel('Event type').fill('api_token_created');
    await page.waitForURL(/event_type=api_token_created/);
    await rows().filter({ hasText: 'login_failed' }).first().waitFor({ state: 'detached' });
    await rows().first().getByRole('link').click();
    await page.getByRole('dialog').getByText('write:deploy').waitFor();
    await page.waitForURL(/event=\d+/);
  });
});
