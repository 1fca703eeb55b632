import {
  CHROMIUM_FLAGS,
  createTestDatabase,
  findChromium,
  freePort,
  OPENID_SECRET,
  OpenIdServer,
  type TestDatabase,
} from '@mcm/testing';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startSystem, type StandaloneSystem } from '../support/system.js';

describe('signing in to the running system with an OpenID provider', () => {
  let database: TestDatabase;
  let provider: OpenIdServer;
  let system: StandaloneSystem;
  let browser: Browser;
  let home: string;

  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath === null) throw new Error('No Chromium on this machine.');
    const ports = { api: await freePort(), web: await freePort() };
    // The provider is at 127.0.0.1: for the browser that is another site.
    home = `http://localhost:${ports.web}`;
    [database, provider] = await Promise.all([createTestDatabase(), OpenIdServer.start({ origins: [home] })]);
    await provider.behave({
      accounts: { ada: { name: 'Ada Lovelace', groups: ['security-team'] }, zoe: { groups: ['guests'] } },
    });
    [system, browser] = await Promise.all([
      startSystem({
        databaseUrl: database.url,
        ports,
        env: {
          AUTH_MODE: 'oidc',
          OIDC_ISSUER: provider.issuer,
          OIDC_CLIENT_ID: 'mcm',
          OIDC_CLIENT_SECRET: OPENID_SECRET,
          OIDC_NAME: 'Acme',
          OIDC_ROLES: 'security-team=admin',
        },
      }),
      chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] }),
    ]);
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await provider?.stop();
    await database?.drop();
  });

  async function newBrowser(): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
    context.setDefaultTimeout(60_000);
    return context.newPage();
  }
  const toProvider = (page: Page) => page.getByRole('link', { name: 'Sign in with Acme' }).click();
  async function signIn(page: Page, account: string): Promise<void> {
    await toProvider(page);
    await page.getByPlaceholder('Enter any login').fill(account);
    await page.getByPlaceholder('and password').fill('any');
    await page.getByRole('button', { name: 'Sign-in' }).click();
  }

  it('leads to the provider and back to the page that was asked for, with a cookie that stays on this site', async () => {
    const page = await newBrowser();
    await page.goto(`${home}/events?q=user%3Aalice`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByLabel('Password').count()).toBe(0);
    await signIn(page, 'ada');
    await page.getByRole('button', { name: 'Menu of Ada Lovelace' }).waitFor();
    expect(page.url()).toBe(`${home}/events?q=user%3Aalice`);
    const cookies = await page.context().cookies(home);
    expect(cookies).toEqual([
      expect.objectContaining({ name: 'mcm', httpOnly: true, sameSite: 'Strict', path: '/' }),
    ]);
    await page.goto(`${home}/settings/people`);
    await page.getByText('Ada Lovelace').first().waitFor();
  });

  it('signing out ends the session with the provider, too', async () => {
    const page = await newBrowser();
    await page.goto(home);
    await signIn(page, 'ada');
    await page.getByRole('button', { name: /^Menu of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(`${provider.issuer}/**`);
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await page.waitForURL(`${home}/**`);
    await toProvider(page);
    await page.getByPlaceholder('Enter any login').waitFor();
  });

  it('says why a person was not let in, once', async () => {
    const page = await newBrowser();
    await page.goto(`${home}/rules`);
    await signIn(page, 'zoe');
    await page.getByRole('alert').getByText('You have no role here. Ask an admin for one.').waitFor();
    expect(page.url()).toBe(`${home}/rules`);
    await page.reload();
    await page.getByRole('link', { name: 'Sign in with Acme' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
