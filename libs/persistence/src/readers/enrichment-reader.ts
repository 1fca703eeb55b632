import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '../safe-integer.js';
import { queryRows } from './query-rows.js';
import { isoTime } from './sql-conditions.js';

/** One question to a model and what came back; times are ISO 8601 in UTC. */
export interface StoredExchange {
  id: number;
  asked_at: string;
  endpoint: string;
  model: string;
  answered_by: string | null;
  prompt_version: string;
  /** The messages after the system prompt, in order. */
  sent: { role: string; content: string }[];
  received: string | null;
  outcome: 'valid' | 'invalid' | 'cut_off' | 'refused' | 'failed';
  problems: string[];
  input_tokens: number | null;
  output_tokens: number | null;
  cost_usd: number | null;
  duration_ms: number;
}

/** What was sent about a finding and what came back. */
export interface StoredFindingExchanges {
  placeholders: Record<string, string> | null;
  /** In order: a question, and the attempt to repair its answer. Empty when nothing was sent. */
  exchanges: StoredExchange[];
  /** The fixed part of what was sent; null when nothing was. */
  prompt: { version: string; system: string; answer_schema: Record<string, unknown> } | null;
}

const EXCHANGES = `
  with recursive chain as (
    select x.* from ai_exchanges x where x.id = $1::bigint
    union all
    select x.* from ai_exchanges x join chain c on x.id = c.repair_of
  )
  select id, ${isoTime('asked_at')} as asked_at, endpoint, model, answered_by, prompt_version, sent, received, outcome,
         problems, input_tokens, output_tokens, cost_usd::float8 as cost_usd, duration_ms
    from chain order by id`;

/** Reads what an enrichment came from. */
@Injectable()
export class EnrichmentReader {
  constructor(private readonly dataSource: DataSource) {}

  /** @param findingId a whole number within 64 bits, as text; null when the finding has no enrichment */
  async exchangesOf(findingId: string): Promise<StoredFindingExchanges | null> {
    const [enrichment] = await queryRows<{
      exchange_id: string | null;
      placeholders: Record<string, string> | null;
    }>(
      this.dataSource,
      'select exchange_id, placeholders from finding_enrichments where finding_id = $1::bigint',
      [findingId],
    );
    if (enrichment === undefined) return null;
    const { exchange_id, placeholders } = enrichment;
    if (exchange_id === null) return { placeholders, exchanges: [], prompt: null };
    const rows = await queryRows<Omit<StoredExchange, 'id'> & { id: string }>(this.dataSource, EXCHANGES, [
      exchange_id,
    ]);
    const exchanges = rows.map((row) => ({ ...row, id: toSafeInteger(row.id) }));
    const [prompt] = await queryRows<NonNullable<StoredFindingExchanges['prompt']>>(
      this.dataSource,
      'select version, system, answer_schema from ai_prompts where version = $1',
      [exchanges[0]?.prompt_version],
    );
    return { placeholders, exchanges, prompt: prompt ?? null };
  }
}
