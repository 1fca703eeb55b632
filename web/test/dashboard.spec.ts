import type { Browser, BrowserContext, Page } from 'playwright-core';
import { HOSTILE_USER } from '../dev/fixture-data.ts';
import { closePage, openBrowser, openPage, openWindow } from './browser.ts';
import { openSite, type Site } from './site.ts';

describe('the dashboard', () => {
  let site: Site;
  let browser: Browser;
  let window: BrowserContext;
  let page: Page;
  let faults: string[];
  beforeAll(async () => {
    [site, browser] = await Promise.all([openSite(), openBrowser()]);
    window = await openWindow(browser);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  async function open(path: string): Promise<void> {
    ({ page, faults } = await openPage(window));
    await page.goto(path.startsWith('/') ? site.url + path : path);
  }
  beforeEach(() => site.api.play('full'));
  afterEach(async () => {
    expect(faults).toEqual([]);
    await closePage(page);
  });

  const search = () => new URL(page.url()).searchParams;
  const rows = () => page.getByRole('row').filter({ has: page.getByRole('link') });
  /** Waits for the line under the table, and thereby for the rows that it counts. */
  const counted = (words: string | RegExp) =>
    page.getByRole('navigation', { name: 'Pages of findings' }).getByText(words).waitFor();

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

  describe('details', () => {
    it('open from a row, walk with the keyboard, close with Escape and give the focus back', async () => {
      await open('/');
      await counted('1–20 of 138 findings');
      const second = rows().nth(1).getByRole('link');
      await second.focus();
      await page.keyboard.press('Enter');
      const sheet = page.getByRole('dialog');
      await sheet.getByText('2 of 20 on this page').waitFor();
      await page.keyboard.press('j');
      await sheet.getByText('3 of 20 on this page').waitFor();
      await page.keyboard.press('ArrowDown');
      await sheet.getByText('4 of 20 on this page').waitFor();
      await page.keyboard.press('k');
      await page.keyboard.press('ArrowUp');
      await sheet.getByText('2 of 20 on this page').waitFor();
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      expect(search().get('finding')).toBeNull();
      expect(await second.evaluate((link) => link === document.activeElement)).toBe(true);
    });

    it('close with the back button, also after walking', async () => {
      await open('/');
      await counted('1–20 of 138 findings');
      await rows().first().getByRole('link').click();
      await page.getByRole('dialog').getByText('1 of 20 on this page').waitFor();
      await page.keyboard.press('j');
      await page.getByRole('dialog').getByText('2 of 20 on this page').waitFor();
      await page.goBack();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    });

    it('explain a threshold with what was seen and what it rests on', async () => {
      await open('/?severity=high');
      await page.getByRole('link', { name: 'Too many failed logins' }).first().click();
      const sheet = page.getByRole('dialog');
      await sheet.getByText('Number of events: 6').waitFor();
      await sheet.getByText(/at least 5 within 1 h with the same/).waitFor();
      await sheet.getByText('Evidence (6)').waitFor();
    });

    it('mark in the raw data what the rule met', async () => {
      await open('/?finding=138');
      const marked = page.getByRole('dialog').getByText('(matched by the rule)').locator('..');
      await marked.first().waitFor();
      expect(await marked.allInnerTexts()).toEqual([expect.stringMatching(/^public: true/)]);
    });

    it('show hostile text as text', async () => {
      await open('/?finding=138');
      const sheet = page.getByRole('dialog');
      await sheet.getByText('Evidence (1)').waitFor();
      expect(await page.locator('img').count()).toBe(0);
      expect(await page.title()).not.toBe('1');
      // The mark that would turn the writing direction is spelled out.
      expect(await sheet.innerText()).toContain(HOSTILE_USER.replace('\u202e', '\\u202e'));
      expect((await page.content()).includes('\u202e')).toBe(false);
    });

    it('score one finding and show the result in the list too', async () => {
      await open('/?finding=137');
      const sheet = page.getByRole('dialog');
      await sheet.getByText('Not scored yet').waitFor();
      await sheet.getByRole('button', { name: 'Score and explain' }).click();
      await sheet.getByRole('button', { name: 'Scoring…' }).waitFor();
      await sheet.getByText('Heuristic says').waitFor();
      await sheet.getByText('without a language model').waitFor();
      await page.keyboard.press('Escape');
      await sheet.waitFor({ state: 'detached' });
      expect(await page.locator('[data-row="137"]').innerText()).toMatch(/95|80|50|20/);
    });

    it('show what a model says beside what the rule demands, with the evidence for it', async () => {
      site.api.useModel();
      await open('/?finding=136');
      const sheet = page.getByRole('dialog');
      await sheet.getByRole('button', { name: 'Score and explain' }).click();
      await sheet.getByText('Model says', { exact: true }).waitFor();
      await sheet.getByText(/the rule's score stands/).waitFor();
      await sheet
        .getByRole('region', { name: 'What happened' })
        .getByRole('button', { name: /event_type =/ })
        .click();
      expect(await page.evaluate(() => document.activeElement?.closest('li')?.id)).toMatch(/^evidence-/);
      await sheet.getByRole('region', { name: 'Check next' }).getByText('Look at the hour before.').waitFor();
      await sheet.getByText(/From the cache: nothing was asked for this finding, prompt 2026-11.1/).waitFor();
      await sheet.getByRole('button', { name: 'What was sent and what came back' }).click();
      await sheet.getByText('{"rule":{"user":"USER_1"}}').waitFor();
      await sheet.getByText('names a link').waitFor();
      await sheet.getByText('Kept back, and filled in afterwards:').waitFor();
    });

    it('warn of text that tries to instruct the model', async () => {
      site.api.useModel();
      await open('/?finding=138');
      const sheet = page.getByRole('dialog');
      await sheet.getByRole('button', { name: /^Score/ }).click();
      await sheet.getByText('tries to instruct the model').waitFor();
      await page.keyboard.press('Escape');
      await page
        .locator('[data-row="138"]')
        .getByText('Text in its events tries to instruct a model')
        .waitFor();
    });

    it('take a rating with comment and score, and show it', async () => {
      await open('/?finding=135');
      const sheet = page.getByRole('dialog');
      await sheet.getByRole('button', { name: 'Wrong' }).click();
      await sheet.getByRole('textbox', { name: 'Comment' }).fill('It was the backup.');
      await sheet.getByRole('spinbutton', { name: 'Score it should have had' }).fill('15');
      await sheet.getByRole('button', { name: 'Send' }).click();
      await sheet.getByText(/Rated wrong, should be 15/).waitFor();
      await sheet.getByText('It was the backup.').waitFor();
    });
  });

  describe('scoring in bulk', () => {
    const start = async () => {
      await open('/');
      await counted('1–20 of 138 findings');
      await page.getByRole('button', { name: 'Score all missing' }).click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByText(/60 findings: /).waitFor();
      return dialog;
    };

    it('says what it would take, shows progress and result, and tries again what failed', async () => {
      const dialog = await start();
      await dialog.getByText('60 findings: 60 by the heuristic.').waitFor();
      await dialog.getByRole('button', { name: 'Score all missing' }).click();
      await page.getByRole('progressbar', { name: 'Findings scored' }).waitFor();
      await page.getByText('59 findings scored.').waitFor();
      await page.getByText('0 model, 0 cache, 59 heuristic, 1 failed').waitFor();
      await page.getByRole('button', { name: 'Results by finding' }).click();
      await page.getByLabel('Only this result').selectOption('failed');
      await page.getByRole('listitem').filter({ hasText: 'The database refused it.' }).waitFor();
      await page.getByRole('button', { name: 'Retry 1' }).click();
      await page.getByText('60 findings scored.').waitFor();
      await page.getByRole('button', { name: 'Dismiss' }).click();
      await page.getByText('60 findings scored.').waitFor({ state: 'detached' });
      expect(search().get('enrichment')).toBeNull();
    });

    it('estimates tokens and cost of a model', async () => {
      site.api.useModel();
      const dialog = await start();
      await dialog.getByText('60 findings: 30 questions to the model, 30 from the cache.').waitFor();
      await dialog.getByText(/About 51,900 tokens, \$0\.04; 1,900,000 are left/).waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(search().get('enrichment')).toBeNull();
    });

    it('pauses, resumes and cancels', async () => {
      const dialog = await start();
      await dialog.getByRole('button', { name: 'Score all missing' }).click();
      await page.getByRole('button', { name: 'Pause', exact: true }).click();
      await page.getByText('Scoring is paused').waitFor();
      await page.getByRole('button', { name: 'Resume' }).click();
      await page.getByText('Scoring findings').waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText(/^Cancelled: \d+ findings? scored\.$/).waitFor();
    });

    it('follows what the stream tells', async () => {
      const dialog = await start();
      // Behind the dialog.
      await page.getByRole('button', { name: /^Live\./, includeHidden: true }).waitFor();
      await dialog.getByRole('button', { name: 'Score all missing' }).click();
      await page.waitForURL(/enrichment=bulk-1/);
      const said = page.getByText(/ heuristic, 0 failed/);
      await said.waitFor();
      const before = await said.innerText();
      site.api.emitProgress('bulk-1');
      await page.waitForFunction((text) => !document.body.innerText.includes(text), before);
    });
  });

  describe('live', () => {
    const live = () => page.getByRole('button', { name: /^Live\./ }).waitFor();

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
      await open('about:blank');
      await page.clock.install();
      await page.goto(site.url);
      await counted('1–20 of 138 findings');
      await live();
      site.api.cutStreams(true);
      await page.getByText('Live updates are interrupted.').waitFor();
      await page.getByText(/out of date since \d\d:\d\d:\d\d/).waitFor();
      // From here on the page does not reconnect by itself, so that it is the button that does.
      await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
      site.api.raise(0, 'zoe');
      site.api.allowStreams();
      await page.getByRole('button', { name: 'Reconnect now' }).click();
      await page.getByText('Live updates are interrupted.').waitFor({ state: 'detached' });
      await page.clock.resume();
      await counted('1–20 of 139 findings');
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
    await open('about:blank');
    await page.route('**/severity-chart*', (route) => route.abort());
    await page.goto(site.url);
    await page.getByText('The chart could not be loaded').waitFor();
    await page.getByRole('rowheader', { name: 'Critical' }).waitFor();
    await counted('1–20 of 138 findings');
    expect(faults.length).toBeGreaterThan(0);
    expect(faults.every((fault) => fault.includes('severity-chart'))).toBe(true);
    faults.length = 0;
  });

  it('keeps the chosen theme, and follows the system without one', async () => {
    await open('/');
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = () => page.evaluate(() => document.documentElement.classList.contains('dark'));
    await page.reload();
    expect(await dark()).toBe(true);
    await page.getByRole('button', { name: 'Theme: system' }).click();
    await page.getByRole('menuitemradio', { name: 'Light' }).click();
    expect(await dark()).toBe(false);
    await page.reload();
    expect(await dark()).toBe(false);
    await page.getByRole('button', { name: 'Theme: light' }).waitFor();
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
