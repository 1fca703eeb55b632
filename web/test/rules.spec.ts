import type { Page } from 'playwright-core';
import { useDashboard } from './dashboard.ts';
import type { Site } from './site.ts';

describe('the page of rules', () => {
  const dashboard = useDashboard();
  const { open, live, rows } = dashboard;
  let page: Page;
  let site: Site;
  beforeAll(() => {
    ({ page, site } = dashboard);
  });

  const counted = (words: string) =>
    page.getByRole('navigation', { name: 'Pages of rules' }).getByText(words).waitFor();
  const firstRule = () => page.getByRole('row').nth(1).getByRole('link').innerText();
  const editor = () => page.getByLabel('Text of the rule (YAML)');

  it('is filtered and sorted through the address, and comes back from a rule as it was', async () => {
    await open('/');
    await page.getByRole('link', { name: 'Rules', exact: true }).click();
    await counted('1–10 of 10 rules');
    await page.getByLabel('Order').selectOption('hits');
    await page.waitForURL(/sort=hits/);
    await page.getByRole('row').nth(1).filter({ hasText: 'small_pr_merged' }).waitFor();
    await page.getByLabel('Pack').selectOption('aws-cloudtrail');
    await counted('1–3 of 3 rules');
    await page.getByLabel('Level').selectOption('critical');
    await counted('1–1 of 1 rule');
    await page.getByLabel('Text', { exact: true }).fill('nothing like it');
    await page.getByText('No rules match these filters').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).first().click();
    await counted('1–10 of 10 rules');
    expect(await firstRule()).toBe('Small pull request merged');
    await page.getByRole('row').nth(1).getByRole('link').click();
    await page.getByRole('heading', { name: 'Small pull request merged' }).waitFor();
    await page.getByRole('link', { name: 'All rules' }).click();
    await page.waitForURL(/\/rules\?sort=hits$/);
  });

  it('asks why before a rule is disabled, by keyboard alone, and keeps who said so', async () => {
    await open('/rules');
    const toggle = page.getByRole('switch', { name: 'IAM user created enabled' });
    await toggle.focus();
    await page.keyboard.press('Space');
    const dialog = page.getByRole('alertdialog');
    await dialog.getByRole('button', { name: 'Disable' }).click();
    // Without a reason the browser refuses by itself.
    expect(await dialog.getByLabel('Reason').evaluate((field) => field.matches(':invalid'))).toBe(true);
    await dialog.getByLabel('Reason').fill('New accounts come from the directory');
    await dialog.getByLabel('Your name').fill('erin');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('switch', { name: 'IAM user created enabled', checked: false }).waitFor();
    await page.getByLabel('State').selectOption('disabled');
    await counted('1–1 of 1 rule');
    await page.getByRole('link', { name: 'IAM user created' }).click();
    const changes = page.getByRole('list', { name: 'Changes of the rule' });
    await changes.getByText('Disabled').waitFor();
    expect(await changes.innerText()).toMatch(
      /New accounts come from the directory[^]*Entered as erin \(not verified\), /,
    );
  });

  it('follows what others change', async () => {
    await open('/rules');
    await live();
    const toggle = (checked: boolean) =>
      page.getByRole('switch', { name: 'IAM user created enabled', checked });
    await toggle(true).waitFor();
    const [row] = (await page.getByRole('link', { name: 'IAM user created' }).getAttribute('href'))!.split(
      '?',
    );
    const changed = await fetch(`${site.url}/api${row}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ enabled: false, by: 'erin', reason: 'For a test' }),
    });
    expect(changed.status).toBe(200);
    await toggle(false).waitFor();
  });

  it('does not offer to switch what raises nothing of its own', async () => {
    await open('/rules/base_login_failed');
    await page.getByText('other rules are made of it').waitFor();
    expect(await page.getByRole('switch').isDisabled()).toBe(true);
    expect(await page.getByLabel('Level of findings').isDisabled()).toBe(true);
  });

  it('overrides a level, and takes that back; a change is refused after one by another person', async () => {
    await open('/rules/small_pr_merged');
    const answer = async (reason: string) => {
      await page.getByRole('alertdialog').getByLabel('Reason').fill(reason);
      await page.getByRole('button', { name: 'Set level' }).click();
    };
    await page.getByLabel('Level of findings').selectOption('high');
    await answer('Freeze');
    await page.getByText('Level set to high').waitFor();
    await page.getByText('set, was low').waitFor();
    site.api.rules.changeBehindTheBack('small_pr_merged');
    await page.getByLabel('Level of findings').selectOption('file');
    await answer('Freeze is over');
    await page.getByText(/was changed meanwhile/).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Level set to low').waitFor();
  });

  it('tells what a reload is refused for, file by line, and takes the rest when asked', async () => {
    await open('/rules');
    await counted('1–10 of 10 rules');
    await page.getByRole('button', { name: 'Reload from disk' }).click();
    await page.getByText('The files are those in force: 10 rules.').waitFor();
    site.api.rules.breakFiles();
    await page.getByRole('button', { name: 'Reload from disk' }).click();
    await page.getByText('rules/core/mine.yml:12:3').waitFor();
    // A later visitor sees the same.
    await page.reload();
    await page.getByRole('region', { name: 'Refused reload' }).getByText('rules/core/mine.yml:7:3').waitFor();
    await page.getByRole('button', { name: 'Reload from disk' }).click();
    await page.getByRole('button', { name: 'Take all others into force' }).click();
    await page.getByText('10 rules in force: 0 added, 1 changed, 0 removed.').waitFor();
  });

  it('tries a text: leads to a fault in it, waits for a slow answer, compares with the rule in force', async () => {
    await open('/rules/public_bucket_detected');
    const source = await editor().inputValue();
    await editor().fill(source.replace('condition: selection', 'condition: selectoin'));
    await page.getByRole('button', { name: 'Try it' }).click();
    const faultsShown = page.getByRole('list', { name: 'Faults in the text' });
    await faultsShown.getByRole('button', { name: 'line 11, column 14' }).click();
    expect(
      await editor().evaluate((field: HTMLTextAreaElement) =>
        field.value.slice(field.selectionStart, field.selectionEnd),
      ),
    ).toBe('selectoin');
    await page.getByRole('button', { name: 'As in the file' }).click();
    expect(await editor().inputValue()).toBe(source);
    await faultsShown.waitFor({ state: 'detached' });
    await editor().fill(`${source}# slow\n`);
    await page.getByRole('radio', { name: '30 days' }).click();
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByText('Looking through the events').waitFor();
    const result = page.getByRole('region', { name: 'Result of the preview' });
    await result.getByText(/in 4,210 events; the rule in force: \d+/).waitFor();
    expect(await result.getByRole('rowheader').count()).toBe(31);
  });

  it('leads to the findings of a rule, and from a finding to its rule', async () => {
    await open('/rules/public_bucket_detected');
    await page.getByRole('link', { name: 'Show findings' }).click();
    await page.waitForURL(/\?rule=public_bucket_detected/);
    await rows().filter({ hasText: 'Low' }).first().waitFor({ state: 'detached' });
    await rows().first().getByRole('link').click();
    await page.getByRole('dialog').getByRole('link', { name: 'public_bucket_detected' }).click();
    await page.waitForURL(/\/rules\/public_bucket_detected$/);
  });

  it('counts hits as they happen', async () => {
    await open('/rules?q=public_bucket');
    const row = page.getByRole('row').filter({ hasText: 'public_bucket_detected' });
    await row.getByRole('cell', { name: '31', exact: true }).waitFor();
    await live();
    site.api.raise(0, 'erin');
    await row.getByRole('cell', { name: '32', exact: true }).waitFor();
  });
});
