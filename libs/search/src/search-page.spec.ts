import { readFileSync } from 'node:fs';
import { EVENTS } from './event-target.js';
import { matches } from './matches.js';
import { parseQuery } from './parse-query.js';

const PAGE = readFileSync(new URL('../../../docs/search.md', import.meta.url), 'utf8');
/** The queries in the first column of the table of the language. */
const EXAMPLES = [...PAGE.split('\n## ')[1]!.matchAll(/^\| `(.+?)` \|/gm)].map(([, query]) => query!);

const event = (fields: Record<string, unknown>) => ({
  source: 'cloudtrail',
  event_type: 'GetObject',
  user: 'bob',
  event_id: '1',
  timestamp: '2026-11-23T11:00:00.000Z',
  raw_data: {},
  ...fields,
});

/** An event that each example finds, and one that it does not find. */
const CASES: Record<string, [found: object, other: object]> = {
  'ip:203.0.113.11': [
    event({ raw_data: { ip: '203.0.113.11' } }),
    event({ raw_data: { ip: '203.0.113.110' } }),
  ],
  'user:alice -event_type:login_success': [
    event({ user: 'Alice' }),
    event({ user: 'alice', event_type: 'login_success' }),
  ],
  'raw_data.requestParameters.bucketName:pay*': [
    event({ raw_data: { requestParameters: { bucketName: 'Payroll' } } }),
    event({ raw_data: { requestParameters: { bucketName: 'old-payroll' } } }),
  ],
  'sourceIPAddress:(203.0.113.11 or 198.51.100.*)': [
    event({ raw_data: { sourceIPAddress: '198.51.100.7' } }),
    event({ raw_data: { sourceIPAddress: '192.0.2.1' } }),
  ],
  '"exact words"': [
    event({ raw_data: { text: 'The EXACT words.' } }),
    event({ raw_data: { text: 'words exact' } }),
  ],
  payroll: [event({ raw_data: { a: ['s3:payroll-2026'] } }), event({ raw_data: { a: 'payrolls' } })],
  'errorCode:*': [
    event({ raw_data: { errorCode: 'AccessDenied' } }),
    event({ raw_data: { errorCode: null } }),
  ],
  'responseElements.code:>400': [
    event({ raw_data: { responseElements: { code: '401' } } }),
    event({ raw_data: { responseElements: { code: 400 } } }),
  ],
  'timestamp:2026-11-23': [event({}), event({ timestamp: '2026-11-24T00:00:00.000Z' })],
  'timestamp:>="2026-11-23T10:00:00Z"': [event({}), event({ timestamp: '2026-11-23T09:59:59.999Z' })],
  'not user:alice and (source:github or source:okta)': [
    event({ source: 'okta' }),
    event({ source: 'okta', user: 'ALICE' }),
  ],
};

it('has a case for each example of the page', () => {
  expect(EXAMPLES).toEqual(Object.keys(CASES));
});

it.each(EXAMPLES)('%s finds what the page says', (example) => {
  const query = parseQuery(example, EVENTS);
  const [found, other] = CASES[example]!.map((each) =>
    matches(query, EVENTS, each as Record<string, unknown>),
  );
  expect([found, other]).toEqual([true, false]);
});

it('refuses as the page says', () => {
  const [, detail] = /"detail": (".*") }/.exec(PAGE)!;
  expect(() => parseQuery('ip:', EVENTS)).toThrow(JSON.parse(detail!) as string);
});
