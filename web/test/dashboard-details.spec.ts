import { HOSTILE_USER } from '../dev/fixture-data.ts';
import type { Page } from 'playwright-core';
import { useDashboard } from './dashboard.ts';

describe('the details of a finding', () => {
  const dashboard = useDashboard();
  const { open, search, rows, counted } = dashboard;
  let page: Page;
  beforeAll(() => {
    ({ page } = dashboard);
  });

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
});
