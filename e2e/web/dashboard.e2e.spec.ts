import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CHROMIUM_FLAGS,
  createTestDatabase,
  eventually,
  findChromium,
  type TestDatabase,
} from '@mcm/testing';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { answersToForeignPages, answersToReboundPage, ATTACKER_FLAGS } from './foreign-pages.js';
import { allFindings, send, settled, startSystem, type StandaloneSystem } from '../support/system.js';

/** With PAGE_SHOTS=1 pictures are kept here. */
const SHOTS = process.env['PAGE_SHOTS']
  ? join(fileURLToPath(import.meta.url), '../../../test-output/screenshots')
  : null;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<img src=x onerror="document.title=1">\u202ecod.exe';

const failedLogin = (user: string, minutesAgo: number, ip = '203.0.113.7') => ({
  event_type: 'login_failed',
  user,
  timestamp: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
  raw_data: { ip, location: 'Berlin', user_agent: 'curl/8.5', success: false },
});

describe('the dashboard on the running system', () => {
  let database: TestDatabase;
  let system: StandaloneSystem;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    if (SHOTS !== null) mkdirSync(SHOTS, { recursive: true });
    const executablePath = findChromium();
    if (executablePath === null) throw new Error('No Chromium on this machine.');
    database = await createTestDatabase();
    [system, browser] = await Promise.all([
      startSystem({ databaseUrl: database.url }),
      chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS, ...ATTACKER_FLAGS] }),
    ]);
    const context = await browser.newContext({
      viewport: { width: 1440, height: 1000 },
      // What fades in has no settled colours yet.
      reducedMotion: 'reduce',
    });
    context.setDefaultTimeout(20_000);
    page = await context.newPage();
    page.on('pageerror', (failure) => faults.push(failure.message));
    page.on('console', (message) => {
      // Requests that fail on purpose are reported by the browser, too; what the page makes of them is asserted.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
        faults.push(message.text());
      }
    });
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await database?.drop();
  });
  afterEach(() => expect(faults).toEqual([]));

  const shoot = async (name: string) => {
    if (SHOTS !== null) await page.screenshot({ path: join(SHOTS, `system-${name}.png`) });
  };
  const figure = (name: RegExp) => page.getByRole('link', { name });
  const sheet = () => page.getByRole('dialog');

  /** For the page with the most on it; the others, and the states of all, are in web/test/page-states.spec.ts. */
  async function expectAccessible(): Promise<void> {
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`),
    ).toEqual([]);
  }

  it('begins by saying how to push an event, and that very command makes the first finding appear', async () => {
    await page.goto(system.web);
    await page.getByText('No events yet').waitFor();
    await page.getByRole('button', { name: /^Live\./ }).waitFor();
    await shoot('empty');
    const command = (await page.getByLabel('Command that pushes an event').textContent()) ?? '';
    const url = /POST (\S+)/.exec(command)?.[1];
    const body = /-d '([^']*)'/.exec(command)?.[1];
    const { status } = await send(url ?? '', body ?? '');
    expect(status).toBeLessThan(300);
    await page.getByRole('link', { name: 'Storage bucket is public' }).waitFor();
    await figure(/^1 critical/).waitFor();
  });

  it('explains the finding, with what the rule met marked in the raw data', async () => {
    await page.getByRole('link', { name: 'Storage bucket is public' }).click();
    await sheet().getByText('Evidence (1)').waitFor();
    const marked = sheet().getByText('(matched by the rule)').locator('..');
    expect(await marked.allInnerTexts()).toEqual([expect.stringMatching(/^public: true/)]);
    await shoot('details');
  });

  it('scores it, and says who suggests what', async () => {
    await sheet().getByRole('button', { name: 'Score and explain' }).click();
    await sheet().getByText('Heuristic says').waitFor();
    await page.keyboard.press('Escape');
    await sheet().waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: '95' }).waitFor();
  });

  it('shows an episode growing, in its place', async () => {
    await send(
      `${system.api}/events`,
      [20, 15, 10].map((ago) => failedLogin('bob', ago)),
    );
    // The keyboard is in the list, so nothing moves there until it is asked for.
    await page.getByRole('button', { name: /\d+ new findings?/ }).click();
    const row = page.getByRole('row').filter({ hasText: 'bob' }).filter({ hasText: 'Medium' });
    await row.getByRole('cell', { name: '3', exact: true }).waitFor();
    await send(`${system.api}/events`, failedLogin('bob', 5));
    await row.getByRole('cell', { name: '4', exact: true }).waitFor();
    await row.getByRole('link').click();
    await sheet().getByText('Number of events: 4').waitFor();
    await sheet().getByText('Evidence (4)').waitFor();
    await page.keyboard.press('Escape');
    await sheet().waitFor({ state: 'detached' });
  });

  it('shows what tries to be more than text as text', async () => {
    await send(`${system.api}/events`, {
      ...failedLogin(HOSTILE, 1),
      raw_data: { ip: HOSTILE, link: 'javascript:alert(1)' },
    });
    await page.goto(`${system.web}/?user=${encodeURIComponent(HOSTILE)}`);
    await page.getByRole('row').getByRole('link').first().click();
    await sheet().getByText('Evidence (1)').waitFor();
    expect(await page.locator('img, a[href^="javascript"]').count()).toBe(0);
    expect(await sheet().innerText()).toContain(HOSTILE.replace('\u202e', '\\u202e'));
    expect(await page.title()).not.toBe('1');
  });

  it('pages and filters on the server, and scores all that is missing', async () => {
    await send(
      `${system.api}/events`,
      Array.from({ length: 45 }, (_, n) => failedLogin(`user-${n}`, n * 90, `198.51.100.${n}`)),
    );
    await page.goto(system.web);
    await figure(/^\d+ low/).waitFor();
    await page.getByText(/1–20 of \d\d findings/).waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByText(/21–40 of \d\d findings/).waitFor();
    await page
      .getByRole('textbox', { name: 'User' })
      .or(page.getByRole('combobox', { name: 'User' }))
      .fill('user-7');
    await page.getByText('1–1 of 1 finding').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('button', { name: 'Score all missing' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Score all missing' }).click();
    await page.getByText(/\d+ findings scored\./).waitFor();
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.locator('figure svg').nth(1).waitFor();
    await expectAccessible();
    await shoot('dashboard');
  });

  it('lists the events that were pushed', async () => {
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await page.getByLabel('Event type').fill('storage_bucket_created');
    await page.waitForURL(/event_type=storage_bucket_created/);
    await page.getByRole('row').filter({ hasText: 'backups' }).getByRole('link').click();
    await sheet().getByText('"eu-central-1"').waitFor();
    await shoot('events');
  });

  it('disables a rule with a reason: nothing that it finds is kept until it is enabled again', async () => {
    const publicBucket = (user: string) => ({
      event_type: 'storage_bucket_created',
      user,
      timestamp: new Date().toISOString(),
      raw_data: { bucket_name: 'exports', public: true, region: 'eu-central-1' },
    });
    const raisedFor = async (user: string) => {
      await send(`${system.api}/events`, publicBucket(user));
      await settled(system.api);
      return (await allFindings(system.api, `&user=${user}`)).length;
    };
    const toggle = (checked: boolean) =>
      page.getByRole('switch', { name: 'Storage bucket is public enabled', checked });
    const answer = async (name: string, reason: string) => {
      await page.getByRole('alertdialog').getByLabel('Reason').fill(reason);
      await page.getByRole('alertdialog').getByRole('button', { name }).click();
    };
    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    await page.getByLabel('Text', { exact: true }).fill('public_bucket_detected');
    await page.waitForURL(/q=public_bucket_detected/);
    await toggle(true).click();
    await answer('Disable', 'The bucket of the website is public on purpose');
    await toggle(false).waitFor();
    // All processes follow within a second, so not every event from now on has met the override.
    let tries = 0;
    await eventually(async () => (await raisedFor(`while-disabled-${(tries += 1)}`)) === 0);
    await page.getByRole('link', { name: 'Storage bucket is public' }).click();
    await page.getByText('The bucket of the website is public on purpose').waitFor();
    await shoot('rule');
    await toggle(false).click();
    await answer('Enable', 'It is private now');
    await toggle(true).waitFor();
    await eventually(async () => (await raisedFor(`enabled-again-${(tries += 1)}`)) === 1);
  });

  it('tries a changed rule over the stored events beside the one in force, and writes nothing', async () => {
    const before = await allFindings(system.api);
    const result = page.getByRole('region', { name: 'Result of the preview' });
    const text = page.getByLabel('Text of the rule (YAML)');
    const asInFile = await text.inputValue();
    await page.getByRole('button', { name: 'Try it' }).click();
    const said = await result.getByText(/finding.* in [\d,]+ events?; the rule in force: \d+/).innerText();
    const [, tried, inForce] = /^(\d+) finding.* in force: (\d+)/.exec(said) ?? [];
    expect(Number(tried)).toBeGreaterThan(1);
    expect(inForce).toBe(tried);
    await text.fill(asInFile.replace('public: true', 'public: true\n    bucket_name: backups'));
    await page.getByRole('button', { name: 'Try it' }).click();
    await result.getByText(new RegExp(`^1 finding in .* in force: ${inForce}`)).waitFor();
    await shoot('rule-preview');
    await text.fill(asInFile.replace('condition: selection', 'condition: selectoin'));
    await page.getByRole('button', { name: 'Try it' }).click();
    const line = asInFile.split('\n').findIndex((each) => each.includes('condition: selection')) + 1;
    await page.getByRole('button', { name: new RegExp(`^line ${line}, column \\d+`) }).waitFor();
    expect(await allFindings(system.api)).toEqual(before);
  });

  it('says that it lost the system, and catches up when it is back', async () => {
    await page.goto(system.web);
    await page.mouse.move(0, 0);
    await page.getByRole('button', { name: /^Live\./ }).waitFor();
    await page.getByText(/1–20 of \d\d findings/).waitFor();
    await page.locator('figure svg').nth(1).waitFor();
    const ports = { api: Number(new URL(system.api).port), web: Number(new URL(system.web).port) };
    await system.kill();
    await page.getByText('Live updates are interrupted.').waitFor();
    await page.getByText(/may be out of date since/).waitFor();
    // What was read before stays readable.
    expect(await page.getByRole('row').count()).toBeGreaterThan(20);
    await shoot('lost');
    system = await startSystem({ databaseUrl: database.url, ports });
    await send(`${system.api}/events`, failedLogin('after-the-restart', 0));
    await page.getByRole('link', { name: 'Failed sign-in' }).first().waitFor();
    await page.getByRole('row').filter({ hasText: 'after-the-restart' }).first().waitFor();
    await page.getByText('Live updates are interrupted.').waitFor({ state: 'detached' });
  });

  it('is out of reach for pages of others, but for links to it', async () => {
    expect(await answersToReboundPage(browser, system)).toEqual(Array.from({ length: 12 }, () => 421));
    const answers = await answersToForeignPages(browser, system);
    for (const [attempt, status] of Object.entries(answers)) {
      expect([attempt, status]).toEqual([attempt, attempt.startsWith('link') ? 200 : 403]);
    }
    expect(Object.keys(answers)).toHaveLength(14);
    expect(await (await fetch(`${system.api}/events?user=forged`)).json()).toEqual([]);
  });
});
