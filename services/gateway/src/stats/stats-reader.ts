import type { Severity } from '@mcm/contracts';
import { DataSource, queryRows } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** Sums over everything that is stored. */
export interface StatsSummary {
  total_events: number;
  total_findings: number;
  findings_by_severity: Record<Severity, number>;
  /** Oldest day (`YYYY-MM-DD`, UTC) first; days without events are left out. */
  events_over_time: { date: string; count: number }[];
}

/** Reads the counts that are kept with the rows: its work does not depend on how many events or findings there are. */
@Injectable()
export class StatsReader {
  constructor(private readonly dataSource: DataSource) {}

  async summary(): Promise<StatsSummary> {
    const [days, severities] = await Promise.all([
      queryRows<{ date: string; count: string }>(
        this.dataSource,
        `select to_char(day, 'YYYY-MM-DD') as date, count from event_daily_counts where count > 0 order by day`,
      ),
      queryRows<{ severity: Severity; count: string }>(
        this.dataSource,
        'select severity, sum(count) as count from finding_daily_counts group by severity',
      ),
    ]);
    const events_over_time = days.map(({ date, count }) => ({ date, count: Number(count) }));
    const findings_by_severity: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
    for (const { severity, count } of severities) findings_by_severity[severity] = Number(count);
    return {
      total_events: events_over_time.reduce((sum, day) => sum + day.count, 0),
      total_findings: Object.values(findings_by_severity).reduce((sum, count) => sum + count, 0),
      findings_by_severity,
      events_over_time,
    };
  }
}
