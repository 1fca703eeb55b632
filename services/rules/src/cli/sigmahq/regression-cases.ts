import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { readYaml, type RuleSet, windowsRecords, type WindowsRecord } from '@mcm/detection';
import { messageOf } from '@mcm/kernel';

/** A recorded attack that one rule must find. */
export interface RegressionCase {
  ruleId: string;
  ruleTitle: string;
  /** The file of events. */
  path: string;
  events: WindowsRecord[];
  /** How many of the events the rule matches at least. */
  least: number;
}

/** The key by which rules of the SigmaHQ repository point to their recorded events. */
const KEY = 'regression_tests_path';

/** Reads the recorded events that rules point to; what cannot be read is named in `faults`. */
export async function readRegressionCases(
  checkout: string,
  rules: RuleSet,
): Promise<{ cases: RegressionCase[]; faults: string[] }> {
  const cases: RegressionCase[] = [];
  const faults: string[] = [];
  for (const rule of rules.rules) {
    const path = rule.custom[KEY];
    if (typeof path !== 'string') continue;
    const info = join(checkout, path);
    try {
      for (const { file, least } of testsOf(info, await readFile(info, 'utf8'))) {
        // Beside each recording lies what a converter made of it; the listed path is that of the recording.
        const events = join(dirname(info), basename(file).replace(/\.evtx$/i, '.json'));
        cases.push({
          ruleId: rule.id,
          ruleTitle: rule.title,
          path: events,
          events: windowsRecords(await readFile(events, 'utf8')),
          least,
        });
      }
    } catch (error) {
      faults.push(
        `${rule.path}:${rule.line}: the recorded events of ${path} cannot be read: ${messageOf(error)}`,
      );
    }
  }
  return { cases, faults };
}

function testsOf(path: string, text: string): { file: string; least: number }[] {
  const { values, problems } = readYaml({ path, text });
  if (problems[0] !== undefined) throw new Error(problems[0].message);
  const tests = fieldOf(values[0], 'regression_tests_info');
  if (!Array.isArray(tests) || tests.length === 0) throw new Error('it lists no tests');
  return tests.map((test: unknown) => {
    const file = fieldOf(test, 'path');
    if (typeof file !== 'string') throw new Error('a test has no path');
    const least = fieldOf(test, 'match_count');
    return { file, least: typeof least === 'number' ? least : 1 };
  });
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}
