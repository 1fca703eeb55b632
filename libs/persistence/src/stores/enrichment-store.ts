import type { EventEnvelope, Json, JsonObject, Severity } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseError } from '../database-errors.js';
import { toSafeInteger } from '../safe-integer.js';
import { EVENT_ROW, type EventRow, toEnvelope } from './event-row.js';

/** A score and an explanation, as they are stored. */
export interface EnrichmentRecord {
  /** Integer from 0 to 100. */
  risk_score: number;
  explanation: string;
  source: 'heuristic' | 'model';
  /** Name of the model; null for the heuristic. */
  model: string | null;
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
  reasons: Json;
  controls: JsonObject;
  /** Stored events of the evidence, oldest first, at most {@link EVIDENCE_LIMIT}. */
  evidence: EventEnvelope[];
}

/** Most events of a finding that are loaded for its enrichment. */
export const EVIDENCE_LIMIT = 20;

const SAVE = `
  insert into finding_enrichments as enrichment
         (finding_id, risk_score, explanation, source, model, created_at, updated_at)
  select id, $2, $3, $4, $5, statement_timestamp(), statement_timestamp()
    from findings where id = $1 for key share
  on conflict (finding_id) do update
     set risk_score = excluded.risk_score, explanation = excluded.explanation, source = excluded.source,
         model = excluded.model, updated_at = excluded.updated_at
  returning finding_id`;

const FIND_MISSING = `
  select id from findings f
   where id < coalesce($2::bigint, 9223372036854775807)
     and not exists (select from finding_enrichments e where e.finding_id = f.id)
   order by id desc limit $1`;

const LOAD = `
  select id, rule_id, rule_name, title, description, severity, "user", event_count, first_seen, last_seen, reasons,
         controls, event_uids::text[] as event_uids
    from findings where id = $1`;

const LOAD_EVIDENCE = `
  select ${EVENT_ROW} from events e where e.uid = any($1::uuid[]) order by e."timestamp", e.id limit $2`;

type LoadedFinding = Omit<FindingForEnrichment, 'id' | 'first_seen' | 'last_seen' | 'evidence'> & {
  id: string;
  first_seen: Date;
  last_seen: Date;
  event_uids: string[];
};

/** Writes scores and explanations, and reads what they are made from. */
@Injectable()
export class EnrichmentStore {
  constructor(private readonly dataSource: DataSource) {}

  /** Writes or replaces the enrichment of a finding; false when there is no such finding (any more). */
  async save(findingId: number, enrichment: EnrichmentRecord): Promise<boolean> {
    const { risk_score, explanation, source, model } = enrichment;
    const rows = await this.query<{ finding_id: string }[]>(SAVE, [
      findingId,
      risk_score,
      explanation,
      source,
      model,
    ]);
    return rows.length > 0;
  }

  /**
   * Ids of findings that have no enrichment, newest first.
   *
   * @param beforeId goes on behind this id: the last one of the page before
   */
  async findMissing(limit: number, beforeId?: number): Promise<number[]> {
    const rows = await this.query<{ id: string }[]>(FIND_MISSING, [limit, beforeId ?? null]);
    return rows.map(({ id }) => toSafeInteger(id));
  }

  /** The finding and its evidence; null when there is none. */
  async loadForEnrichment(findingId: number): Promise<FindingForEnrichment | null> {
    const [finding] = await this.query<LoadedFinding[]>(LOAD, [findingId]);
    if (finding === undefined) return null;
    const { event_uids, first_seen, last_seen, ...facts } = finding;
    const events = await this.query<EventRow[]>(LOAD_EVIDENCE, [event_uids, EVIDENCE_LIMIT]);
    return {
      ...facts,
      id: toSafeInteger(finding.id),
      first_seen: first_seen.toISOString(),
      last_seen: last_seen.toISOString(),
      evidence: events.map(toEnvelope),
    };
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}
