import type { EnrichmentEstimate, EnrichmentScope } from '@mcm/contracts';
import { ModelStatusReader } from '@mcm/persistence';
import { type ActiveJob, HandlesJob } from '@mcm/queue';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeStore } from '../ask-model/exchange-store.js';
import { EnrichmentRunStore } from './enrichment-run-store.js';
import { EnrichmentStore } from '../enrich-finding/enrichment-store.js';
import { AiWorkerConfig } from '../ai-worker.config.js';
import { Enricher } from '../enrich-finding/enricher.js';
import { inputHash, question } from '../prompt/messages.js';
import { PROMPT_VERSION, SYSTEM_PROMPT } from '../prompt/system-prompt.js';
import { type Model, MODEL } from '../providers/model.js';

/** Findings that are looked at; what is beyond is taken to be like these. */
const SAMPLE = 1_000;
/** Findings that are loaded at a time, and most raw data of each, in bytes. */
const PAGE = 100;
const EVIDENCE_BYTES = 64 * 1024;
/** Before anything was measured with a model: characters per token of English and JSON, and tokens of an answer. */
const GUESS = { charactersPerToken: 4, outputTokens: 600 } as const;

/** Estimates the work and cost of a bulk enrichment, without asking a model. */
@Injectable()
export class EstimateEnrichmentWorker {
  constructor(
    @Inject(MODEL) private readonly model: Model | null,
    private readonly config: AiWorkerConfig,
    private readonly enricher: Enricher,
    private readonly runs: EnrichmentRunStore,
    private readonly enrichments: EnrichmentStore,
    private readonly exchanges: ExchangeStore,
    private readonly status: ModelStatusReader,
  ) {}

  @HandlesJob('estimate-enrichment')
  async estimate({ payload: scope, signal }: ActiveJob<'estimate-enrichment'>): Promise<EnrichmentEstimate> {
    const findings = await this.runs.countInScope(scope);
    const status = this.model === null ? null : await this.status.of(this.model.fingerprint);
    const left = this.budgetLeft(status?.tokens_today ?? 0);
    if (this.model === null || status?.refused_until) {
      return { ...NOTHING, findings, heuristic: findings, sampled: findings, budget_left_tokens: left };
    }
    const { requests, cached, characters, sampled } = await this.sample(this.model, scope, signal);
    const usual = await this.exchanges.usualSize(this.model.name, PROMPT_VERSION);
    const perToken =
      usual === null
        ? GUESS.charactersPerToken
        : (usual.sent_length + SYSTEM_PROMPT.length) / usual.input_tokens;
    const scale = sampled === 0 ? 0 : findings / sampled;
    const all = {
      requests: Math.round(requests * scale),
      input: Math.round((characters / perToken) * scale),
      output: Math.round((usual?.output_tokens ?? GUESS.outputTokens) * requests * scale),
    };
    // Of what the budget does not cover the heuristic answers.
    const covered = left === null ? 1 : Math.min(1, left / Math.max(1, all.input + all.output));
    const [input_tokens, output_tokens] = [Math.round(all.input * covered), Math.round(all.output * covered)];
    const asked = Math.floor(all.requests * covered);
    const { priceInput, priceOutput } = this.config;
    const priced = priceInput > 0 || priceOutput > 0;
    return {
      findings,
      heuristic: all.requests - asked,
      cached: Math.round(cached * scale),
      requests: asked,
      input_tokens,
      output_tokens,
      cost_usd: priced ? (input_tokens * priceInput + output_tokens * priceOutput) / 1_000_000 : null,
      sampled,
      model: this.model.name,
      budget_left_tokens: left,
    };
  }

  /** How many of the newest findings would be asked about, and with how many characters. */
  private async sample(model: Model, scope: EnrichmentScope, signal: AbortSignal) {
    const ids = await this.runs.inScope(scope, SAMPLE);
    const questions = new Map<string, number>();
    let sampled = 0;
    for (let i = 0; i < ids.length; i += PAGE) {
      signal.throwIfAborted();
      for (const finding of await this.enrichments.loadManyForEnrichment(
        ids.slice(i, i + PAGE),
        EVIDENCE_BYTES,
      )) {
        const facts = this.enricher.factsOf(finding);
        const length = question(facts).reduce(
          (sum, { content }) => sum + content.length,
          SYSTEM_PROMPT.length,
        );
        questions.set(inputHash(facts, model.endpoint, model.name), length);
        sampled += 1;
      }
    }
    const known = await this.exchanges.known([...questions.keys()], this.config.cacheDays * 24 * 3600);
    const asked = [...questions].filter(([hash]) => !known.has(hash));
    const characters = asked.reduce((sum, [, length]) => sum + length, 0);
    return { requests: asked.length, cached: sampled - asked.length, characters, sampled };
  }

  private budgetLeft(used: number): number | null {
    const { tokensPerDay } = this.config;
    return tokensPerDay === 0 ? null : Math.max(0, tokensPerDay - used);
  }
}

const NOTHING = {
  cached: 0,
  requests: 0,
  input_tokens: 0,
  output_tokens: 0,
  cost_usd: null,
  model: null,
} as const satisfies Partial<EnrichmentEstimate>;
