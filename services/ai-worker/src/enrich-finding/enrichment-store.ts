import type { EnrichmentDetails, EventEnvelope, InjectionSign, Severity } from '@mcm/contracts';
import {
  columnList,
  databaseError,
  DataSource,
  eachColumn,
  FINDING,
  FINDING_ENRICHMENT,
  pick,
  recordsFrom,
  type RowOf,
  selected,
  storableJson,
  storableText,
  toSafeInteger,
  without,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { loadEvidence } from './load-evidence.js';

const SCORE = without(FINDING_ENRICHMENT, 'finding_id', 'created_at', 'updated_at');
type Score = RowOf<typeof SCORE>;

/** A score and an explanation. */
export type EnrichmentRecord = Omit<Score, 'fallback_code' | 'fallback_reason' | 'injections'> & {
  rule_score: number;
  details: EnrichmentDetails;
  injections: readonly InjectionSign[];
  /** Why the heuristic stepped in for a model that is configured. */
  fallback: { code: string; reason: string } | null;
  finding_revision: number;
};

const LOADED = pick(
  FINDING,
  'id',
  'rule_id',
  'rule_name',
  'title',
  'description',
  'severity',
  'user',
  'event_count',
  'first_seen',
  'last_seen',
  'revision',
  'controls',
);

/** A finding with some of its events, to be scored and explained. Texts in it come from events. */
export type FindingForEnrichment = RowOf<typeof LOADED> & {
  /** Stored events of the evidence, oldest first: the first and the last ones, at most 20. */
  evidence: EventEnvelope[];
  /** Events of the evidence whose raw data was left out because it is too large. */
  oversized: number;
  /** What the author of the rule says about it; null when the rule is not in force any more. */
  rule: RuleWords | null;
};

/** What the author of a rule says about it. */
export interface RuleWords {
  about: string | null;
  runbook: string | null;
  false_positives: string[];
}

/** What a finding is, and whether it has an enrichment. */
export interface ScoredFindingRow {
  id: number;
  rule_name: string;
  severity: Severity;
  enriched: boolean;
  /** What the rule demanded when it was enriched. */
  rule_score: number | null;
}

/** Most raw data of one finding that is loaded, in bytes as JSON. */
const EVIDENCE_BYTES = 4 * 1024 * 1024;

/*
 * The finding is done in every bulk run that waits for it, in the same moment. A finding that is being removed is waited
 * for and then not there. Of two at the same time the one that saw the newer finding stays, whichever ends last.
 */
const SAVE = `
  with target as (
    select id from findings where id = $1 for key share
  ), saved as (
    insert into finding_enrichments as enrichment (finding_id, ${columnList(SCORE)}, created_at, updated_at)
    select target.id, ${columnList(SCORE, 'score')}, statement_timestamp(), statement_timestamp()
      from target cross join ${recordsFrom('$2', 'score', SCORE)}
    on conflict (finding_id) do update
       set ${eachColumn(SCORE, (name) => `${name} = excluded.${name}`)}, updated_at = excluded.updated_at
     where enrichment.finding_revision is null or enrichment.finding_revision <= excluded.finding_revision
  ), done as (
    update enrichment_run_items
       set state = case when exists (select from target) then $3 else 'missing' end,
           code = $4, reason = $5, updated_at = statement_timestamp()
     where finding_id = $1 and state in ('pending', 'queued')
  )
  select id from target`;

const MARK_MISSING = `
  update enrichment_run_items set state = 'missing', updated_at = statement_timestamp()
   where finding_id = $1 and state in ('pending', 'queued')`;

const MARK_FAILED = `
  update enrichment_run_items set state = 'failed', code = $2, reason = $3, updated_at = statement_timestamp()
   where finding_id = $1 and state in ('pending', 'queued')`;

const SCORED = `
  select f.id, f.rule_name, f.severity, n.rule_score, n.finding_id is not null as enriched
    from findings f left join finding_enrichments n on n.finding_id = f.id
   where f.id = any($1::bigint[]) order by f.id`;

const LOAD = `
  select ${selected(LOADED, 'f')}, f.event_uids::text[] as event_uids,
         case when r.id is not null then json_build_object(
           'about', r.description, 'runbook', r.runbook,
           'false_positives', case when jsonb_typeof(r.metadata->'falsepositives') = 'array'
                                   then r.metadata->'falsepositives' else '[]' end
         ) end as rule
    from findings f left join rules r on r.id = f.rule_id
   where f.id = any($1::bigint[])`;

type LoadedFinding = Omit<FindingForEnrichment, 'id' | 'evidence' | 'oversized'> & {
  id: string;
  event_uids: string[];
};

/** Writes scores and explanations, and reads what they are made from. */
@Injectable()
export class EnrichmentStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Writes or replaces the enrichment of a finding, and with it the result in the bulk runs that wait for it; false when
   * there is no such finding (any more).
   */
  async save(findingId: number, enrichment: EnrichmentRecord): Promise<boolean> {
    const { fallback, injections, ...record } = enrichment;
    const score: Score = {
      ...record,
      injections: injections.length === 0 ? null : injections,
      fallback_code: fallback?.code ?? null,
      fallback_reason: fallback?.reason ?? null,
    };
    const { source, cached } = enrichment;
    const rows = await this.query<unknown[]>(SAVE, [
      findingId,
      storableJson([score]),
      source === 'heuristic' ? 'heuristic' : cached ? 'cache' : 'model',
      score.fallback_code,
      score.fallback_reason === null ? null : storableText(score.fallback_reason),
    ]);
    return rows.length > 0;
  }

  /** Notes in the bulk runs that wait for a finding that it is not there any more. */
  async markMissing(findingId: number): Promise<void> {
    await this.query(MARK_MISSING, [findingId]);
  }

  /** Notes in the bulk runs that wait for a finding why it cannot be enriched. */
  async markFailed(findingId: number, code: string, reason: string): Promise<void> {
    await this.query(MARK_FAILED, [findingId, code, storableText(reason)]);
  }

  /** Those of the findings that exist, with what they were scored. */
  async scored(findingIds: readonly number[]): Promise<ScoredFindingRow[]> {
    const rows = await this.query<(Omit<ScoredFindingRow, 'id'> & { id: string })[]>(SCORED, [findingIds]);
    return rows.map((row) => ({ ...row, id: toSafeInteger(row.id) }));
  }

  /** The finding and its evidence; null when there is none. */
  async loadForEnrichment(findingId: number): Promise<FindingForEnrichment | null> {
    return (await this.loadManyForEnrichment([findingId]))[0] ?? null;
  }

  /** Those of the findings that exist, each with its evidence; `evidenceBytes` limits the raw data of each. */
  async loadManyForEnrichment(
    findingIds: readonly number[],
    evidenceBytes = EVIDENCE_BYTES,
  ): Promise<FindingForEnrichment[]> {
    if (findingIds.length === 0) return [];
    const findings = await this.query<LoadedFinding[]>(LOAD, [findingIds]);
    if (findings.length === 0) return [];
    const loaded: FindingForEnrichment[] = [];
    for (const { event_uids, ...finding } of findings) {
      const evidence = await loadEvidence(this.dataSource, { ...finding, event_uids }, evidenceBytes);
      loaded.push({ ...finding, id: toSafeInteger(finding.id), ...evidence });
    }
    return loaded;
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}
