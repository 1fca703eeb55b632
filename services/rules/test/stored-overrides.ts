import type { DataSource } from '@mcm/persistence';
import type { RuleOverride } from '../src/rule-store/override-reader.js';

/** Stores a change of a rule, as the gateway does: what `override` leaves out is as the rule says. */
export async function storeOverride(
  database: DataSource,
  ruleId: string,
  { enabled = true, level = null }: Partial<RuleOverride>,
): Promise<void> {
  await database.query(
    `with next as (update rule_switch_revision set revision = revision + 1 returning revision),
          written as (
            insert into rule_switches (rule_id, enabled, level, revision)
            select $1, $2, $3, revision from next
            on conflict (rule_id) do update
               set enabled = excluded.enabled, level = excluded.level, revision = excluded.revision
            returning rule_id, enabled, level, revision)
     insert into rule_switch_changes (revision, rule_id, enabled, level, at)
     select revision, rule_id, enabled, level, now() from written`,
    [ruleId, enabled, level],
  );
}
