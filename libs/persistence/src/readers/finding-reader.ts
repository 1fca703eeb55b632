import {
  type Disagreement,
  disagreementOf,
  type EnrichmentSource,
  type InjectionSign,
  type Severity,
} from '@mcm/contracts';
import { canonicalName } from '@mcm/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '../safe-integer.js';
import { pick, type RowOf, selected } from '../tables/columns.js';
import { FINDING_ENRICHMENT } from '../tables/finding-enrichments.js';
import { FINDING } from '../tables/findings.js';
import { isoTime } from '../tables/iso-time.js';
import { queryRows } from './query-rows.js';
import { SqlConditions } from './sql-conditions.js';

const LISTED = pick(
  FINDING,
  'id',
  'rule_name',
  'description',
  'severity',
  'user',
  'created_at',
  'rule_id',
  'title',
  'kind',
  'event_count',
  'first_seen',
  'last_seen',
  'updated_at',
  'revision',
);
const LISTED_SCORES = pick(FINDING_ENRICHMENT, 'risk_score', 'rule_score', 'model_score');
const DETAILS = pick(FINDING, 'rule_hash', 'event_uids', 'reasons', 'controls', 'group_key');
const ENRICHMENT = pick(
  FINDING_ENRICHMENT,
  'confidence',
  'details',
  'prompt_version',
  'cached',
  'input_tokens',
  'output_tokens',
  'cost_usd',
);

/** A row of `findings` with what is known from its enrichment; times are ISO 8601 in UTC. */
export type StoredFinding = RowOf<typeof LISTED> &
  NullUntilEnriched<RowOf<typeof LISTED_SCORES>> & {
    /** The name that the filter `user` compares. */
    canonical_user: string;
    ai_explanation: string | null;
    enrichment_source: EnrichmentSource | null;
    disagreement: Disagreement | null;
    /** Text in its events tries to instruct a model. */
    injection_suspected: boolean;
  };
type NullUntilEnriched<T> = { [Name in keyof T]: T[Name] | null };

/** Everything that is stored about a finding. */
export type StoredFindingDetail = StoredFinding &
  RowOf<typeof DETAILS> & {
    /** Number of that text among all that the rule has had; null when it was never in force. */
    rule_version: number | null;
    enrichment_model: string | null;
    enriched_at: string | null;
    /** Null until enriched, and where an older version did it. */
    enrichment: FindingEnrichment | null;
  };

/** What an enrichment says and how it came about. */
export type FindingEnrichment = RowOf<typeof ENRICHMENT> & {
  injections: readonly InjectionSign[];
  fallback: { code: string; reason: string } | null;
  /** The finding has grown since. */
  outdated: boolean;
};

/** Which findings; what is absent does not matter. Days are `YYYY-MM-DD` in UTC and both belong to the range. */
export interface FindingFilter {
  severity?: readonly Severity[];
  user?: string;
  rule_name?: string;
  from_date?: string;
  to_date?: string;
}

const COLUMNS = `${selected(LISTED, 'f')}, ${selected(LISTED_SCORES, 'n')},
  coalesce(f.canonical_user, f."user") as canonical_user, n.explanation as ai_explanation,
  n.source as enrichment_source, n.injections is not null as injection_suspected`;
const DETAIL_COLUMNS = `${COLUMNS}, ${selected(DETAILS, 'f')},
  (select version from rule_versions v where v.rule_id = f.rule_id and v.content_hash = f.rule_hash) as rule_version,
  n.model as enrichment_model, ${isoTime('n.updated_at')} as enriched_at,
  case when n.details is not null then (select to_json(enrichment) from (select
    ${selected(ENRICHMENT, 'n')}, coalesce(n.injections, '[]') as injections,
    case when n.fallback_code is not null
         then json_build_object('code', n.fallback_code, 'reason', n.fallback_reason) end as fallback,
    coalesce(n.finding_revision < f.revision, false) as outdated) enrichment)
  end as enrichment`;
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
