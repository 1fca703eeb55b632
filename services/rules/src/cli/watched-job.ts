import { setTimeout as delay } from 'node:timers/promises';
import type { JobProgress } from '@mcm/contracts';
import { type ApiClient, ApiRefusal } from './api-client.js';

/** What the API tells of any job. */
export interface JobAnswer<R> {
  id: string;
  state: 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';
  progress: JobProgress | null;
  result: R | null;
  error: string | null;
}

/** How a command talks to people. */
export interface Terminal {
  print(line: string): void;
  /** Shows a line that replaces the one before. */
  progress(line: string): void;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

const WIDTH = 30;
function bar({ done, total }: JobProgress): string {
  const share = total === 0 ? 1 : done / total;
  const filled = Math.round(WIDTH * share);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${done} of ${total} events`;
}

/**
 * Shows how far a job is until it has ended. Ctrl-C cancels the job.
 *
 * @param path where the API tells of it
 * @returns its last state; null when it was cancelled
 */
export async function watchJob<R>(
  api: ApiClient,
  path: string,
  first: JobAnswer<R>,
  { progress, signal }: Terminal,
): Promise<JobAnswer<R> | null> {
  let status = first;
  while (status.state !== 'completed' && status.state !== 'failed') {
    if (signal.aborted) {
      await cancel(api, path);
      return null;
    }
    await delay(250, undefined, { signal }).catch(() => undefined);
    status = await api.call<JobAnswer<R>>('GET', path);
    if (status.progress !== null) progress(bar(status.progress));
  }
  return signal.aborted && status.error?.startsWith('JOBS.CANCELLED') ? null : status;
}

async function cancel(api: ApiClient, path: string): Promise<void> {
  try {
    await api.call('DELETE', path);
  } catch (error) {
    // It has ended in the meantime.
    if (!(error instanceof ApiRefusal)) throw error;
  }
}
