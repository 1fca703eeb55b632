import { CHROMIUM_FLAGS, createTestDatabase, findChromium, freePort, type TestDatabase } from '@mcm/testing';
import { Secret, TOTP } from 'otpauth';
import { type Browser, chromium, type Page } from 'playwright-core';
import { startSystem, type StandaloneSystem } from '../support/system.js';

const PASSWORD = 'a horse that reads books';

describe('signing in to the running system', () => {
  let database: TestDatabase;
  let system: StandaloneSystem;
  let browser: Browser;
  let admin: Page;
  let secret = '';
  let invitation = '';

  beforeAll(async () => {
    const executablePath = findChromium();
    if (executablePath === null) throw new Error('No Chromium on this machine.');
    database = await createTestDatabase();
    const ports = { api: await freePort(), web: await freePort() };
    [system, browser] = await Promise.all([
      startSystem({ databaseUrl: database.url, ports, env: { AUTH_MODE: 'local' } }),
      chromium.launch({ executablePath, args: [...CHROMIUM_FLAGS] }),
    ]);
    admin = await newBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await system?.stop();
    await database?.drop();
  });

  async function newBrowser(): Promise<Page> {
    const context = await browser.newContext({
      reducedMotion: 'reduce',
      viewport: { width: 1440, height: 1000 },
    });
    context.setDefaultTimeout(60_000);
    return context.newPage();
  }
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();
  const home = () => `${system.web.replace('127.0.0.1', 'localhost')}/`;
  async function enter(page: Page, email: string): Promise<void> {
    await page.getByLabel('E-mail address').fill(email);
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await press(page, 'Sign in');
  }
  const code = () => new TOTP({ secret: Secret.fromBase32(secret) });
  const inside = (page: Page) => page.getByText('No events yet').waitFor();
  const menu = async (page: Page, item: string) => {
    await press(page, /^Menu of/);
    await page.getByRole('menuitem', { name: item }).click();
  };

  it('the link that the start prints leads to the first admin', async () => {
    await admin.goto(home());
    await admin.getByRole('heading', { name: 'Set up first' }).waitFor();
    const link = /\S+\/welcome#\S+/.exec(system.output())?.[0];
    await admin.goto(link ?? '');
    await admin.getByLabel('Your name').fill('Ada Admin');
    await admin.getByLabel('E-mail address').fill('ada@example.org');
    await admin.getByLabel('New password', { exact: true }).fill('password12345');
    await press(admin, 'Create the account');
    await admin.getByText(/common password/).waitFor();
    await admin.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await press(admin, 'Create the account');
    await inside(admin);
    await admin.goto(link ?? '');
    await admin.getByText('This link does not work').waitFor();
  });

  it('an authenticator is set up, and asked for at the next sign-in', async () => {
    await admin.goto(`${home()}settings/account`);
    await press(admin, 'Set up an authenticator');
    await admin.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await press(admin, 'Continue');
    secret = (await admin.getByLabel('Secret', { exact: true }).innerText()).replaceAll(' ', '');
    await admin.getByLabel(/six digits/).fill(code().generate());
    await press(admin, 'Confirm');
    const recovery = await admin
      .getByRole('list', { name: 'Recovery codes' })
      .getByRole('listitem')
      .first()
      .innerText();
    await press(admin, 'I have kept them');
    await menu(admin, 'Sign out');
    await enter(admin, 'ada@example.org');
    await press(admin, 'Use a recovery code');
    await admin.getByLabel('Recovery code').fill(recovery);
    await press(admin, 'Continue');
    await inside(admin);
  });

  it('a person who is invited as a viewer sees nothing to press', async () => {
    await admin.goto(`${home()}settings/people`);
    await press(admin, 'Invite a person');
    await admin.getByLabel('Name', { exact: true }).fill('Vera Viewer');
    await admin.getByLabel('E-mail address').fill('vera@example.org');
    await press(admin, 'Invite');
    invitation = await admin.getByLabel('Link', { exact: true }).innerText();
    await press(admin, 'Done');
    const viewer = await newBrowser();
    await viewer.goto(invitation);
    await viewer.getByLabel('New password', { exact: true }).fill(PASSWORD);
    await press(viewer, 'Join');
    await inside(viewer);
    expect(await viewer.getByRole('button', { name: 'Score all missing' }).count()).toBe(0);
    await viewer.goto(`${home()}rules/too_many_failed_logins`);
    await viewer.getByText('Copy text').waitFor();
    expect(await viewer.getByRole('switch').count()).toBe(0);
    // Another role ends the session of the open page.
    await admin.getByRole('button', { name: 'Actions for Vera Viewer' }).click();
    await admin.getByRole('menuitem', { name: 'Change name or role' }).click();
    await admin.getByRole('radio', { name: /Analyst/ }).check();
    await press(admin, 'Change');
    await viewer.getByText('Your session has ended.').waitFor();
    await enter(viewer, 'vera@example.org');
    await viewer.getByRole('button', { name: 'Try it' }).waitFor();
    expect(new URL(viewer.url()).pathname).toBe('/rules/too_many_failed_logins');
  });

  it('signing out everywhere ends the other browsers', async () => {
    const other = await newBrowser();
    await other.goto(`${home()}events`);
    await enter(other, 'vera@example.org');
    await other.getByText('No events yet').waitFor();
    const here = await newBrowser();
    await here.goto(`${home()}settings/sessions`);
    await enter(here, 'vera@example.org');
    await press(here, 'Sign out everywhere');
    await here.getByRole('alertdialog').getByRole('button', { name: 'Sign out everywhere' }).click();
    await here.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.getByText('Your session has ended.').waitFor();
  });

  it('what was done is in the audit trail, which is as it was written', async () => {
    await admin.goto(`${home()}settings/audit`);
    await admin.getByRole('link', { name: 'Person role changed' }).click();
    await admin.getByRole('dialog').getByText('"analyst"').waitFor();
    await admin.keyboard.press('Escape');
    await press(admin, 'Verify');
    await admin.getByText(/entries are as they were written/).waitFor();
  });
});
