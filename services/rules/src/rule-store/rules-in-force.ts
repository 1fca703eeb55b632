import { loadRules, type Problem, type RuleSet } from '@mcm/detection';
import { fingerprintOf, type RuleSources } from './rule-files.js';
import type { Overrides } from './overrides.js';

/** Rules that were read, wherever the files came from. Immutable. */
export interface LoadedRules {
  readonly fingerprint: string;
  readonly sources: RuleSources;
  /** Documents without an error. */
  readonly rules: RuleSet;
  readonly problems: readonly Problem[];
}

/** Reads the documents of rule files. */
export function loadSources(sources: RuleSources): LoadedRules {
  const placeholders: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(sources.placeholders)) placeholders[name] = [...values];
  return { fingerprint: fingerprintOf(sources), sources, ...loadRules(sources.files, { placeholders }) };
}

/** The rules of one revision with the overrides of one revision: what evaluation goes by. Immutable. */
export class RulesInForce {
  constructor(
    readonly revision: number,
    readonly loaded: LoadedRules,
    readonly overrides: Overrides,
  ) {}

  /**
   * The rules to evaluate. Disabled ones are among them: what they find is dropped later, so that correlations over
   * them go on, and enabling one again finds its windows complete. A disabled filter is left out.
   */
  get evaluated(): RuleSet {
    const off = this.disabledFilters();
    return off.length === 0 ? this.loaded.rules : this.loaded.rules.without(new Set(off));
  }

  /** Two of these with the same signature are evaluated by the same detector. */
  get signature(): string {
    return JSON.stringify([this.loaded.fingerprint, this.disabledFilters().sort()]);
  }

  /** What the text of a rule means depends on this too: the values of placeholders. */
  get meaning(): string {
    return JSON.stringify(Object.entries(this.loaded.sources.placeholders).sort());
  }

  private disabledFilters(): string[] {
    const { rules } = this.loaded;
    return this.overrides.all
      .filter(({ rule_id, enabled }) => !enabled && rules.get(rule_id)?.kind === 'filter')
      .map(({ rule_id }) => rule_id);
  }
}
