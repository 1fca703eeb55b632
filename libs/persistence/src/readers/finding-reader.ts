import {
  type Confidence,
  type Disagreement,
  disagreementOf,
  type EnrichmentDetails,
  type EnrichmentSource,
  type InjectionSign,
  type Json,
  type Severity,
} from '@mcm/contracts';
import { canonicalName } from '@mcm/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '../safe-integer.js';
import { queryRows } from './query-rows.js';
import { isoTime, SqlConditions } from './sql-conditions.js';

/** A row of `findings` with what is known from its enrichment; times are ISO 8601 in UTC. */
export interface StoredFinding {
  id: number;
  rule_name: string;
  description: string;
  severity: Severity;
  user: string;
  /** The name that the filter `user` compares. */
  canonical_user: string;
  created_at: string;
  risk_score: number | null;
  ai_explanation: string | null;
  rule_id: string;
  title: string;
  kind: 'event' | 'correlation';
  event_count: number;
  first_seen: string;
  last_seen: string;
  updated_at: string;
  revision: number;
  enrichment_source: EnrichmentSource | null;
  /** What the rule demands; `risk_score` is never lower. */
  rule_score: number | null;
  /** What the model said, also where it was too low to count. */
  model_score: number | null;
  disagreement: Disagreement | null;
  /** Text in its events tries to instruct a model. */
  injection_suspected: boolean;
}

/** Everything that is stored about a finding. */
export interface StoredFindingDetail extends StoredFinding {
  rule_hash: string;
  /** Number of that text among all that the rule has had; null when it was never in force. */
  rule_version: number | null;
  event_uids: string[];
  reasons: Json;
  controls: Record<string, string[]>;
  group_key: string | null;
  enrichment_model: string | null;
  enriched_at: string | null;
  /** Null until enriched, and where an older version did it. */
  enrichment: FindingEnrichment | null;
}

/** What an enrichment says and how it came about. */
export interface FindingEnrichment {
  confidence: Confidence | null;
  details: EnrichmentDetails | null;
  prompt_version: string | null;
  cached: boolean;
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  injections: InjectionSign[];
  fallback: { code: string; reason: string } | null;
  /** The finding has grown since. */
  outdated: boolean;
}

/** Which findings; what is absent does not matter. Days are `YYYY-MM-DD` in UTC and both belong to the range. */
export interface FindingFilter {
  severity?: readonly Severity[];
  user?: string;
  rule_name?: string;
  from_date?: string;
  to_date?: string;
}

const COLUMNS = `f.id, f.rule_name, f.description, f.severity, f."user",
  coalesce(f.canonical_user, f."user") as canonical_user, ${isoTime('f.created_at')} as created_at,
  n.risk_score, n.explanation as ai_explanation, f.rule_id, f.title, f.kind, f.event_count,
  ${isoTime('f.first_seen')} as first_seen, ${isoTime('f.last_seen')} as last_seen,
  ${isoTime('f.updated_at')} as updated_at, f.revision, n.source as enrichment_source,
  n.rule_score, n.model_score, n.injections is not null as injection_suspected`;
const DETAIL_COLUMNS = `${COLUMNS}, f.rule_hash,
  (select version from rule_versions v where v.rule_id = f.rule_id and v.content_hash = f.rule_hash) as rule_version,
  f.event_uids::text[] as event_uids, f.reasons, f.controls, f.group_key,
  n.model as enrichment_model, ${isoTime('n.updated_at')} as enriched_at,
  case when n.details is not null then json_build_object(
    'confidence', n.confidence, 'details', n.details, 'prompt_version', n.prompt_version, 'cached', n.cached,
    'input_tokens', n.input_tokens, 'output_tokens', n.output_tokens, 'cost_usd', n.cost_usd::float8,
    'injections', coalesce(n.injections, '[]'),
    'fallback', case when n.fallback_code is not null
                     then json_build_object('code', n.fallback_code, 'reason', n.fallback_reason) end,
    'outdated', coalesce(n.finding_revision < f.revision, false)
  ) end as enrichment`;
const ENRICHED = 'findings f left join finding_enrichments n on n.finding_id = f.id';

/** Reads findings. */
@Injectable()
export class FindingReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * One page of the findings that match, newest first, and how many match. The number comes from the daily counts
   * where these know the answer; a filter on the rule's name has to count rows.
   */
  async page(
    filter: FindingFilter,
    page: { limit: number; offset: number },
  ): Promise<{ items: StoredFinding[]; total: number }> {
    const total = await this.total(filter);
    if (page.offset >= total) return { items: [], total };
    const limit = Math.min(page.limit, total - page.offset);
    // What lies behind the middle is reached from the other end: no page costs more than half of the index.
    const fromEnd = page.offset > total / 2;
    const offset = fromEnd ? total - page.offset - limit : page.offset;
    const direction = fromEnd ? 'asc' : 'desc';
    const conditions = rowConditions(filter);
    const items = await this.rows<StoredFinding>(
      `select ${COLUMNS}
         from (select id from findings ${conditions.where}
                order by created_at ${direction}, id ${direction}
                limit ${conditions.parameter(limit)} offset ${conditions.parameter(offset)}) page
         join findings f on f.id = page.id
         left join finding_enrichments n on n.finding_id = f.id
        order by f.created_at desc, f.id desc`,
      conditions.parameters,
    );
    return { items, total };
  }

  /** @param id a whole number within 64 bits, as text */
  async byId(id: string): Promise<StoredFinding | null> {
    const rows = await this.rows<StoredFinding>(
      `select ${COLUMNS} from ${ENRICHED} where f.id = $1::bigint`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** @param id a whole number within 64 bits, as text */
  async detailById(id: string): Promise<StoredFindingDetail | null> {
    const rows = await this.rows<StoredFindingDetail>(
      `select ${DETAIL_COLUMNS} from ${ENRICHED} where f.id = $1::bigint`,
      [id],
    );
    return rows[0] ?? null;
  }

  /** Those of these findings that exist, newest first. */
  async byIds(ids: readonly number[]): Promise<StoredFinding[]> {
    if (ids.length === 0) return [];
    return this.rows(
      `select ${COLUMNS} from ${ENRICHED} where f.id = any($1::bigint[]) order by f.created_at desc, f.id desc`,
      [ids],
    );
  }

  private async total(filter: FindingFilter): Promise<number> {
    let sql: string;
    let conditions: SqlConditions;
    if (filter.rule_name !== undefined) {
      conditions = rowConditions(filter);
      sql = `select count(*) as total from findings ${conditions.where}`;
    } else {
      conditions = new SqlConditions()
        .and('"user" = ?', filter.user && canonicalName(filter.user))
        .and('severity = any(?::text[])', filter.severity)
        .and('day >= ?::date', filter.from_date)
        .and('day <= ?::date', filter.to_date);
      const table = filter.user === undefined ? 'finding_daily_counts' : 'finding_user_daily_counts';
      sql = `select coalesce(sum(count), 0) as total from ${table} ${conditions.where}`;
    }
    const rows = await queryRows<{ total: string }>(this.dataSource, sql, conditions.parameters);
    return Number(rows[0]?.total ?? 0);
  }

  private async rows<T extends StoredFinding>(sql: string, parameters: unknown[]): Promise<T[]> {
    const rows = await queryRows<Omit<T, 'id' | 'disagreement'> & { id: string }>(
      this.dataSource,
      sql,
      parameters,
    );
    return rows.map((row) => {
      const disagreement = disagreementOf(row.rule_score, row.model_score);
      return { ...row, id: toSafeInteger(row.id), disagreement } as T;
    });
  }
}

function rowConditions(filter: FindingFilter): SqlConditions {
  const [severity, ...further] = filter.severity ?? [];
  const conditions = new SqlConditions()
    .and('coalesce(canonical_user, "user") = ?', filter.user && canonicalName(filter.user))
    .and('rule_name = ?', filter.rule_name)
    .and(`created_at >= ?::date::timestamp at time zone 'UTC'`, filter.from_date)
    .and(`created_at < (?::date + 1)::timestamp at time zone 'UTC'`, filter.to_date);
  // Equality keeps the order of the index on severity, a list does not.
  return further.length === 0
    ? conditions.and('severity = ?', severity)
    : conditions.and('severity = any(?::text[])', filter.severity);
}
