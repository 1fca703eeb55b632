// Looks at the dashboard of a running stack in a real Chromium (CHROMIUM_PATH): a finding that is there with its score and
// explanation, and one that appears by itself. Anything that the browser complains about, such as the policy on what a page
// may load, is a failure.
//   SETUP_LINK=... API_KEY=... node deploy/look-at-dashboard.mjs http://localhost:8080 USER [SCREENSHOT]
// With SETUP_LINK (AUTH_MODE=local) it makes the first admin, who then looks; API_KEY pushes the event that appears by itself.
import { chromium } from 'playwright-core';

const [web, user, screenshot] = process.argv.slice(2);
const faults = [];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH,
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
});
try {
  const context = await browser.newContext({ viewport: { width: 1440, height: 1000 } });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  if (process.env.SETUP_LINK) {
    await page.goto(process.env.SETUP_LINK);
    await page.getByLabel('Your name').fill('Ada Admin');
    await page.getByLabel('E-mail address').fill('ada@example.org');
    await page.getByRole('textbox', { name: 'New password' }).fill('seven green bicycles in the rain');
    await page.getByRole('button', { name: 'Create the account' }).click();
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  }
  page.on('pageerror', (fault) => faults.push(fault.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));

  await page.goto(`${web}/?user=${encodeURIComponent(user)}`);
  const row = page.getByRole('row').filter({ hasText: 'Storage bucket is public' });
  await row.getByRole('cell', { name: '95', exact: true }).waitFor();
  await row.getByRole('link').click();
  const sheet = page.getByRole('dialog');
  await sheet.getByText('Evidence (1)').waitFor();
  await sheet.getByText('Heuristic says').waitFor();
  if (screenshot) await page.screenshot({ path: screenshot });

  const late = `late-${user}`;
  await page.goto(`${web}/?user=${encodeURIComponent(late)}`);
  await page.getByRole('button', { name: /^Live\./ }).waitFor();
  const raw_data = { bucket_name: 'invoices', public: true, changed_by: late };
  const answer = await fetch(`${web}/api/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(process.env.API_KEY && { authorization: `Bearer ${process.env.API_KEY}` }),
    },
    body: JSON.stringify({ event_type: 'storage_bucket_permission_changed', user: late, raw_data }),
  });
  if (answer.status !== 202) throw new Error(`POST /api/events: ${answer.status} ${await answer.text()}`);
  await page.getByRole('row').filter({ hasText: 'Storage bucket is public' }).waitFor();
  if (faults.length > 0) throw new Error(`The browser complains: ${faults.join('; ')}`);
} finally {
  await browser.close();
}
