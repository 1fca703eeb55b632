import {
  type EnrichmentItemState,
  type EnrichmentRunState,
  type EnrichmentTally,
  tallyOf,
} from '@mcm/contracts';
import type { DataSource } from '@mcm/persistence';

/** A bulk enrichment as it is stored. */
export interface StoredRun {
  state: EnrichmentRunState;
  total: number | null;
  error: string | null;
  started_at: Date | null;
  finished_at: Date | null;
  tally: EnrichmentTally;
}

/** A bulk enrichment and how far it is; undefined before there is one. */
export async function storedRun(database: DataSource, id: string): Promise<StoredRun | undefined> {
  const [run] = await database.query<
    (Omit<StoredRun, 'tally'> & { counts: { state: EnrichmentItemState; count: number }[] })[]
  >(
    `select state, total, error, started_at, finished_at,
            (select coalesce(json_agg(c), '[]') from (
               select state, count(*) from enrichment_run_items where run_id = $1 group by state) c) as counts
       from enrichment_runs where id = $1`,
    [id],
  );
  if (run === undefined) return undefined;
  const { counts, ...stored } = run;
  return { ...stored, tally: tallyOf(counts) };
}

/** State of a finding of a bulk enrichment, and why it failed or why the heuristic stepped in for a model. */
export async function storedItem(
  database: DataSource,
  runId: string,
  findingId: number,
): Promise<{ state: EnrichmentItemState; code: string | null } | undefined> {
  const [item] = await database.query<{ state: EnrichmentItemState; code: string | null }[]>(
    'select state, code from enrichment_run_items where run_id = $1 and finding_id = $2',
    [runId, findingId],
  );
  return item;
}
