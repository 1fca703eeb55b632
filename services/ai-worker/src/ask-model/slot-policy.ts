/** What may be spent on models, over all processes; 0 means without limit. */
export interface ModelBudget {
  /** Per UTC day, questions and answers together. */
  tokensPerDay: number;
  requestsPerMinute: number;
  /** Requests under way at the same time. */
  concurrency: number;
}

/** A request for a slot to ask a model. */
export interface SlotRequest {
  /** A UUID; the same one when asking again after `busy`. */
  id: string;
  /** Settings of the connection, see `ModelBudgetStore.register`. */
  fingerprint: string;
  /** A person waits for the answer: the next free slot is for this request. */
  urgent: boolean;
  /** Most tokens that question and answer may need: set aside until it is known what they were. */
  tokens: number;
  /** How long the request may take; then the slot is free again whatever became of its holder. */
  holdMs: number;
  budget: ModelBudget;
}

/** Whether a model may be asked now. */
export type SlotAnswer =
  | { kind: 'granted' }
  /** All slots are taken. */
  | { kind: 'busy' }
  /** The requests of this minute are spent. */
  | { kind: 'minute-spent'; retryMs: number }
  /** The server asked for a pause. */
  | { kind: 'blocked'; retryMs: number }
  /** It failed repeatedly: it is not asked until then. */
  | { kind: 'open'; retryMs: number; reason: string }
  /** The tokens of this day are spent. */
  | { kind: 'day-spent'; used: number }
  /** The server refuses key or model: asking is of no use until the settings change. */
  | { kind: 'refused'; code: string; reason: string };

/** How a connection is, and what is taken and spent over all processes, when a slot is requested. */
export interface SlotState {
  refused_code: string | null;
  refused_reason: string | null;
  last_failure: string | null;
  failures: number;
  refused: boolean | null;
  blocked_ms: number | null;
  open_ms: number | null;
  tripped: boolean;
  tokens: number;
  requests: number;
  minute_ms: number;
  held: number;
  urgent_waiting: number;
}

/**
 * Decides about a request; null for a connection that no worker has registered. What holds for longest comes first: a refused
 * key, then a server that wants rest, then the budget of the day, then slots and the budget of the minute.
 */
export function decideSlot(
  state: SlotState | null,
  { fingerprint, urgent, tokens, budget }: SlotRequest,
): SlotAnswer {
  if (state === null) {
    return {
      kind: 'refused',
      code: 'AI.NOT_REGISTERED',
      reason: `The connection ${fingerprint} is not known.`,
    };
  }
  if (state.refused === true) {
    return { kind: 'refused', code: state.refused_code ?? '', reason: state.refused_reason ?? '' };
  }
  if ((state.blocked_ms ?? 0) > 0) return { kind: 'blocked', retryMs: state.blocked_ms! };
  if ((state.open_ms ?? 0) > 0) {
    return { kind: 'open', retryMs: state.open_ms!, reason: state.last_failure ?? '' };
  }
  if (budget.tokensPerDay > 0 && state.tokens + tokens > budget.tokensPerDay) {
    return { kind: 'day-spent', used: state.tokens };
  }
  const taken = state.held + (urgent ? 0 : state.urgent_waiting);
  if (budget.concurrency > 0 && taken >= budget.concurrency) return { kind: 'busy' };
  if (budget.requestsPerMinute > 0 && state.requests >= budget.requestsPerMinute) {
    return { kind: 'minute-spent', retryMs: state.minute_ms };
  }
  return { kind: 'granted' };
}
