import type { RuleLevel } from '@mcm/contracts';
import { DataSource, queryRows, toSafeInteger } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** What people changed about a rule. */
export interface RuleOverride {
  rule_id: string;
  enabled: boolean;
  /** Takes the place of the rule's level; null leaves that. */
  level: RuleLevel | null;
}

const ALL = `
  select (select revision from rule_switch_revision) as revision,
         (select coalesce(json_agg(s), '[]') from (
            select rule_id, enabled, level from rule_switches where not enabled or level is not null) s) as overrides`;

const LEVELS_SET = 'select distinct level from rule_switch_changes where rule_id = $1 and level is not null';

/** Reads what people changed about rules; the gateway writes it. */
@Injectable()
export class OverrideReader {
  constructor(private readonly dataSource: DataSource) {}

  /** Everything that is not as the rules themselves say, and the revision that this is. */
  async all(): Promise<{ revision: number; overrides: RuleOverride[] }> {
    const [row] = await queryRows<{ revision: string; overrides: RuleOverride[] }>(this.dataSource, ALL);
    return { revision: toSafeInteger(row!.revision), overrides: row!.overrides };
  }

  /** Every level that ever overrode the rule's own. */
  async levelsSet(ruleId: string): Promise<RuleLevel[]> {
    const rows = await queryRows<{ level: RuleLevel }>(this.dataSource, LEVELS_SET, [ruleId]);
    return rows.map(({ level }) => level);
  }
}
