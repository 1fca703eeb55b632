import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadRules, testRules } from '@mcm/detection';

const README = join(import.meta.dirname, '../../../README.md');

describe('The rule in the README', () => {
  it('loads without a remark and passes its own tests', async () => {
    const text = /```yaml\n([\s\S]*?)```/.exec(await readFile(README, 'utf8'))?.[1];
    const { rules, problems } = loadRules([{ path: 'README.md', text: text ?? '' }]);
    expect(problems).toEqual([]);
    expect(rules.size).toBe(1);
    expect(testRules(rules)).toMatchObject({ passed: 2, failed: 0 });
  });
});
