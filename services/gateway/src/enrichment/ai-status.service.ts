import { ModelStatusReader, type StoredModelStatus } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import type { AiBudgetDto, AiStatusDto } from './ai-status.dto.js';

/** Says whether a model answers, as the ai-workers wrote it down. */
@Injectable()
export class AiStatusService {
  constructor(private readonly models: ModelStatusReader) {}

  async status(): Promise<AiStatusDto> {
    const stored = await this.models.latest();
    if (stored === null) {
      return {
        ...stateOf('unknown', 'No ai-worker has started yet.'),
        ...NO_MODEL,
        auto_enrich: 'off',
        pseudonymise: true,
      };
    }
    const { settings } = stored;
    const policy = {
      auto_enrich: String(settings['auto_enrich'] ?? 'off'),
      pseudonymise: settings['pseudonymise'] !== false,
    };
    if (stored.model === '') {
      const reason = 'No model is configured: set OPENAI_API_KEY, or OPENAI_BASE_URL and OPENAI_MODEL.';
      return { ...stateOf('off', reason), ...NO_MODEL, ...policy };
    }
    const { model, endpoint, prompt_version } = stored;
    return {
      ...connectionState(stored),
      model,
      endpoint,
      prompt_version,
      ...policy,
      budget: budgetOf(stored),
    };
  }
}

const NO_MODEL = { model: null, endpoint: null, prompt_version: null, budget: null };

function stateOf(state: AiStatusDto['state'], reason: string | null, until: string | null = null) {
  return { state, reason, until };
}

function connectionState(stored: StoredModelStatus) {
  if (stored.refused_until !== null) return stateOf('refused', stored.refused_reason, stored.refused_until);
  if (stored.open_until !== null) {
    const reason = `The model failed repeatedly and is paused for a while: ${stored.last_failure}`;
    return stateOf('paused', reason, stored.open_until);
  }
  if (stored.blocked_until !== null) {
    return stateOf('paused', 'The server limits the rate of requests.', stored.blocked_until);
  }
  const limit = limitOf(stored.settings['tokens_per_day']);
  if (limit !== null && stored.tokens_today >= limit) {
    return stateOf('paused', `The budget of ${limit} tokens for today (UTC) is spent.`);
  }
  return stateOf('on', null);
}

function budgetOf({
  settings,
  tokens_today,
  requests_today,
  cost_usd_today,
}: StoredModelStatus): AiBudgetDto {
  return {
    tokens_per_day: limitOf(settings['tokens_per_day']),
    tokens_today,
    requests_per_minute: limitOf(settings['requests_per_minute']),
    requests_today,
    concurrency: Number(settings['concurrency'] ?? 0),
    cost_usd_today: settings['priced'] === true ? cost_usd_today : null,
  };
}

/** Settings write "without limit" as 0. */
function limitOf(setting: unknown): number | null {
  return typeof setting === 'number' && setting > 0 ? setting : null;
}
