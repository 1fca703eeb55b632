import type { DataSource } from 'typeorm';

/** The counts that are kept and the same counts taken from the rows, each as sorted lines; zero counts are left out. */
export interface ComparedCounts {
  kept: string[];
  actual: string[];
}

/** What the four tables of counts say, and what they should say. */
export async function compareCounts(dataSource: DataSource): Promise<ComparedCounts> {
  const lines = async (sql: string) =>
    (await dataSource.query<{ line: string }[]>(sql)).map(({ line }) => line).sort();
  const kept = await lines(`
    select concat_ws(' ', 'events', day, count) as line from event_daily_counts where count <> 0
    union all select concat_ws(' ', 'findings', day, severity, count) from finding_daily_counts where count <> 0
    union all select concat_ws(' ', 'user', "user", day, severity, count) from finding_user_daily_counts where count <> 0
    union all select concat_ws(' ', 'rule', rule_id, hits, last_hit) from rule_hits where hits <> 0`);
  const actual = await lines(`
    select concat_ws(' ', 'events', ("timestamp" at time zone 'UTC')::date, count(*)) as line
      from events group by ("timestamp" at time zone 'UTC')::date
    union all select concat_ws(' ', 'findings', (created_at at time zone 'UTC')::date, severity, count(*))
      from findings group by (created_at at time zone 'UTC')::date, severity
    union all select concat_ws(' ', 'user', coalesce(canonical_user, "user"), (created_at at time zone 'UTC')::date, severity, count(*))
      from findings group by coalesce(canonical_user, "user"), (created_at at time zone 'UTC')::date, severity
    union all select concat_ws(' ', 'rule', f.rule_id, count(*), h.last_hit)
      from findings f join rule_hits h using (rule_id) group by f.rule_id, h.last_hit
     having h.last_hit >= max(f.updated_at)`);
  return { kept, actual };
}
