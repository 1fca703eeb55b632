import type { RuleLevel } from '@mcm/contracts';
import type { RuleSwitch } from '@mcm/persistence';

/** What people changed about rules, as it was at one revision. Immutable. */
export class Switches {
  private readonly byRule: ReadonlyMap<string, RuleSwitch>;

  constructor(
    readonly revision: number = 0,
    readonly all: readonly RuleSwitch[] = [],
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
