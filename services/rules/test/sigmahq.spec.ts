import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { trySigmaHq } from '../src/cli/sigmahq/sigmahq.js';

/** A checkout of https://github.com/SigmaHQ/sigma to try the engine against. */
const CHECKOUT = process.env['SIGMAHQ_PATH'];
if (CHECKOUT === undefined) {
  process.stderr.write(
    'The public SigmaHQ rules were not tried: they are not part of this repository. ' +
      'Set SIGMAHQ_PATH to a checkout of https://github.com/SigmaHQ/sigma to try them.\n',
  );
}

const rule = (id: string, title: string, selection: string): string => `title: ${title}
id: ${id}
description: d
level: low
logsource: {product: windows, category: process_creation}
detection:
  selection: ${selection}
  condition: selection
regression_tests_path: regression_data/${title}/info.yml
`;
const sysmon = (image: string) =>
  JSON.stringify(
    {
      Event: {
        System: { EventID: 1, Channel: 'Microsoft-Windows-Sysmon/Operational' },
        EventData: { Image: image },
      },
    },
    null,
    2,
  );
const info = (title: string, more = '') =>
  `regression_tests_info:\n  - {type: evtx, path: 'regression_data/${title}/events.evtx'${more}}\n`;
const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';

describe('rules sigmahq', () => {
  let checkout: string;
  const write = async (files: Record<string, string>): Promise<void> => {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(checkout, path)), { recursive: true });
      await writeFile(join(checkout, path), text);
    }
  };
  const run = async (placeholders?: Record<string, string[]>, folder = checkout) => {
    const lines: string[] = [];
    const code = await trySigmaHq(folder, placeholders, (line) => lines.push(line));
    return { code, text: lines.join('\n') };
  };

  beforeEach(async () => {
    checkout = await mkdtemp(join(tmpdir(), 'mcm-sigmahq-'));
    await write({
      'rules/windows/a.yml': rule(A, 'a', "{Image|endswith: '\\a.exe'}"),
      'regression_data/a/info.yml': info('a', ', match_count: 2'),
      'regression_data/a/events.json': `${sysmon('C:\\a.exe')}\n${sysmon('D:\\A.EXE')}\n`,
    });
  });

  afterEach(async () => {
    await rm(checkout, { recursive: true });
  });

  it('loads the active rules and finds the recorded attacks', async () => {
    await write({ 'unsupported/b.yml': 'title: not read' });
    expect(await run()).toEqual({
      code: 0,
      text: '1 rules of 1 files loaded (rules)\n1 of 1 regression cases hit (2 events)',
    });
  });

  it('gives placeholders an example value, or only the values of their file', async () => {
    await write({
      'rules-placeholder/b.yml': rule(B, 'a', "{Image|expand: '*%name%'}").replace(/regr.*/, ''),
    });
    const withExamples = await run();
    expect(withExamples.code).toBe(0);
    expect(withExamples.text).toContain('1 placeholders have the value "example"');
    expect((await run({ name: ['x'] })).text).toMatch(/^2 rules of 2 files loaded/);
    const refused = await run({ other: ['x'] });
    expect(refused.code).toBe(1);
    expect(refused.text).toContain('rules-placeholder/b.yml:7:15: error MODIFIER.PLACEHOLDER');
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'too few hits',
      { 'regression_data/a/events.json': sysmon('C:\\a.exe') },
      'matches 1 of 1 events, not 2',
    ],
    ['no events', { 'regression_data/a/info.yml': 'x: 1' }, 'it lists no tests'],
    ['a missing file', { 'regression_data/a/info.yml': info('a').replace('events', 'none') }, 'none.json'],
    ['broken events', { 'regression_data/a/events.json': '{' }, 'JSON'],
    ['a refused rule', { 'rules/b.yml': 'title: b' }, 'rules/b.yml:1:1: error RULE.KIND'],
    ['no case at all', { 'rules/windows/a.yml': rule(A, 'a', '{f: x}').replace(/regr.*/, '') }, '0 of 0'],
  ])('fails and says where: %s', async (_name, files, expected) => {
    await write(files);
    const { code, text } = await run();
    expect(code).toBe(1);
    expect(text).toContain(expected);
  });

  it('refuses a folder that is no checkout', async () => {
    const refusal = { code: 'RULES.SIGMAHQ' };
    await expect(run(undefined, join(checkout, 'nowhere'))).rejects.toMatchObject(refusal);
    await expect(run(undefined, join(checkout, 'regression_data'))).rejects.toMatchObject(refusal);
  });

  if (CHECKOUT !== undefined) {
    it('loads every active rule of the public repository and finds every recorded attack', async () => {
      const { code, text } = await run(undefined, CHECKOUT);
      expect(text).not.toMatch(/ error |MISSED/);
      expect(code).toBe(0);
    });
  }
});
