import { messageOf } from '@mcm/kernel';
import { createDetector } from '../detector.js';
import type { Detection } from '../detection.js';
import type { CorrelationRule, EventRule, RuleDocument, RuleTest } from '../document/rule-document.js';
import { RuleSet } from '../rule-set.js';

/** What came of one test of one rule. */
export interface TestResult {
  ruleId: string;
  ruleName: string;
  ruleTitle: string;
  path: string;
  line: number;
  /** The test's name. */
  name: string;
  passed: boolean;
  /** What was expected and what came instead; empty when it passed. */
  messages: string[];
}

export interface TestReport {
  passed: number;
  failed: number;
  results: TestResult[];
  /** Rules that can have tests and have none. */
  untested: { ruleId: string; ruleName: string; path: string; line: number }[];
}

/** When the first event of a test happens, unless it says so itself; each further one is a second later. */
const FIRST_TIME = Date.UTC(2026, 0, 1);

/**
 * Runs the tests in the rules' documents. Each test has a detector of its own with the rule and the rules it refers
 * to; log sources are not looked at.
 */
export function testRules(rules: RuleSet): TestReport {
  const results: TestResult[] = [];
  const untested: TestReport['untested'] = [];
  const byId = new Map(rules.documents.map((document) => [document.id, document]));
  for (const rule of rules.documents) {
    if (rule.kind === 'filter') continue;
    const ruleName = rule.name ?? rule.title;
    if (rule.tests.length === 0) {
      untested.push({ ruleId: rule.id, ruleName, path: rule.path, line: rule.place.line });
      continue;
    }
    const subject = new RuleSet(withReferences(rule, byId));
    for (const test of rule.tests) {
      const messages = runTest(subject, rule, test);
      results.push({
        ruleId: rule.id,
        ruleName,
        ruleTitle: rule.title,
        path: rule.path,
        line: test.place.line,
        name: test.name,
        passed: messages.length === 0,
        messages,
      });
    }
  }
  const passed = results.filter((result) => result.passed).length;
  return { passed, failed: results.length - passed, results, untested };
}

/** The rule as it speaks for itself, and all it refers to, directly or not. */
function withReferences(
  rule: EventRule | CorrelationRule,
  byId: ReadonlyMap<string, RuleDocument>,
): RuleDocument[] {
  const documents = new Map<string, RuleDocument>([[rule.id, rule]]);
  for (const document of documents.values()) {
    if (document.kind !== 'correlation') continue;
    for (const { id } of document.references) {
      const target = byId.get(id);
      if (target !== undefined) documents.set(id, target);
    }
  }
  return [...documents.values()];
}

function runTest(rules: RuleSet, rule: EventRule | CorrelationRule, test: RuleTest): string[] {
  const found: Detection[] = [];
  try {
    const detector = createDetector(rules, { route: false });
    let time = FIRST_TIME - 1000;
    let base = time;
    for (const [index, { data, later }] of test.events.entries()) {
      const own = timeIn(data);
      if (later === 0) base = own ?? time + 1000;
      time = base + later;
      const id = typeof data['id'] === 'string' && later === 0 ? data['id'] : `event-${index + 1}`;
      for (const detection of detector.process({ id, time, data })) keep(found, detection, rule.id);
    }
    for (const detection of detector.advance(Number.MAX_SAFE_INTEGER)) keep(found, detection, rule.id);
  } catch (error) {
    return [`the test could not be run: ${messageOf(error)}`];
  }
  return compare(found, test);
}

/** An episode that is named again takes the place of what was known of it. */
function keep(found: Detection[], detection: Detection, ruleId: string): void {
  if (detection.ruleId !== ruleId) return;
  if (detection.kind === 'correlation') {
    for (let i = found.length - 1; i >= 0; i -= 1) {
      const known = found[i]!;
      const overlaps = known.firstSeen <= detection.lastSeen && known.lastSeen >= detection.firstSeen;
      if (overlaps && known.groupKey === detection.groupKey) found.splice(i, 1);
    }
  }
  found.push(detection);
}

function timeIn(data: Readonly<Record<string, unknown>>): number | undefined {
  for (const key of ['timestamp', '@timestamp', 'time', 'at']) {
    const value = data[key];
    if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) continue;
    const time = Date.parse(value);
    if (!Number.isNaN(time)) return time;
  }
  return undefined;
}

function compare(found: readonly Detection[], { expect }: RuleTest): string[] {
  const messages: string[] = [];
  if (expect.match !== found.length > 0) {
    messages.push(
      expect.match ? 'expected a match, there is none' : `expected no match, there is "${found[0]!.summary}"`,
    );
    return messages;
  }
  const last = found.at(-1);
  if (last === undefined) return messages;
  if (expect.count !== undefined) {
    const count = last.kind === 'event' ? found.length : last.count;
    if (count !== expect.count) messages.push(`expected count ${expect.count}, got ${count}`);
  }
  if (expect.findings !== undefined && found.length !== expect.findings) {
    messages.push(`expected ${expect.findings} findings, got ${found.length}`);
  }
  if (expect.severity !== undefined && last.level !== expect.severity) {
    messages.push(`expected severity ${expect.severity}, got ${last.level}`);
  }
  for (const [field, value] of Object.entries(expect.group ?? {})) {
    if (last.group[field] !== String(value)) {
      messages.push(`expected group ${field} "${String(value)}", got "${last.group[field] ?? ''}"`);
    }
  }
  if (expect.summary !== undefined && !found.some(({ summary }) => summary === expect.summary)) {
    messages.push(`expected summary "${expect.summary}", got "${last.summary}"`);
  }
  return messages;
}
