import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const PACKAGE = join(import.meta.dirname, '..');

/** What a program does that uses the library and nothing else of this repository. */
const PROGRAM = `
const { loadRules, createDetector, testRules } = await import(process.argv[2]);
const text = \`
title: Sign-in failed
name: failed
description: d
level: low
logsource: { product: app, service: auth }
detection: { selection: { type: failed, user|expand: '%people%' }, condition: selection }
generate: true
---
title: Many failures
name: many
description: d
level: high
correlation: { type: event_count, rules: [failed], group-by: [user], timespan: 10m, condition: { gte: 3 } }
tests: [{ name: t, events: [{ type: failed, user: ann }, { type: failed, user: ann }, { type: failed, user: ann }], expect: { match: true, count: 3 } }]
---
title: Broken
detection: { selection: { a|nothing: b }, condition: selection }
logsource: { product: app }
\`;
const { rules, problems } = loadRules([{ path: 'a.yml', text }], { placeholders: { people: ['ann'] } });
const detector = createDetector(rules, { route: true, lateness: '5m' });
const found = [];
for (let i = 0; i < 3; i += 1) {
  const event = { id: 'e' + i, data: { type: 'failed', user: 'ann' }, logsource: { product: 'app', service: 'auth' } };
  found.push(...detector.process({ ...event, time: new Date(Date.UTC(2026, 0, 1, 9, i)) }));
}
const elsewhere = { id: 'x', data: { type: 'failed', user: 'ann' }, logsource: [{ product: 'other' }] };
process.stdout.write(
  JSON.stringify({
    rules: rules.size,
    problems: problems.filter(({ severity }) => severity === 'error'),
    kinds: found.map(({ kind }) => kind),
    dates: found.every(({ firstSeen, lastSeen }) => firstSeen instanceof Date && lastSeen instanceof Date),
    last: found.at(-1),
    routed: detector.process(elsewhere).length,
    unrouted: createDetector(rules, { route: false }).process(elsewhere).length,
    tests: testRules(rules).passed,
  }),
);
`;

describe('the library after the build', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mcm-detection-'));
    for (const path of [join(PACKAGE, '../kernel'), PACKAGE]) {
      execFileSync(process.execPath, [join(PACKAGE, '../../scripts/build-package.mjs')], { cwd: path });
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is used from plain Node, with the promised surface', () => {
    const program = join(folder, 'program.mjs');
    writeFileSync(program, PROGRAM);
    const library = pathToFileURL(join(PACKAGE, 'dist/index.js')).href;
    const output = execFileSync(process.execPath, [program, library], { cwd: folder, encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({
      rules: 2,
      problems: [
        {
          path: 'a.yml',
          line: 18,
          column: 27,
          severity: 'error',
          code: 'MODIFIER.UNKNOWN',
          message: expect.stringContaining('nothing') as string,
        },
      ],
      kinds: ['event', 'event', 'event', 'correlation'],
      dates: true,
      last: expect.objectContaining({
        ruleId: 'many',
        ruleName: 'many',
        ruleTitle: 'Many failures',
        level: 'high',
        kind: 'correlation',
        eventIds: ['e0', 'e1', 'e2'],
        group: { user: 'ann' },
        firstSeen: '2026-01-01T09:00:00.000Z',
        lastSeen: '2026-01-01T09:02:00.000Z',
        count: 3,
        reasons: expect.objectContaining({ kind: 'correlation', value: 3, threshold: { gte: 3 } }) as object,
      }) as object,
      routed: 0,
      unrouted: 1,
      tests: 1,
    });
  });
});
