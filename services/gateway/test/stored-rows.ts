import {
  AI_EXCHANGE,
  type DataSource,
  FINDING_ENRICHMENT,
  type FindingDraft,
  type RowOf,
  without,
} from '@mcm/persistence';
import { aFinding, insertRows, storeFindings } from '@mcm/persistence/testing';

const ASKED_EXCHANGE = without(AI_EXCHANGE, 'id');

/** Stores a finding about one event of alice, changed by `overrides`; gives its id. */
export async function storeFinding(
  database: DataSource,
  {
    created_at = '2026-01-15T12:00:00.000Z',
    ...overrides
  }: Partial<FindingDraft> & { created_at?: string } = {},
): Promise<number> {
  const draft = aFinding({ first_seen: created_at, last_seen: created_at, ...overrides });
  return (await storeFindings(database, [draft], created_at))[0]!;
}

/** Stores a score and an explanation, as the ai-worker does; by the heuristic where `overrides` say nothing else. */
export async function storeEnrichment(
  database: DataSource,
  findingId: number,
  score: number,
  overrides: Partial<RowOf<typeof FINDING_ENRICHMENT>> = {},
): Promise<void> {
  const now = new Date().toISOString();
  const enrichment: RowOf<typeof FINDING_ENRICHMENT> = {
    finding_id: findingId,
    risk_score: score,
    rule_score: null,
    model_score: null,
    confidence: null,
    explanation: 'Because of the severity.',
    details: null,
    source: 'heuristic',
    model: null,
    prompt_version: null,
    exchange_id: null,
    cached: false,
    input_tokens: null,
    output_tokens: null,
    cost_usd: null,
    injections: null,
    fallback_code: null,
    fallback_reason: null,
    placeholders: null,
    finding_revision: null,
    created_at: now,
    updated_at: now,
    ...overrides,
  };
  await database.query('delete from finding_enrichments where finding_id = $1', [findingId]);
  await insertRows(database, 'finding_enrichments', FINDING_ENRICHMENT, [enrichment]);
}

/** Stores a question to a model and its answer, as the ai-worker does; gives its id. */
export async function storeExchange(
  database: DataSource,
  overrides: Partial<RowOf<typeof ASKED_EXCHANGE>> = {},
): Promise<number> {
  const exchange: RowOf<typeof ASKED_EXCHANGE> = {
    input_hash: 'hash',
    prompt_version: 'v1',
    endpoint: 'http://127.0.0.1/v1',
    model: 'small',
    answered_by: 'small-2026',
    repair_of: null,
    sent: [{ role: 'user', content: 'USER_1?' }],
    received: '{"score":1}',
    outcome: 'valid',
    problems: [],
    input_tokens: 100,
    output_tokens: 10,
    cost_usd: 0.001,
    duration_ms: 12,
    asked_at: new Date().toISOString(),
    ...overrides,
  };
  return (await insertRows(database, 'ai_exchanges', ASKED_EXCHANGE, [exchange]))[0]!;
}
