import { type EnrichmentRunState, type EnrichmentScope, type EnrichmentTally, tallyOf } from '@mcm/contracts';
import { databaseError, DataSource, storableText, toSafeInteger } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** A bulk enrichment as its worker needs it. */
export interface EnrichmentRun {
  id: string;
  state: EnrichmentRunState;
  scope: EnrichmentScope;
  /** Null until all of its findings are listed. */
  total: number | null;
}

/** Findings that are listed in one statement. */
const LIST_PAGE = 5_000;

const CREATE = `
  insert into enrichment_runs (id, state, scope) values ($1, 'waiting', $2::jsonb) on conflict (id) do nothing`;

const FIND = 'select id, state, scope, total from enrichment_runs where id = $1';

const BEGIN = `
  update enrichment_runs
     set state = 'active', started_at = coalesce(started_at, statement_timestamp()), finished_at = null, error = null
   where id = $1 and state in ('waiting', 'failed')`;

const LIST_GIVEN = `
  insert into enrichment_run_items (run_id, finding_id, state)
  select $1, id, 'pending' from (select distinct unnest($2::bigint[]) as id) given
  on conflict do nothing`;

/** What the scope means, as a condition on `findings f`. */
const IN_SCOPE = `
  not exists (select from finding_enrichments n
               where n.finding_id = f.id and ($1::text = 'missing' or n.source = 'model'))
  and ($2::text[] is null or f.severity = any($2::text[]))`;

/** Lists the next page of a scope, behind the id `$3` in the order of the scope. */
const listPage = (order: 'asc' | 'desc') => `
  with page as (
    select f.id from findings f
     where ${IN_SCOPE} and f.id ${order === 'asc' ? '>' : '<'} $3::bigint order by f.id ${order} limit $4
  ), listed as (
    insert into enrichment_run_items (run_id, finding_id, state) select $5, id, 'pending' from page
    on conflict do nothing
  )
  select ${order === 'asc' ? 'max' : 'min'}(id) as last, count(*)::int as count from page`;
const LIST_OLDEST = listPage('asc');
const LIST_NEWEST = listPage('desc');

const LISTED = `
  select count(*)::int as count, min(finding_id) as lowest, max(finding_id) as highest
    from enrichment_run_items where run_id = $1`;

const NOTE = `update enrichment_runs set error = $2 where id = $1 and state = 'active'`;

const SET_TOTAL = `
  update enrichment_runs
     set total = (select count(*) from enrichment_run_items where run_id = $1) where id = $1
  returning total`;

/** The lock keeps a pause from happening in between: what is taken is put back by it, or is not taken. */
const TAKE = `
  with run as (select id from enrichment_runs where id = $1 and state = 'active' for share)
  update enrichment_run_items set state = 'queued', updated_at = statement_timestamp()
   where run_id = $1 and finding_id in (
     select finding_id from enrichment_run_items
      where run_id = (select id from run) and state = 'pending'
      order by finding_id desc limit $2 for update skip locked)
  returning finding_id`;

const QUEUED = `select finding_id from enrichment_run_items where run_id = $1 and state = 'queued'`;

const TALLY = `
  select state, count(*)::int as count from enrichment_run_items where run_id = $1 group by state`;

const WANTED = `
  select exists (select from enrichment_run_items where finding_id = $1 and state = 'queued') as wanted`;

const FINISH = `
  update enrichment_runs set state = $2, error = $3, finished_at = statement_timestamp()
   where id = $1 and state in ('waiting', 'active')`;

/** What each action makes of a run, and from which states. */
const TRANSITIONS = {
  pause: { from: ['waiting', 'active'], to: 'paused' },
  resume: { from: ['paused', 'failed', 'active'], to: 'waiting' },
  cancel: { from: ['waiting', 'active', 'paused', 'failed'], to: 'cancelled' },
  retry: { from: ['completed', 'cancelled', 'failed'], to: 'waiting' },
} as const satisfies Record<string, { from: readonly EnrichmentRunState[]; to: EnrichmentRunState }>;
export type RunAction = keyof typeof TRANSITIONS;

const MOVE = `
  update enrichment_runs
     set state = $2, finished_at = case when $2 = 'cancelled' then statement_timestamp() end
   where id = $1 and state = any($3::text[])
  returning id`;

const PUT_BACK = `update enrichment_run_items set state = 'pending' where run_id = $1 and state = 'queued'`;
const CANCEL_ITEMS = `
  update enrichment_run_items set state = 'cancelled', updated_at = statement_timestamp()
   where run_id = $1 and state in ('pending', 'queued')`;
const RETRY_ITEMS = `
  update enrichment_run_items set state = 'pending', code = null, reason = null, updated_at = null
   where run_id = $1
     and (state in ('failed', 'cancelled') or ($2 and state = 'heuristic' and code is not null))`;

const ENRICHED = `
  select finding_id from enrichment_run_items
   where run_id = $1 and state in ('model', 'cache', 'heuristic') order by finding_id desc limit $2`;
const NOT_ENRICHED = `
  select finding_id, coalesce(reason, 'There is no such finding (any more).') as reason from enrichment_run_items
   where run_id = $1 and state in ('failed', 'missing') order by finding_id desc limit $2`;

const IDS_IN_SCOPE = `select f.id from findings f where ${IN_SCOPE} order by f.id desc limit $3`;
const COUNT_IN_SCOPE = `select count(*)::float8 as count from (select from findings f where ${IN_SCOPE} limit $3) counted`;

/** Keeps bulk enrichments and the result for each of their findings. */
@Injectable()
export class EnrichmentRunStore {
  constructor(private readonly dataSource: DataSource) {}

  /** The run, made when it is not there yet. */
  async open(id: string, scope: EnrichmentScope): Promise<EnrichmentRun> {
    await this.query(CREATE, [id, JSON.stringify(scope)]);
    return (await this.find(id))!;
  }

  async find(id: string): Promise<EnrichmentRun | null> {
    const [run] = await this.query<EnrichmentRun[]>(FIND, [id]);
    return run ?? null;
  }

  /** Marks a run that waits as begun. */
  async begin(id: string): Promise<void> {
    await this.query(BEGIN, [id]);
  }

  /** Lists the findings of a run; safe to repeat after half of it. Returns how many there are. */
  async list(id: string, scope: EnrichmentScope, signal: AbortSignal): Promise<number> {
    const limit = scope.limit ?? Number.MAX_SAFE_INTEGER;
    if (scope.finding_ids) {
      await this.query(LIST_GIVEN, [id, scope.finding_ids.slice(0, limit)]);
    } else {
      const [known] = await this.query<{ count: number; lowest: string | null; highest: string | null }[]>(
        LISTED,
        [id],
      );
      const { count, lowest, highest } = known!;
      const oldest = scope.oldest_first === true;
      // After a crash in the middle the list goes on behind what is listed.
      let last = oldest ? (highest ?? 0) : (lowest ?? Number.MAX_SAFE_INTEGER);
      for (let listed = count; listed < limit;) {
        signal.throwIfAborted();
        const size = Math.min(LIST_PAGE, limit - listed);
        const [page] = await this.query<{ last: string | null; count: number }[]>(
          oldest ? LIST_OLDEST : LIST_NEWEST,
          [...scopeParameters(scope), last, size, id],
        );
        if (!page?.last) break;
        listed += page.count;
        last = toSafeInteger(page.last);
        if (page.count < size) break;
      }
    }
    const [rows] = await this.query<[{ total: number }[], number]>(SET_TOTAL, [id]);
    return rows[0]?.total ?? 0;
  }

  /** Takes findings that are left to do, the newest first; none when the run is not active (any more). */
  async take(id: string, count: number): Promise<number[]> {
    const [rows] = await this.query<[{ finding_id: string }[], number]>(TAKE, [id, count]);
    return rows.map((row) => toSafeInteger(row.finding_id)).sort((a, b) => b - a);
  }

  /** Findings that were taken and are not done. */
  async queued(id: string): Promise<number[]> {
    const rows = await this.query<{ finding_id: string }[]>(QUEUED, [id]);
    return rows.map((row) => toSafeInteger(row.finding_id));
  }

  async tally(id: string): Promise<EnrichmentTally> {
    const rows = await this.query<{ state: keyof EnrichmentTally; count: number }[]>(TALLY, [id]);
    return tallyOf(rows);
  }

  /** Whether a run waits for this finding. */
  async wanted(findingId: number): Promise<boolean> {
    const [row] = await this.query<{ wanted: boolean }[]>(WANTED, [findingId]);
    return row?.wanted === true;
  }

  /** Ends a run that goes on. */
  async finish(id: string, state: 'completed' | 'failed', error: string | null = null): Promise<void> {
    await this.query(FINISH, [id, state, error === null ? null : storableText(error)]);
  }

  /** Says why a run that goes on makes no progress at present; null when it does again. */
  async note(id: string, reason: string | null): Promise<void> {
    await this.query(NOTE, [id, reason === null ? null : storableText(reason)]);
  }

  /** Changes the course of a run; false when it is in no state for that. What was queued and is not done goes back. */
  async control(id: string, action: RunAction, fallbacks = false): Promise<boolean> {
    const { from, to } = TRANSITIONS[action];
    return this.transaction(async (query) => {
      const [moved] = await query<[unknown[], number]>(MOVE, [id, to, from]);
      if (moved.length === 0) return false;
      if (action === 'pause') await query(PUT_BACK, [id]);
      if (action === 'cancel') await query(CANCEL_ITEMS, [id]);
      if (action === 'retry') await query(RETRY_ITEMS, [id, fallbacks]);
      return true;
    });
  }

  /** Findings of the run that have their enrichment, the newest first. */
  async enriched(id: string, limit: number): Promise<number[]> {
    const rows = await this.query<{ finding_id: string }[]>(ENRICHED, [id, limit]);
    return rows.map((row) => toSafeInteger(row.finding_id));
  }

  /** Findings of the run that have none, with the reason. */
  async notEnriched(id: string, limit: number): Promise<{ finding_id: number; reason: string }[]> {
    const rows = await this.query<{ finding_id: string; reason: string }[]>(NOT_ENRICHED, [id, limit]);
    return rows.map((row) => ({ ...row, finding_id: toSafeInteger(row.finding_id) }));
  }

  /** Findings that a scope means now, the newest first. */
  async inScope(scope: EnrichmentScope, limit: number): Promise<number[]> {
    const most = Math.min(limit, scope.limit ?? limit);
    if (scope.finding_ids) return [...new Set(scope.finding_ids)].slice(0, most);
    const rows = await this.query<{ id: string }[]>(IDS_IN_SCOPE, [...scopeParameters(scope), most]);
    return rows.map((row) => toSafeInteger(row.id));
  }

  /** How many findings a scope means now. */
  async countInScope(scope: EnrichmentScope): Promise<number> {
    const limit = scope.limit ?? Number.MAX_SAFE_INTEGER;
    if (scope.finding_ids) return Math.min(limit, new Set(scope.finding_ids).size);
    const [row] = await this.query<{ count: number }[]>(COUNT_IN_SCOPE, [...scopeParameters(scope), limit]);
    return row?.count ?? 0;
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }

  private async transaction<T>(
    work: (query: <R>(sql: string, parameters: unknown[]) => Promise<R>) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.dataSource.transaction((manager) =>
        work((sql, parameters) => manager.query(sql, parameters)),
      );
    } catch (error) {
      throw databaseError(error);
    }
  }
}

function scopeParameters({ which = 'missing', severity }: EnrichmentScope): unknown[] {
  return [which, severity && severity.length > 0 ? severity : null];
}
