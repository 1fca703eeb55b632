import { FIXTURE_PASSWORD } from '../dev/fixture-access.ts';
import { signIn } from './access-acts.ts';
import { useDashboard } from './dashboard.ts';

describe('access', () => {
  const dashboard = useDashboard();
  const { open, counted, search } = dashboard;
  const api = () => dashboard.site.api;
  const button = (name: string | RegExp) => dashboard.page.getByRole('button', { name });
  const menu = async (of: string) => {
    await button(`Menu of ${of}`).click();
    return dashboard.page.getByRole('menu');
  };
  const onSignIn = () => dashboard.page.getByRole('heading', { name: 'Sign in' }).waitFor();
  afterEach(() => dashboard.page.evaluate(() => sessionStorage.clear()));

  it('in open mode it is said that all may do everything, until the note has been read', async () => {
    await open('/');
    const note = dashboard.page.getByRole('complementary', { name: 'Open mode' });
    await note.getByText('AUTH_MODE=local').waitFor();
    const items = (await menu('Local operator')).getByRole('menuitem');
    expect(await items.allInnerTexts()).toEqual(['Audit trail', 'Storage']);
    await dashboard.page.keyboard.press('Escape');
    await note.getByRole('button', { name: 'Hide this note' }).click();
    await note.waitFor({ state: 'detached' });
    await dashboard.page.reload();
    await counted('1–20 of 138 findings');
    expect(await note.count()).toBe(0);
  });

  it('the page that was asked for is there after the sign-in, with everything that its address says', async () => {
    api().play('full', 'stranger');
    await open('/?severity=low&user=alice');
    await onSignIn();
    expect(await dashboard.page.title()).toBe('Sign in · Mini Compliance Monitor');
    expect(api().listeners).toBe(0);
    await signIn(dashboard.page, 'analyst@example.org', 'wrong');
    await dashboard.page.getByText('The address or the password is wrong.').waitFor();
    await signIn(dashboard.page, 'analyst@example.org');
    await button('Severity: Low').waitFor();
    expect(search().toString()).toBe('severity=low&user=alice');
    await dashboard.live();
  });

  it('a code of the authenticator is the second step, and a recovery code takes its place', async () => {
    for (const way of ['code', 'recovery'] as const) {
      api().play('full', 'stranger');
      await open('/');
      await signIn(dashboard.page, 'admin@example.org');
      const code = dashboard.page.getByLabel('Code', { exact: true });
      await code.waitFor();
      expect(await code.getAttribute('autocomplete')).toBe('one-time-code');
      if (way === 'code') await code.fill('123 456');
      else {
        await button('Use a recovery code').click();
        await dashboard.page.getByLabel('Recovery code').fill('aaaa-bbbb-cccc-dddd');
      }
      await button('Continue').click();
      await counted('1–20 of 138 findings');
    }
  });

  it('a session that ends while the page is open leads to the sign-in, and back to the same place', async () => {
    api().play('full', 'viewer');
    await open('/?severity=high&page=2');
    await dashboard.live();
    await dashboard.page.getByRole('navigation', { name: 'Pages of findings' }).waitFor();
    api().access.be('stranger');
    api().cutStreams(false);
    await dashboard.page.getByText('Your session has ended.').waitFor();
    expect(api().listeners).toBe(0);
    await signIn(dashboard.page, 'viewer@example.org');
    await button('Severity: High').waitFor();
    expect(search().toString()).toBe('severity=high&page=2');
  });

  it('a role that is taken while the page is open takes the buttons with it, with the first refusal', async () => {
    api().play('full', 'admin');
    await open('/rules/too_many_failed_logins');
    await dashboard.page.getByRole('switch').waitFor();
    api().access.be('viewer');
    api().cutStreams(false);
    await dashboard.page.getByRole('switch').waitFor({ state: 'detached' });
    await dashboard.page.getByText('Enabled', { exact: true }).waitFor();
    expect(await button('Try it').count()).toBe(0);
  });

  it('a viewer sees nothing to press that the API would refuse', async () => {
    api().play('full', 'viewer');
    await open('/?finding=135');
    const sheet = dashboard.page.getByRole('dialog');
    await sheet.getByText(/^Evidence \(/).waitFor();
    expect(await button(/score|useful|wrong/i).count()).toBe(0);
    await open('/rules');
    await dashboard.page.getByText('Storage bucket is public').waitFor();
    expect(await button('Reload from disk').count()).toBe(0);
    expect(await dashboard.page.getByRole('switch').count()).toBe(0);
    await dashboard.page.keyboard.press('Escape');
    const items = (await menu('Vera Viewer')).getByRole('menuitem');
    expect(await items.allInnerTexts()).toEqual(['Account', 'Sessions', 'Storage', 'Sign out']);
  });

  it('to sign out forgets what was on the page, and the address', async () => {
    api().play('full', 'admin');
    await open('/settings/people');
    await dashboard.page.getByText('vera', { exact: false }).first().waitFor();
    await (await menu('Ada Admin')).getByRole('menuitem', { name: 'Sign out' }).click();
    await onSignIn();
    expect(new URL(dashboard.page.url()).pathname).toBe('/');
    expect(await dashboard.page.getByText('Your session has ended.').count()).toBe(0);
    await dashboard.page.goBack();
    await onSignIn();
    expect(await dashboard.page.getByText('viewer@example.org').count()).toBe(0);
  });

  it('a one-time link is gone from the address and the history when it has been read', async () => {
    api().play('full', 'stranger');
    await open('/welcome#invite');
    await dashboard.page.getByText('Choose a password to join.').waitFor();
    await dashboard.page.waitForURL((url) => url.hash === '');
    expect(await dashboard.page.getByLabel('E-mail address').inputValue()).toBe('viewer@example.org');
    const password = dashboard.page.getByLabel('New password', { exact: true });
    expect(await password.getAttribute('autocomplete')).toBe('new-password');
    await password.fill('password12345');
    await button('Join').click();
    await dashboard.page.getByText('is a common password').waitFor();
    await password.fill('a horse that reads');
    await button('Join').click();
    await counted('1–20 of 138 findings');
    expect(new URL(dashboard.page.url()).pathname).toBe('/');
  });

  it('the authenticator is set up with a code that has to be right, and the recovery codes are shown once', async () => {
    api().play('full', 'viewer');
    await open('/settings/account');
    await button('Set up an authenticator').click();
    const password = dashboard.page.getByLabel('Password', { exact: true });
    await password.fill('wrong');
    await button('Continue').click();
    await dashboard.page.getByText('The password is wrong.').waitFor();
    await password.fill(FIXTURE_PASSWORD);
    await button('Continue').click();
    await dashboard.page.getByRole('img', { name: /QR code/ }).waitFor();
    await dashboard.page.getByLabel(/six digits/).fill('123456');
    await button('Confirm').click();
    const codes = dashboard.page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem');
    await codes.nth(9).waitFor();
    const [saved] = await Promise.all([dashboard.page.waitForEvent('download'), button('Download').click()]);
    expect(saved.suggestedFilename()).toBe('recovery-codes.txt');
    await button('I have kept them').click();
    await dashboard.page.getByText(/^On\. /).waitFor();
    expect(await codes.count()).toBe(0);
  });

  it('the command that pushes a first event names a key only where one is asked for', async () => {
    const command = dashboard.page.getByLabel('Command that pushes an event');
    api().play('empty', 'analyst');
    await open('/events');
    expect(await command.textContent()).toContain('-H "authorization: Bearer $API_KEY" \\\n  -d ');
    api().play('empty');
    await open('/events');
    expect(await command.textContent()).not.toContain('authorization');
  });

  it('an admin invites, and gets a link to hand over', async () => {
    api().play('full', 'admin');
    await open('/settings/people');
    await button('Invite a person').click();
    await dashboard.page.getByLabel('Name', { exact: true }).fill('Newman');
    await dashboard.page.getByLabel('E-mail address').fill('newman@example.org');
    await dashboard.page.getByRole('radio', { name: /Analyst/ }).check();
    await button('Invite').click();
    await dashboard.page
      .getByLabel('Link', { exact: true })
      .getByText(/\/welcome#/)
      .waitFor();
    await button('Done').click();
    const row = dashboard.page.getByRole('row').filter({ hasText: 'newman@example.org' });
    await row.getByText('Invited').waitFor();
    await row.getByText('Analyst').waitFor();
  });

  it('a key is made for a source, shown once, and revoked', async () => {
    api().play('full', 'admin');
    await open('/settings/keys');
    await button('Make a key').click();
    await dashboard.page.getByLabel('Name', { exact: true }).fill('Forwarder');
    await dashboard.page.getByLabel('Sources that it may send for').fill('okta, cloudtrail');
    await button('Make the key').click();
    await dashboard.page.getByLabel('Key', { exact: true }).getByText(/^mcm_/).waitFor();
    await button('Done').click();
    const row = dashboard.page.getByRole('row').filter({ hasText: 'Forwarder' });
    await row.getByText('okta, cloudtrail').waitFor();
    await row.getByRole('button', { name: 'Revoke Forwarder' }).click();
    await dashboard.page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText(/^Revoked/).waitFor();
  });

  it('the audit trail is filtered and paged in the address, and says in words whether it is as it was written', async () => {
    await open('/settings/audit');
    await dashboard.page.getByText('Entries 120 to 71').waitFor();
    await button('Older').click();
    await dashboard.page.getByText('Entries 70 to 21').waitFor();
    expect(search().get('before')).toBe('71');
    await dashboard.page.getByLabel('Action').selectOption('key.created');
    await dashboard.page.waitForURL(/action=key\.created/);
    await dashboard.page.getByText('Entries 117 to 2').waitFor();
    expect(search().get('before')).toBeNull();
    await dashboard.rows().first().getByRole('link').click();
    await dashboard.page.getByRole('dialog').getByText('req-000117').waitFor();
    await dashboard.page.keyboard.press('Escape');
    await button('Verify').click();
    await dashboard.page.getByText('120 entries are as they were written, without a gap.').waitFor();
    api().access.audit.tamper();
    await button('Verify').click();
    await dashboard.page.getByText('Entry 71 is not as it was written.').waitFor();
  });
});
