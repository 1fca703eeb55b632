import {
  AI_EXCHANGE,
  DataSource,
  queryRows,
  type RowOf,
  selected,
  toSafeInteger,
  without,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

const SHOWN = without(AI_EXCHANGE, 'input_hash', 'repair_of');
/** One question to a model and what came back; times are ISO 8601 in UTC. */
export type StoredExchange = RowOf<typeof SHOWN>;

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
  select ${selected(SHOWN, 'x')} from chain x order by x.id`;

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
