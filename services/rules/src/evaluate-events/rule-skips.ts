import { DataSource, queryRows } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

const ADD = `
  insert into rule_skips as counts (rule_id, events, last_skip)
  select rule_id, events, statement_timestamp() from unnest($1::text[], $2::bigint[]) as skipped (rule_id, events)
   order by rule_id
  on conflict (rule_id) do update
     set events = counts.events + excluded.events, last_skip = greatest(counts.last_skip, excluded.last_skip)`;

/** Counts the events that rules were not tried on. */
@Injectable()
export class RuleSkips {
  constructor(private readonly dataSource: DataSource) {}

  /** @param events by id of the rule */
  async add(events: ReadonlyMap<string, number>): Promise<void> {
    if (events.size === 0) return;
    await queryRows(this.dataSource, ADD, [[...events.keys()], [...events.values()]]);
  }
}
