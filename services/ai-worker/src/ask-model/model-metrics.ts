import { MetricsRegistry } from '@mcm/platform';
import { Injectable } from '@nestjs/common';

/** Counts what goes on between us and the model. */
@Injectable()
export class ModelMetrics {
  readonly requests;
  readonly seconds;
  readonly tokens;
  readonly cost;
  readonly cache;
  readonly savedTokens;
  readonly cuts;
  readonly fallbacks;

  constructor(metrics: MetricsRegistry) {
    this.requests = metrics.counter('mcm_ai_requests_total', 'Requests to the model by what came of them', [
      'outcome',
    ]);
    this.seconds = metrics.histogram(
      'mcm_ai_request_seconds',
      'Time that the model took to answer',
      [],
      [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60],
    );
    this.tokens = metrics.counter('mcm_ai_tokens_total', 'Tokens that the model counted', ['kind']);
    this.cost = metrics.counter('mcm_ai_cost_usd_total', 'What the tokens cost, where a price is configured');
    this.cache = metrics.counter('mcm_ai_cache_total', 'Questions by whether an answer was there already', [
      'result',
    ]);
    this.savedTokens = metrics.counter(
      'mcm_ai_saved_tokens_total',
      'Tokens that answers from the cache would have cost',
    );
    this.cuts = metrics.counter('mcm_ai_statements_cut_total', 'Parts of answers that the validator cut out');
    this.fallbacks = metrics.counter(
      'mcm_ai_fallbacks_total',
      'Findings that the heuristic answered for the model, by why',
      ['code'],
    );
  }
}
