import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createDetector, loadRules, type Placeholders, type RuleSet } from '@mcm/detection';
import { AppError, messageOf } from '@mcm/kernel';
import { problemText } from '../../rule-store/problem-text.js';
import { readRuleFiles } from '../../rule-store/rule-files.js';
import { readRegressionCases, type RegressionCase } from './regression-cases.js';

/** The value of placeholders that no file defines. */
const EXAMPLE_VALUE = 'example';

/** A checkout of the SigmaHQ repository: its active rules, and the recorded attacks they must find. */
export interface SigmaHqCheckout extends ReturnType<typeof loadRules> {
  files: number;
  folders: readonly string[];
  /** Undefined placeholders, which have {@link EXAMPLE_VALUE}. */
  examples: ReadonlySet<string>;
  cases: RegressionCase[];
  /** Recorded attacks that cannot be read, each as a sentence. */
  faults: string[];
}

/**
 * Loads a checkout.
 *
 * @param placeholders values for `%name%`; undefined gives each an example value, so that the rules that use one load, too
 * @throws AppError `RULES.SIGMAHQ` when the folder is no checkout
 */
export async function loadSigmaHq(
  checkout: string,
  placeholders?: Record<string, string[]>,
): Promise<SigmaHqCheckout> {
  const folders = await activeFolders(checkout);
  const files = await readRuleFiles(folders.map((folder) => join(checkout, folder)));
  const examples = new Set<string>();
  const invent: Placeholders = (name) => {
    examples.add(name);
    return [EXAMPLE_VALUE];
  };
  const loaded = loadRules(files, { placeholders: placeholders ?? invent });
  const recorded = await readRegressionCases(checkout, loaded.rules);
  return { ...loaded, files: files.length, folders, examples, ...recorded };
}

/**
 * `rules sigmahq DIR`: tries the engine against a checkout of the public SigmaHQ rules. Every active rule must load, and
 * every recorded attack must be found by the rule it belongs to. Returns the exit code: 1 when something is not so.
 *
 * @throws AppError as {@link loadSigmaHq} does
 */
export async function trySigmaHq(
  checkout: string,
  placeholders: Record<string, string[]> | undefined,
  print: (line: string) => void,
): Promise<number> {
  const loaded = await loadSigmaHq(checkout, placeholders);
  const { rules, problems, files, folders, examples, cases, faults } = loaded;
  for (const problem of problems) print(problemText(problem));
  const refused = problems.some(({ severity }) => severity === 'error');
  print(`${rules.size} rules of ${files} files loaded (${folders.join(', ')})`);
  if (examples.size > 0) {
    print(
      `${examples.size} placeholders have the value "${EXAMPLE_VALUE}", because --placeholders FILE does not define them`,
    );
  }
  for (const fault of faults) print(fault);
  const misses = missedCases(rules, cases);
  for (const miss of misses) print(miss);
  const events = cases.reduce((sum, each) => sum + each.events.length, 0);
  print(`${cases.length - misses.length} of ${cases.length} regression cases hit (${events} events)`);
  return refused || faults.length > 0 || misses.length > 0 || cases.length === 0 ? 1 : 0;
}

/** The folders of rules that are in use; `deprecated` and `unsupported` are not. */
async function activeFolders(checkout: string): Promise<string[]> {
  let names: string[];
  try {
    const entries = await readdir(checkout, { withFileTypes: true });
    names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    throw new AppError('invalid', 'RULES.SIGMAHQ', `${checkout} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const folders = names.filter((name) => /^rules(-|$)/.test(name)).sort();
  if (folders.length === 0) {
    throw new AppError(
      'invalid',
      'RULES.SIGMAHQ',
      `${checkout} has no folder "rules". Name a checkout of https://github.com/SigmaHQ/sigma.`,
    );
  }
  return folders;
}

function missedCases(rules: RuleSet, cases: readonly RegressionCase[]): string[] {
  const detector = createDetector(rules);
  const misses: string[] = [];
  for (const { ruleId, ruleTitle, path, events, least } of cases) {
    let hits = 0;
    for (const [index, { data, logsource }] of events.entries()) {
      const detections = detector.process({ id: `${path}#${index}`, logsource, data });
      hits += detections.filter((detection) => detection.ruleId === ruleId).length;
    }
    if (hits < least) {
      misses.push(`MISSED ${path}: "${ruleTitle}" matches ${hits} of ${events.length} events, not ${least}`);
    }
  }
  return misses;
}
