import {
  type EnrichmentItemState,
  type EnrichmentRunState,
  type EnrichmentScope,
  type EnrichmentTally,
  tallyOf,
} from '@mcm/contracts';
import { DataSource, isoTime, queryRows, SqlConditions, toSafeInteger } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** A bulk enrichment and how far it is; times are ISO 8601 in UTC. */
export interface StoredEnrichmentRun {
  id: string;
  state: EnrichmentRunState;
  scope: EnrichmentScope;
  /** Null until all of its findings are listed. */
  total: number | null;
  error: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  tally: EnrichmentTally;
}

/** The result for one finding of a bulk enrichment. */
export interface StoredEnrichmentItem {
  finding_id: number;
  state: EnrichmentItemState;
  /** Why it failed, or why the heuristic stepped in for a model. */
  code: string | null;
  reason: string | null;
  updated_at: string | null;
}

const RUN = `id, state, scope, total, error, ${isoTime('created_at')} as created_at,
  ${isoTime('started_at')} as started_at, ${isoTime('finished_at')} as finished_at`;

type RunRow = Omit<StoredEnrichmentRun, 'tally'>;

/** Reads bulk enrichments. */
@Injectable()
export class EnrichmentRunReader {
  constructor(private readonly dataSource: DataSource) {}

  async byId(id: string): Promise<StoredEnrichmentRun | null> {
    const [run] = await queryRows<RunRow>(
      this.dataSource,
      `select ${RUN} from enrichment_runs where id = $1`,
      [id],
    );
    return run === undefined ? null : ((await this.withTallies([run]))[0] ?? null);
  }

  /** The latest ones first. */
  async latest(limit: number): Promise<StoredEnrichmentRun[]> {
    const runs = await queryRows<RunRow>(
      this.dataSource,
      `select ${RUN} from enrichment_runs order by enrichment_runs.created_at desc, enrichment_runs.id desc limit $1`,
      [limit],
    );
    return this.withTallies(runs);
  }

  /** The findings of a run, the newest first; only those in one state if that is given. */
  async items(
    id: string,
    state: EnrichmentItemState | undefined,
    page: { limit: number; offset: number },
  ): Promise<StoredEnrichmentItem[]> {
    const conditions = new SqlConditions().and('run_id = ?', id).and('state = ?', state);
    const rows = await queryRows<Omit<StoredEnrichmentItem, 'finding_id'> & { finding_id: string }>(
      this.dataSource,
      `select finding_id, state, code, reason, ${isoTime('updated_at')} as updated_at
         from enrichment_run_items ${conditions.where}
        order by finding_id desc
        limit ${conditions.parameter(page.limit)} offset ${conditions.parameter(page.offset)}`,
      conditions.parameters,
    );
    return rows.map((row) => ({ ...row, finding_id: toSafeInteger(row.finding_id) }));
  }

  /** Findings of a run that have their enrichment, the newest first. */
  async enriched(id: string, limit: number): Promise<number[]> {
    const rows = await queryRows<{ finding_id: string }>(
      this.dataSource,
      `select finding_id from enrichment_run_items
        where run_id = $1 and state in ('model', 'cache', 'heuristic') order by finding_id desc limit $2`,
      [id, limit],
    );
    return rows.map((row) => toSafeInteger(row.finding_id));
  }

  private async withTallies(runs: readonly RunRow[]): Promise<StoredEnrichmentRun[]> {
    if (runs.length === 0) return [];
    const rows = await queryRows<{ run_id: string; state: EnrichmentItemState; count: number }>(
      this.dataSource,
      `select run_id, state, count(*)::int as count from enrichment_run_items
        where run_id = any($1::text[]) group by run_id, state`,
      [runs.map(({ id }) => id)],
    );
    return runs.map((run) => ({ ...run, tally: tallyOf(rows.filter(({ run_id }) => run_id === run.id)) }));
  }
}
