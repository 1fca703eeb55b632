import type { RuleLevel } from '@mcm/contracts';
import type { RuleOverride } from './override-reader.js';

/** What people changed about rules, as it was at one revision. Immutable. */
export class Overrides {
  private readonly byRule: ReadonlyMap<string, RuleOverride>;

  constructor(
    readonly revision: number = 0,
    readonly all: readonly RuleOverride[] = [],
  ) {
    this.byRule = new Map(all.map((each) => [each.rule_id, each]));
  }

  isEnabled(ruleId: string): boolean {
    return this.byRule.get(ruleId)?.enabled ?? true;
  }

  /** The level that overrides the one in the rule's document; undefined without an override. */
  levelOf(ruleId: string): RuleLevel | undefined {
    return this.byRule.get(ruleId)?.level ?? undefined;
  }
}
