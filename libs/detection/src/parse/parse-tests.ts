import type { RuleTest, TestEvent } from '../document/rule-document.js';
import type { ProblemList } from '../problems/problem.js';
import { parseDuration } from './duration.js';
import { FieldReader } from './field-reader.js';
import { parseLevel, warnUnknownKeys } from './parse-header.js';
import { plain, type Tree } from './tree.js';

const TEST_KEYS: ReadonlySet<string> = new Set(['name', 'events', 'expect']);
const EXPECT_KEYS: ReadonlySet<string> = new Set([
  'match',
  'count',
  'findings',
  'severity',
  'level',
  'group',
  'summary',
]);
/** Maximum number of events of one `repeat`. */
const MAX_REPEAT = 100_000;

/** Reads our `tests` key. */
export function parseTests(reader: FieldReader): RuleTest[] {
  const { problems } = reader;
  const list = reader.listOf('tests');
  if (list === undefined) return [];
  const tests: RuleTest[] = [];
  for (const [index, item] of list.items.entries()) {
    if (item.kind !== 'map') {
      problems.error(item.place, 'TEST.SYNTAX', 'A test is a map with name, events and expect');
      continue;
    }
    warnUnknownKeys(item.entries, TEST_KEYS, 'a test', problems);
    const test = new FieldReader(item, problems, 'tests.');
    const name = test.text('name') ?? `test ${index + 1}`;
    const events = test.listOf('events');
    const expect = test.mapOf('expect');
    if (events === undefined || expect === undefined) {
      problems.error(
        item.place,
        'TEST.SYNTAX',
        `The test "${name}" needs "events" (a list) and "expect" (a map)`,
      );
      continue;
    }
    warnUnknownKeys(expect.entries, EXPECT_KEYS, '"expect"', problems);
    const records = events.items.flatMap((event) => testEvents(event, problems));
    const expected = new FieldReader(expect, problems, 'expect.');
    const match = expected.boolean('match');
    if (match === undefined) {
      problems.error(
        expect.place,
        'TEST.SYNTAX',
        `The test "${name}" must say "match: true" or "match: false"`,
      );
      continue;
    }
    const count = wholeNumber(expected, 'count');
    const findings = wholeNumber(expected, 'findings');
    const severity = parseLevel(expected, expected.get('severity') === undefined ? 'level' : 'severity');
    const group = expected.mapOf('group');
    const summary = expected.text('summary');
    tests.push({
      name,
      place: item.place,
      events: records,
      expect: {
        match,
        ...(count !== undefined && { count }),
        ...(findings !== undefined && { findings }),
        ...(severity !== undefined && { severity }),
        ...(group !== undefined && { group: plain(group) as Record<string, unknown> }),
        ...(summary !== undefined && { summary }),
      },
    });
  }
  return tests;
}

function wholeNumber(reader: FieldReader, key: string): number | undefined {
  const value = reader.get(key);
  if (value === undefined) return undefined;
  if (value.kind === 'number' && Number.isInteger(value.value) && value.value >= 0) return value.value;
  reader.problems.error(value.place, 'TEST.SYNTAX', `"expect.${key}" must be a whole number`);
  return undefined;
}

/** One event, or `{repeat: 9, every: 1m, event: {…}}`: the same record again and again, each a step later. */
function testEvents(tree: Tree, problems: ProblemList): TestEvent[] {
  if (tree.kind !== 'map') {
    problems.error(tree.place, 'TEST.SYNTAX', 'An event of a test must be a map');
    return [];
  }
  const reader = new FieldReader(tree, problems, 'event.');
  const event = reader.get('event');
  const times = reader.get('repeat');
  if (times === undefined || event?.kind !== 'map')
    return [{ data: plain(tree) as Record<string, unknown>, later: 0 }];
  const count = wholeNumber(reader, 'repeat') ?? 0;
  const every = parseDuration(reader.text('every') ?? '1s');
  if (every === undefined || count < 1 || count > MAX_REPEAT) {
    problems.error(
      tree.place,
      'TEST.SYNTAX',
      `"repeat" is 1 to ${MAX_REPEAT} and "every" a timespan such as 1m`,
    );
    return [];
  }
  const data = plain(event) as Record<string, unknown>;
  return Array.from({ length: count }, (_, i) => ({ data, later: i * every }));
}
