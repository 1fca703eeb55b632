import type { Page } from 'playwright-core';
import { useDashboard } from './dashboard.ts';
import type { Site } from './site.ts';

describe('scoring', () => {
  const dashboard = useDashboard();
  const { open, search, counted } = dashboard;
  let page: Page;
  let site: Site;
  beforeAll(() => {
    ({ page, site } = dashboard);
  });

  describe('of one finding', () => {
    it('shows the result in the list, too', async () => {
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

    it('shows what a model says beside what the rule demands, with the evidence for it', async () => {
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

    it('warns of text that tries to instruct the model', async () => {
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

    it('takes a rating with comment and score, and shows it', async () => {
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

  describe('in bulk', () => {
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
      site.api.finishRun('bulk-1');
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
});
