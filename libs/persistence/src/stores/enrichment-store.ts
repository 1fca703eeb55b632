import type {
  Confidence,
  EnrichmentDetails,
  EnrichmentSource,
  InjectionSign,
  Json,
  Severity,
} from '@mcm/contracts';
import type { EventEnvelope } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseError } from '../database-errors.js';
import { toSafeInteger } from '../safe-integer.js';
import { storableJson } from '../storable-json.js';
import { storableText } from '../storable-text.js';
import { EVENT_ROW, type EventRow, toEnvelope } from './event-row.js';

/** A score and an explanation, as they are stored. */
export interface EnrichmentRecord {
  /** Integer from 0 to 100, never below `rule_score`. */
  risk_score: number;
  /** What the rule demands. */
  rule_score: number;
  /** What the model said; null for the heuristic. */
  model_score: number | null;
  confidence: Confidence | null;
  /** The explanation as one text. */
  explanation: string;
  details: EnrichmentDetails;
  source: EnrichmentSource;
  /** Name of the model; null for the heuristic. */
  model: string | null;
  prompt_version: string | null;
  /** The exchange with the model that this rests on, also when the heuristic had to step in after it. */
  exchange_id: number | null;
  /** The answer was there already: nothing was asked for this finding. */
  cached: boolean;
  /** Tokens that this enrichment used; null where no model was asked. */
  input_tokens: number | null;
  output_tokens: number | null;
  /** In US dollars; null when no price is known. */
  cost_usd: number | null;
  injections: readonly InjectionSign[];
  /** Why the heuristic stepped in for a model that is configured. */
  fallback: { code: string; reason: string } | null;
  /** What the placeholders of the exchange stand for in this finding. */
  placeholders: Readonly<Record<string, string>> | null;
  /** The finding as it was looked at. */
  finding_revision: number;
}

/** A finding with some of its events, for whoever scores and explains it. Texts in it come from events. */
export interface FindingForEnrichment {
  id: number;
  rule_id: string;
  rule_name: string;
  title: string;
  description: string;
  severity: Severity;
  user: string;
  event_count: number;
  first_seen: string;
  last_seen: string;
  revision: number;
  reasons: Json;
  controls: Record<string, string[]>;
  /** Stored events of the evidence, oldest first: the first and the last ones, at most {@link EVIDENCE_LIMIT}. */
  evidence: EventEnvelope[];
  /** Events of the evidence whose raw data was left out because it is too large. */
  oversized: number;
  /** What the author of the rule says about it; null when the rule is not in force any more. */
  rule: RuleWords | null;
}

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

/** Most events of a finding that are loaded for its enrichment. */
export const EVIDENCE_LIMIT = 20;
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
    insert into finding_enrichments as enrichment
           (finding_id, risk_score, rule_score, model_score, confidence, explanation, details, source, model,
            prompt_version, exchange_id, cached, input_tokens, output_tokens, cost_usd, injections, fallback_code,
            fallback_reason, placeholders, finding_revision, created_at, updated_at)
    select id, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13, $14, $15, $16::jsonb, $17, $18, $19::jsonb, $20,
           statement_timestamp(), statement_timestamp()
      from target
    on conflict (finding_id) do update
       set risk_score = excluded.risk_score, rule_score = excluded.rule_score, model_score = excluded.model_score,
           confidence = excluded.confidence, explanation = excluded.explanation, details = excluded.details,
           source = excluded.source, model = excluded.model, prompt_version = excluded.prompt_version,
           exchange_id = excluded.exchange_id, cached = excluded.cached, input_tokens = excluded.input_tokens,
           output_tokens = excluded.output_tokens, cost_usd = excluded.cost_usd, injections = excluded.injections,
           fallback_code = excluded.fallback_code, fallback_reason = excluded.fallback_reason,
           placeholders = excluded.placeholders, finding_revision = excluded.finding_revision,
           updated_at = excluded.updated_at
     where enrichment.finding_revision is null or enrichment.finding_revision <= excluded.finding_revision
  ), done as (
    update enrichment_run_items
       set state = case when exists (select from target) then $21 else 'missing' end,
           code = $17, reason = $18, updated_at = statement_timestamp()
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
  select f.id, f.rule_id, f.rule_name, f.title, f.description, f.severity, f."user", f.event_count, f.first_seen,
         f.last_seen, f.revision, f.reasons, f.controls,
         case when r.id is not null then json_build_object(
           'about', r.description, 'runbook', r.runbook,
           'false_positives', case when jsonb_typeof(r.metadata->'falsepositives') = 'array'
                                   then r.metadata->'falsepositives' else '[]' end
         ) end as rule
    from findings f left join rules r on r.id = f.rule_id
   where f.id = any($1::bigint[])`;

/** Raw data beyond the limit is left out, from the event on that goes beyond it. */
const LOAD_EVIDENCE = `
  select f.id as finding_id, chosen.*
    from findings f
    cross join lateral (
      select ${EVENT_ROW.replace('e.raw_data', 'case when sum(size.bytes) over earlier <= $3 then e.raw_data end as raw_data')}
        from (select id, row_number() over (order by "timestamp", id) as place, count(*) over () as places
                from events where uid = any(f.event_uids)) ranked
        join events e on e.id = ranked.id
        cross join lateral (
          select case when pg_column_size(e.raw_data) < 2000 then pg_column_size(e.raw_data)
                      else octet_length(e.raw_data::text) end as bytes
        ) size
       where ranked.place <= $2::int / 2 or ranked.place > ranked.places - $2::int / 2
      window earlier as (order by e."timestamp", e.id)
    ) chosen
   where f.id = any($1::bigint[])
   order by chosen."timestamp", chosen.id`;

type LoadedFinding = Omit<
  FindingForEnrichment,
  'id' | 'first_seen' | 'last_seen' | 'evidence' | 'oversized'
> & {
  id: string;
  first_seen: Date;
  last_seen: Date;
};
type EvidenceRow = Omit<EventRow, 'raw_data'> & {
  finding_id: string;
  raw_data: EventEnvelope['raw_data'] | null;
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
    const e = enrichment;
    const rows = await this.query<unknown[]>(SAVE, [
      findingId,
      e.risk_score,
      e.rule_score,
      e.model_score,
      e.confidence,
      storableText(e.explanation),
      storableJson(e.details),
      e.source,
      e.model,
      e.prompt_version,
      e.exchange_id,
      e.cached,
      e.input_tokens,
      e.output_tokens,
      e.cost_usd,
      e.injections.length === 0 ? null : storableJson(e.injections),
      e.fallback?.code ?? null,
      e.fallback === null ? null : storableText(e.fallback.reason),
      e.placeholders === null ? null : storableJson(e.placeholders),
      e.finding_revision,
      e.source === 'heuristic' ? 'heuristic' : e.cached ? 'cache' : 'model',
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
    const rows = await this.query<EvidenceRow[]>(LOAD_EVIDENCE, [findingIds, EVIDENCE_LIMIT, evidenceBytes]);
    const evidence = new Map<string, EvidenceRow[]>();
    for (const row of rows) {
      const known = evidence.get(row.finding_id);
      if (known) known.push(row);
      else evidence.set(row.finding_id, [row]);
    }
    return findings.map(({ first_seen, last_seen, ...finding }) => {
      const events = evidence.get(finding.id) ?? [];
      return {
        ...finding,
        id: toSafeInteger(finding.id),
        first_seen: first_seen.toISOString(),
        last_seen: last_seen.toISOString(),
        evidence: events.map((row) => toEnvelope({ ...row, raw_data: row.raw_data ?? {} })),
        oversized: events.filter((row) => row.raw_data === null).length,
      };
    });
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}
