import { column, nullable, type RowOf, without } from './columns.js';

/** The columns of `ai_exchanges`: questions to a model and what came back. */
export const AI_EXCHANGE = {
  id: column<number>('bigint'),
  /** Hash of everything that decides the answer. */
  input_hash: column<string>('text'),
  prompt_version: column<string>('text'),
  /** Where it was sent, without credentials. */
  endpoint: column<string>('text'),
  model: column<string>('text'),
  /** The model that the answer names. */
  answered_by: nullable<string>('text'),
  /** The exchange whose invalid answer this one should repair. */
  repair_of: nullable<number>('bigint'),
  /** The messages after the system prompt, in order. */
  sent: column<readonly { role: string; content: string }[]>('jsonb'),
  received: nullable<string>('text'),
  outcome: column<'valid' | 'invalid' | 'cut_off' | 'refused' | 'failed'>('text'),
  /** What was cut out of the answer, or why it is of no use. */
  problems: column<readonly string[]>('jsonb'),
  input_tokens: nullable<number>('integer'),
  output_tokens: nullable<number>('integer'),
  /** In US dollars; null when no price is known. */
  cost_usd: nullable<number>('numeric'),
  duration_ms: column<number>('integer'),
  asked_at: column<string>('timestamptz(3)'),
};

/** One question to a model and what came back, as it is written when the answer is there. */
export const NEW_EXCHANGE = without(AI_EXCHANGE, 'id', 'asked_at');
export type ExchangeRecord = RowOf<typeof NEW_EXCHANGE>;
