import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const OPTIONS: RunOptions = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  // What is in order need not be listed, and no rule here reads style sheets of its own.
  resultTypes: ['violations'],
  preload: false,
};

/**
 * What axe objects to on a page, seriously or worse, as one readable line per kind. With a selector it looks only there,
 * where there must be something.
 */
export async function seriousViolations(page: Page, within = 'html'): Promise<string[]> {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const results = (await page.evaluate(
    `axe.run(${JSON.stringify(within)}, ${JSON.stringify(OPTIONS)})`,
  )) as AxeResults;
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join('; ')})`,
    );
}
