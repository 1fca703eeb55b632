import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRules, type RuleSource } from '@mcm/detection';
import { withPackDemands } from './pack-demands.js';
import { readPacks, type RulePacks } from './read-packs.js';

const PACKS: RulePacks = { 'rules/okta': { source: 'okta', prefix: 'okta_' } };

const RULE = `title: Network zone deleted
name: okta_zone_deleted
description: A network zone is gone.
logsource: { product: okta, service: okta }
detection:
  selection:
    eventType: zone.delete
  condition: selection
level: medium
tags: [attack.defense-evasion, attack.t1562.007]
falsepositives: [A planned change]
summary: '{user} deleted a network zone'
compliance: { iso_27001: [A.8.20], nist_800_53: [SC-7], pci_dss: ['1.2.1'], tsc: [CC6.6] }
runbook: |
  1. Ask who decided it.
  2. Set the zone up again.
tests:
  - name: a zone deleted
    events: [{ eventType: zone.delete }]
    expect: { match: true }
  - name: a zone created
    events: [{ eventType: zone.create }]
    expect: { match: false }
`;

function codes(file: Partial<RuleSource>): string[] {
  const files = [{ path: 'rules/okta/okta_zone_deleted.yml', text: RULE, ...file }];
  const { problems, errors, warnings } = withPackDemands(loadRules(files), PACKS);
  expect(errors + warnings).toBe(problems.length);
  return problems.map(({ severity, code }) => `${severity} ${code}`);
}
const changed = (from: string | RegExp, to: string) => codes({ text: RULE.replace(from, to) });

it('has nothing to say of a rule that has everything', () => {
  expect(codes({})).toEqual([]);
});

it.each([
  ['another file name', () => codes({ path: 'rules/okta/other.yml' }), 'PACK.FILE'],
  ['a test missing', () => changed(/ {2}- name: a zone created[^]*$/, ''), 'TEST.NO_NEGATIVE'],
  ['no description', () => changed(/description.*\n/, ''), 'RULE.NO_DESCRIPTION'],
  ['a framework missing', () => changed(', tsc: [CC6.6]', ''), 'PACK.CONTROLS'],
  ['one step', () => changed('  2. Set the zone up again.\n', ''), 'PACK.RUNBOOK'],
  ['a summary without fields', () => changed('{user}', 'Somebody'), 'PACK.SUMMARY'],
  ['a tag of its own', () => changed('attack.t1562.007', 'zones'), 'PACK.TAGS'],
  ['no false positives', () => changed(/falsepositives.*\n/, ''), 'PACK.FALSE_POSITIVES'],
  ['the log source of another vendor', () => changed('service: okta', 'service: oktta'), 'PACK.LOGSOURCE'],
])('refuses %s', (_what, check, code) => {
  expect(check()).toEqual([`error ${code}`]);
});

it('refuses a name that does not begin as the names of the pack do', () => {
  const path = 'rules/okta/zone_deleted.yml';
  expect(codes({ path, text: RULE.replace('okta_zone', 'zone') })).toEqual(['error PACK.NAME']);
});

it('leaves rules of folders that are no packs alone', () => {
  expect(codes({ path: 'rules/mine/zone.yml', text: RULE.replace(/runbook[^]*(?=tests)/, '') })).toEqual([]);
});

describe('pack.json', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcm-packs-'));
    await mkdir(join(folder, 'none'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const read = async (text: string) => {
    await writeFile(join(folder, 'pack.json'), text);
    return readPacks(
      ['a.yml', 'b.yml', 'none/c.yml'].map((name) => ({ path: join(folder, name), text: '' })),
    );
  };

  it('is read once for the rules of its folder', async () => {
    const pack = { source: 'okta', prefix: '' };
    expect(await read(JSON.stringify(pack))).toEqual({ [folder]: pack });
  });

  it.each([
    'no json',
    '{}',
    '{"source":"okta"}',
    '{"source":"","prefix":""}',
    '{"source":"okta","prefix":"","x":1}',
  ])('is refused by name when it says something else: %s', async (text) => {
    await expect(read(text)).rejects.toMatchObject({
      code: 'RULES.PACK',
      message: expect.stringContaining(join(folder, 'pack.json')) as unknown,
    });
  });
});
