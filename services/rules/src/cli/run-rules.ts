import type { ReplayRulesPayload, ReplayRulesResult } from '@mcm/contracts';
import type { ApiClient } from './api-client.js';
import { type JobAnswer, type Terminal, watchJob } from './watched-job.js';

/**
 * `rules run`: has the running system evaluate its stored events again and shows how far it is. While a run with the same
 * bounds is going on, that one is shown. Returns the exit code: 130 when it was cancelled.
 */
export async function runRules(
  api: ApiClient,
  range: ReplayRulesPayload,
  terminal: Terminal,
): Promise<number> {
  const started = await api.call<JobAnswer<ReplayRulesResult>>('POST', 'rules/runs', range);
  const path = `rules/runs/${encodeURIComponent(started.id)}`;
  const status = await watchJob(api, path, started, terminal);
  if (status === null) {
    terminal.print('Cancelled. The findings so far are kept; run again for the rest.');
    return 130;
  }
  if (status.result === null) {
    terminal.print(`The run failed: ${status.error ?? status.state}`);
    return 1;
  }
  const { events, findings, new_findings } = status.result;
  terminal.print(`${events} events evaluated, ${findings} findings, ${new_findings} of them new`);
  return 0;
}
