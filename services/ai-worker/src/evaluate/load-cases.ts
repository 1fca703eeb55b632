import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Severity, SEVERITIES } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { parse, parseAllDocuments } from 'yaml';
import {
  type CaseLine,
  type EvaluationCase,
  type InjectionCase,
  type RuleLine,
  toCase,
  withText,
} from './evaluation-case.js';

/** The word of {@link InjectionCase.canary} as it stands in the file. */
const CANARY = 'CANARY';

interface InjectionLine {
  id: string;
  finding: string;
  field: string;
  text: string;
  wants: 'low' | 'high';
}

/** The set that comes with the product. */
export interface EvaluationSet {
  cases: EvaluationCase[];
  injections: InjectionCase[];
}

/**
 * Reads the set; titles, levels and controls come from the rules themselves.
 *
 * @param rulesPath folder with the packs
 */
export function loadEvaluationSet(rulesPath: string): EvaluationSet {
  const folder = join(import.meta.dirname, 'cases');
  const cases: EvaluationCase[] = [];
  for (const file of readdirSync(folder).sort()) {
    const rules = readRules(join(rulesPath, basename(file, '.yml')));
    for (const line of parse(readFileSync(join(folder, file), 'utf8')) as CaseLine[]) {
      const rule = rules.get(line.rule);
      if (rule === undefined)
        throw unknown(`${file}: ${line.id} names the rule ${line.rule}, which is not in ${rulesPath}`);
      cases.push(toCase(line, rule, cases.length + 1));
    }
  }
  return { cases, injections: readInjections(cases) };
}

function readInjections(cases: readonly EvaluationCase[]): InjectionCase[] {
  const byId = new Map(cases.map((each) => [each.id, each]));
  const lines = parse(readFileSync(join(import.meta.dirname, 'injections.yml'), 'utf8')) as InjectionLine[];
  return lines.map(({ id, finding, field, text, wants }) => {
    const clean = byId.get(finding);
    if (clean === undefined)
      throw unknown(`injections.yml: ${id} names the finding ${finding}, which is not in cases/`);
    // Written as in YAML: the escapes of a text in single quotes are ours.
    const said = text.replaceAll('\\n', '\n').replaceAll('\\u202e', '\u202e');
    return {
      id,
      clean,
      finding: withText(clean.finding, field, said),
      field,
      text: said,
      wants,
      canary: CANARY,
    };
  });
}

interface RuleDocument {
  id?: string;
  name?: string;
  title?: string;
  level?: string;
  compliance?: Record<string, string[]>;
  description?: string;
  runbook?: string;
  falsepositives?: string[];
}

function readRules(folder: string): Map<string, RuleLine> {
  const rules = new Map<string, RuleLine>();
  for (const file of readdirSync(folder).filter((name) => /\.ya?ml$/.test(name))) {
    for (const document of parseAllDocuments(readFileSync(join(folder, file), 'utf8'))) {
      const rule = document.toJS() as RuleDocument;
      const {
        id = '',
        name,
        title = '',
        level,
        compliance = {},
        description,
        runbook,
        falsepositives,
      } = rule;
      if (name === undefined) continue;
      const severity = (SEVERITIES as readonly string[]).includes(level ?? '') ? (level as Severity) : 'low';
      const words = {
        about: description ?? null,
        runbook: runbook ?? null,
        false_positives: falsepositives ?? [],
      };
      rules.set(name, { id, title, level: severity, controls: compliance, words });
    }
  }
  return rules;
}

function unknown(message: string): AppError {
  return new AppError('invalid', 'EVALUATION.INVALID', message);
}
