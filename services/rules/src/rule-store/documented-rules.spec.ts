import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { loadRules, testRules } from '@mcm/detection';
import { readRuleFiles } from './rule-files.js';

const ROOT = new URL('../../../../', import.meta.url);

/** The blocks of YAML of a Markdown text that are whole rules. */
function rulesIn(markdown: string): { path: string; text: string }[] {
  return [...markdown.matchAll(/```yaml\n(title: [\s\S]*?)```/g)].map(([, text], number) => ({
    path: `docs/rules.md (rule ${number + 1})`,
    text: text!,
  }));
}

it('the rules that the documentation shows load beside the core pack, and pass their tests', async () => {
  const core = await readRuleFiles([fileURLToPath(new URL('rules/core', ROOT))]);
  const documented = rulesIn(await readFile(new URL('docs/rules.md', ROOT), 'utf8'));
  expect(documented).toHaveLength(3);
  const { rules, problems } = loadRules([...core, ...documented]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const report = testRules(rules);
  expect(report.results.filter(({ passed }) => !passed)).toEqual([]);
  expect(report.results.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['an admin without approver', 'a record, and nothing for six hours']),
  );
});
