import { setTimeout as delay } from 'node:timers/promises';
import type { JobProgress, ReplayRulesPayload, ReplayRulesResult } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';

interface RunStatus {
  id: string;
  state: 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';
  progress: JobProgress | null;
  result: ReplayRulesResult | null;
  error: string | null;
}

async function call(url: string, init?: RequestInit): Promise<RunStatus> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    throw new AppError(
      'unavailable',
      'RULES.API_UNREACHABLE',
      `Nothing answers at ${new URL(url).origin}. Start the system first (npm start), or name it with --url.`,
      { cause: error },
    );
  }
  const body = (await response.json()) as RunStatus & { detail?: string };
  if (!response.ok)
    throw new AppError('internal', 'RULES.RUN_REFUSED', body.detail ?? `HTTP ${response.status}`);
  return body;
}

const WIDTH = 30;
function bar({ done, total }: JobProgress): string {
  const share = total === 0 ? 1 : done / total;
  const filled = Math.round(WIDTH * share);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done} of ${total} events`;
}

/**
 * `rules run`: has the running system evaluate its stored events again and shows how far it is. Returns the exit code.
 *
 * @param progress is given a line that replaces the one before
 */
export async function runRules(
  baseUrl: string,
  range: ReplayRulesPayload,
  print: (line: string) => void,
  progress: (line: string) => void,
): Promise<number> {
  const runs = new URL('rules/runs', baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`).href;
  let status = await call(runs, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(range),
  });
  while (status.state !== 'completed' && status.state !== 'failed') {
    await delay(250);
    status = await call(`${runs}/${encodeURIComponent(status.id)}`);
    if (status.progress !== null) progress(bar(status.progress));
  }
  if (status.state === 'failed' || status.result === null) {
    print(`The run failed: ${status.error ?? messageOf(status.state)}`);
    return 1;
  }
  const { events, findings, new_findings } = status.result;
  print(`${events} events evaluated, ${findings} findings, ${new_findings} of them new`);
  return 0;
}
