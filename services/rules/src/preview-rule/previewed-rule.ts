import type { PreviewedRule, RuleProblem } from '@mcm/contracts';
import { editRule, loadRules, type RuleInfo, type RuleSet } from '@mcm/detection';
import { AppError } from '@mcm/kernel';
import type { RulesInForce } from '../rule-store/rules-in-force.js';

/** How problems name a document that has no file. */
const PREVIEW_PATH = 'preview';

/** What is to be tried. */
export interface Trial {
  /** The documents that are tried, with what they are over. */
  rules: RuleSet;
  /** Those of them whose findings count. */
  subjects: RuleInfo[];
  /** The same as they are in force; null when there is nothing to compare with. */
  present: RuleSet | null;
  presentIds: ReadonlySet<string>;
  yaml: string;
  /** Warnings. */
  problems: RuleProblem[];
}

/** A document cannot be tried: it has errors. */
export class TrialRefused extends Error {
  constructor(readonly problems: readonly RuleProblem[]) {
    super('The rule has errors');
  }
}

/**
 * Reads the rule of a preview. It may refer to rules in force, filters in force apply to it, and it takes
 * the place of the rule in force with its id or name.
 *
 * @throws TrialRefused when the document has errors
 * @throws AppError `RULES.NOT_FOUND`, `RULE.NOT_EDITABLE`, `RULES.NOTHING_TO_TRY`
 */
export function trialOf(previewed: PreviewedRule, inForce: RulesInForce): Trial {
  const base = inForce.evaluated;
  const yaml = 'yaml' in previewed ? previewed.yaml : edited(previewed, base);
  const placeholders: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(inForce.loaded.sources.placeholders))
    placeholders[name] = [...values];
  const { rules, problems } = loadRules([{ path: PREVIEW_PATH, text: yaml }], { base, placeholders });
  if (problems.some(({ severity }) => severity === 'error')) throw new TrialRefused(problems);
  const own = new Set(rules.rules.filter(({ path }) => path === PREVIEW_PATH).map(({ id }) => id));
  const tried = affected(rules, own);
  const subjects = rules.only(tried).rules.filter(({ id, silent }) => tried.has(id) && !silent);
  if (subjects.length === 0) {
    throw new AppError(
      'invalid',
      'RULES.NOTHING_TO_TRY',
      own.size === 0
        ? 'The text holds no rule.'
        : 'The text holds filters alone, and none of them applies to a rule in force.',
    );
  }
  const presentIds = new Set(
    subjects.flatMap(({ id, name }) => base.get(id)?.id ?? sameName(base, name) ?? []),
  );
  return {
    rules: rules.only(subjects.map(({ id }) => id)),
    subjects,
    present: presentIds.size === 0 ? null : base.only(presentIds),
    presentIds,
    yaml,
    problems,
  };
}

function edited(previewed: Exclude<PreviewedRule, { yaml: string }>, base: RuleSet): string {
  const rule = base.find(previewed.rule_id);
  if (rule === undefined) {
    throw new AppError('not-found', 'RULES.NOT_FOUND', `There is no rule ${previewed.rule_id}.`);
  }
  const { level, threshold, timespan_seconds } = previewed;
  return editRule(rule.source, {
    ...(level === undefined ? {} : { level }),
    ...(threshold === undefined ? {} : { threshold }),
    ...(timespan_seconds === undefined ? {} : { timespan: timespan_seconds * 1000 }),
  });
}

/**
 * The rules whose findings show what the documents do: the documents themselves, and for a filter the rules it applies
 * to with the correlations over them.
 */
function affected(rules: RuleSet, own: ReadonlySet<string>): Set<string> {
  const documents = rules.rules.filter(({ id }) => own.has(id));
  const tried = new Set(documents.filter(({ kind }) => kind !== 'filter').map(({ id }) => id));
  if (tried.size > 0) return tried;
  for (const filter of documents) {
    const everything = filter.references.length === 0;
    for (const { id, kind } of rules.rules) {
      if (everything ? kind === 'event' : filter.references.includes(id)) tried.add(id);
    }
  }
  for (let size = -1; size !== tried.size;) {
    size = tried.size;
    for (const { id, kind, references } of rules.rules) {
      if (kind === 'correlation' && references.some((reference) => tried.has(reference))) tried.add(id);
    }
  }
  return tried;
}

function sameName(base: RuleSet, name: string): string | undefined {
  return base.rules.find((rule) => rule.name === name)?.id;
}
