import { STORED_KINDS, type StorageReport, type StoredKind } from '@mcm/contracts';
import { DataSource, isoTime, queryRows } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** What a kind of data takes. */
export interface KindSize {
  kind: StoredKind;
  /** With its indexes. */
  bytes: number;
  /** By PostgreSQL's statistics; null before there are any. */
  estimatedRows: number | null;
}

/** How many rows a day (UTC) has, from the counts that are kept with the rows. */
export interface DayRows {
  day: string;
  rows: number;
}

/** The last run of the storage maintenance. */
export interface MaintenanceRun {
  started_at: string;
  ended_at: string | null;
  retention_time: string;
  report: StorageReport | null;
}

/** Sizes of files and the statistics of the catalogue: no row of a table is read. */
const SIZES = `
  select case
           when n.nspname = 'queue' or c.relname in ('enrichment_runs', 'enrichment_run_items') then 'jobs'
           when n.nspname = 'audit' then 'audit'
           when c.relname ~ '^events_(default|[0-9]{8})' or c.relname = 'event_daily_counts' then 'events'
           when c.relname in ('findings', 'finding_enrichments', 'finding_daily_counts', 'finding_user_daily_counts')
             then 'findings'
           when c.relname in ('dead_letters', 'dead_letter_days') then 'dead_letters'
           when c.relname in ('ai_exchanges', 'ai_answers', 'ai_prompts') then 'ai_exchanges'
           else 'other'
         end as kind,
         sum(pg_total_relation_size(c.oid)) as bytes,
         sum(c.reltuples) filter (where c.relname in ('dead_letters', 'ai_exchanges', 'enrichment_runs', 'entries')) as rows
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind = 'r' and n.nspname in ('public', 'queue', 'audit')
   group by 1`;

const EVENT_DAYS = `
  select to_char(day, 'YYYY-MM-DD') as day, count as rows from event_daily_counts where count > 0 order by event_daily_counts.day`;
const FINDING_DAYS = `
  select to_char(day, 'YYYY-MM-DD') as day, sum(count) as rows from finding_daily_counts
   group by finding_daily_counts.day having sum(count) > 0 order by finding_daily_counts.day`;

const LAST_RUN = `
  select ${isoTime('started_at')} as started_at, ${isoTime('ended_at')} as ended_at,
         ${isoTime('retention_time')} as retention_time, report
    from storage_maintenance where started_at is not null`;

/** Reads what is stored and how much room it takes, from counts and the catalogue alone. */
@Injectable()
export class StorageReader {
  constructor(private readonly dataSource: DataSource) {}

  async sizes(): Promise<{ database: number; now: Date; kinds: KindSize[] }> {
    const [rows, [database]] = await Promise.all([
      queryRows<{ kind: StoredKind; bytes: string; rows: number | null }>(this.dataSource, SIZES),
      queryRows<{ bytes: string; now: Date }>(
        this.dataSource,
        'select pg_database_size(current_database()) as bytes, statement_timestamp() as now',
      ),
    ]);
    const byKind = new Map(rows.map((row) => [row.kind, row]));
    const kinds = STORED_KINDS.map((kind): KindSize => {
      const row = byKind.get(kind);
      const known = row !== undefined && row.rows !== null && row.rows >= 0;
      return { kind, bytes: Number(row?.bytes ?? 0), estimatedRows: known ? Math.round(row.rows!) : null };
    });
    return { database: Number(database!.bytes), now: database!.now, kinds };
  }

  eventDays(): Promise<DayRows[]> {
    return this.days(EVENT_DAYS);
  }

  findingDays(): Promise<DayRows[]> {
    return this.days(FINDING_DAYS);
  }

  /** Null before the first run. */
  async lastRun(): Promise<MaintenanceRun | null> {
    const [run] = await queryRows<MaintenanceRun>(this.dataSource, LAST_RUN);
    return run ?? null;
  }

  private async days(sql: string): Promise<DayRows[]> {
    const rows = await queryRows<{ day: string; rows: string }>(this.dataSource, sql);
    return rows.map(({ day, rows: count }) => ({ day, rows: Number(count) }));
  }
}
