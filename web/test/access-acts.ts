import type { Page } from 'playwright-core';
import { FIXTURE_CODE, FIXTURE_PASSWORD } from '../dev/fixture-access.ts';
import type { ACCESS_PAGES } from '../src/app/access-pages.ts';
import type { PageState } from '../src/app/page.ts';

type StateName =
  | (typeof ACCESS_PAGES)[keyof typeof ACCESS_PAGES]['states'][number]['name']
  | (typeof SIGN_IN_STATES)[number]['name'];

const text = (page: Page, words: string) => page.getByText(words).first().waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

/** States at any address: the menu, and what those see who have not signed in. */
export const SIGN_IN_STATES = [
  { name: 'menu-admin', at: '/events', as: 'admin', shows: 'login_failed', covers: true },
  { name: 'sign-in', at: '/?severity=high', as: 'stranger', shows: 'Forgotten?', main: true },
  { name: 'sign-in-refused', at: '/', as: 'stranger', shows: 'Forgotten?' },
  { name: 'sign-in-code', at: '/', as: 'stranger', shows: 'Forgotten?' },
  { name: 'sign-in-recovery', at: '/', as: 'stranger', shows: 'Forgotten?' },
  { name: 'set-up-first', at: '/', as: 'first', shows: 'Set up first' },
] as const satisfies readonly PageState[];

/** Fills in the sign-in page. */
export async function signIn(page: Page, email: string, password = FIXTURE_PASSWORD): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await press(page, 'Sign in');
}

async function startEnrolment(page: Page): Promise<void> {
  await press(page, 'Set up an authenticator');
  await page.getByLabel('Password', { exact: true }).fill(FIXTURE_PASSWORD);
  await press(page, 'Continue');
}

/** What a user does to reach the states about access that no address leads to. */
export const ACCESS_ACTS: Partial<Record<StateName, (page: Page) => Promise<void>>> = {
  'menu-admin': async (page) => {
    await press(page, 'Menu of Ada Admin');
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor();
  },
  'sign-in-refused': async (page) => {
    await signIn(page, 'analyst@example.org', 'wrong');
    await text(page, 'The address or the password is wrong.');
  },
  'sign-in-code': async (page) => {
    await signIn(page, 'admin@example.org');
    await text(page, 'Enter the six digits');
  },
  'sign-in-recovery': async (page) => {
    await signIn(page, 'admin@example.org');
    await press(page, 'Use a recovery code');
    await page.getByLabel('Recovery code').fill('never');
    await press(page, 'Continue');
    await text(page, 'was used before');
  },
  'account-enrol': async (page) => {
    await startEnrolment(page);
    await page.getByLabel(/six digits/).fill('000000');
    await press(page, 'Confirm');
    await text(page, 'The code is wrong.');
  },
  'account-codes': async (page) => {
    await startEnrolment(page);
    await page.getByLabel(/six digits/).fill(FIXTURE_CODE);
    await press(page, 'Confirm');
    await text(page, 'They cannot be shown again.');
  },
  'account-refused': async (page) => {
    await page.getByLabel('Present password', { exact: true }).fill(FIXTURE_PASSWORD);
    await page.getByLabel('New password', { exact: true }).fill('password123456');
    await press(page, 'Change the password');
    await text(page, 'is a common password');
  },
  'people-invite': async (page) => {
    await press(page, 'Invite a person');
    await page.getByLabel('Name', { exact: true }).fill('Ada');
    await page.getByLabel('E-mail address').fill('admin@example.org');
    await press(page, 'Invite');
    await text(page, 'exists already');
  },
  'people-link': async (page) => {
    await press(page, 'Actions for Vera Viewer');
    await page.getByRole('menuitem', { name: 'Link for a new password' }).click();
    await press(page, 'Make the link');
    await text(page, 'Hand over the link');
  },
  'people-last-admin': async (page) => {
    await press(page, 'Actions for Ada Admin');
    await page.getByRole('menuitem', { name: 'Disable' }).click();
    await press(page, 'Disable');
    await text(page, 'This is the last admin');
  },
  'keys-make': (page) => press(page, 'Make a key'),
  'keys-made': async (page) => {
    await press(page, 'Make a key');
    await page.getByLabel('Name', { exact: true }).fill('Okta forwarder');
    await page.getByLabel('Sources that it may send for').fill('okta, cloudtrail');
    await press(page, 'Make the key');
    await text(page, 'Copy the key now');
  },
  'audit-verified': async (page) => {
    await press(page, 'Verify');
    await text(page, '120 entries are as they were written');
  },
  'welcome-refused': async (page) => {
    await page.getByLabel('New password', { exact: true }).fill('password123456');
    await press(page, 'Set the password');
    await text(page, 'is a common password');
  },
};
