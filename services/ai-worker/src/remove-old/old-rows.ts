import { databaseError, DataSource } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** With their answers in the cache, and with the exchanges that asked the model to repair their answers. */
const REMOVE_EXCHANGES = `
  delete from ai_exchanges where id in (select id from ai_exchanges where asked_at < $1 limit 1000)`;

const OLDEST_RUN = `
  select id from enrichment_runs
   where finished_at < $1 and state in ('cancelled', 'completed', 'failed') order by finished_at limit 1`;
const REMOVE_ITEMS = `
  delete from enrichment_run_items
   where run_id = $1 and finding_id in (select finding_id from enrichment_run_items where run_id = $1 limit 1000)`;
const REMOVE_RUN = 'delete from enrichment_runs where id = $1';

/** Removes what the ai-worker has kept for long enough. */
@Injectable()
export class OldRows {
  constructor(private readonly dataSource: DataSource) {}

  /** Removes exchanges with a model that were asked before a moment, a thousand at most; says how many. */
  async removeExchanges(before: Date): Promise<number> {
    const [, removed] = await this.query<[unknown, number]>(REMOVE_EXCHANGES, [before]);
    return removed;
  }

  /**
   * Removes part of a bulk enrichment that ended before a moment: a thousand of its items, or the run itself when it has
   * none left. Says how many rows.
   */
  async removeFromRuns(before: Date): Promise<number> {
    const [run] = await this.query<{ id: string }[]>(OLDEST_RUN, [before]);
    if (run === undefined) return 0;
    const [, items] = await this.query<[unknown, number]>(REMOVE_ITEMS, [run.id]);
    if (items > 0) return items;
    const [, runs] = await this.query<[unknown, number]>(REMOVE_RUN, [run.id]);
    return runs;
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}
