import { AppError, messageOf } from '@mcm/kernel';
import type { ProducedEvent } from './produced-event.js';

/** The result for the events that were pushed. */
export interface PushReceipt {
  accepted: number;
  /** Events that repeat an earlier one of their request. */
  duplicates: number;
  /** Events that were refused. */
  rejected_total: number;
  /** The first of them in each batch. */
  rejected: readonly { index: number; reason: string }[];
}

export interface PushOptions {
  /** Events per request. */
  batchSize?: number;
  /** How often a request is sent again when the API asks for patience (429, 503). */
  retries?: number;
  /** Longest wait for one answer, milliseconds. */
  timeoutMs?: number;
  /** Sent with each request: that of `apiKeyHeader`. */
  headers?: Readonly<Record<string, string>>;
}

/**
 * Makes a function that sends events to `POST /events` of the API at `baseUrl`. It waits and tries again when the API
 * asks for patience; otherwise it throws an `AppError`: `unavailable` when the API does not answer, `invalid` with the
 * problem's own words when the API refuses the request. Single events that are refused are in the receipt.
 */
export function pushOverHttp(
  baseUrl: string,
  options: PushOptions = {},
): (events: readonly ProducedEvent[], signal?: AbortSignal) => Promise<PushReceipt> {
  const { batchSize = 500, retries = 5, timeoutMs = 30_000, headers = {} } = options;
  const url = new URL('events', baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`);
  return async (events, signal) => {
    const total = {
      accepted: 0,
      duplicates: 0,
      rejected_total: 0,
      rejected: [] as { index: number; reason: string }[],
    };
    for (let first = 0; first < events.length; first += batchSize) {
      const batch = events.slice(first, first + batchSize);
      const receipt = await send(url, batch, { retries, timeoutMs, headers, ...(signal && { signal }) });
      total.accepted += receipt.accepted;
      total.duplicates += receipt.duplicates;
      total.rejected_total += receipt.rejected_total;
      for (const { index, reason } of receipt.rejected) total.rejected.push({ index: first + index, reason });
    }
    return total;
  };
}

async function send(
  url: URL,
  events: readonly ProducedEvent[],
  options: {
    retries: number;
    timeoutMs: number;
    headers: Readonly<Record<string, string>>;
    signal?: AbortSignal;
  },
): Promise<PushReceipt> {
  for (let attempt = 0; ; attempt += 1) {
    const deadline = AbortSignal.timeout(options.timeoutMs);
    let response: Response;
    let body: string;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { ...options.headers, 'content-type': 'application/json' },
        body: JSON.stringify(events),
        signal: options.signal ? AbortSignal.any([options.signal, deadline]) : deadline,
      });
      body = await response.text();
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new AppError(
        'unavailable',
        'SIMULATOR.API_UNREACHABLE',
        `The API at ${url.origin} does not answer (${causeOf(error)}). Is the system running? Start it with: npm start`,
        { cause: error },
      );
    }
    if (response.ok) return receiptOf(url, body);
    const patience = response.status === 429 || response.status === 503;
    if (!patience || attempt >= options.retries) {
      throw new AppError(
        patience ? 'unavailable' : 'invalid',
        'SIMULATOR.PUSH_REFUSED',
        `The API at ${url.origin} answered ${response.status}: ${problemOf(body)}`,
      );
    }
    await pause(retryAfterMs(response), options.signal);
  }
}

/** Waits; ends early, with the signal's reason, when it is aborted. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'));
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 30) * 1000 : 1000;
}

function receiptOf(url: URL, body: string): PushReceipt {
  const receipt = parse(body) as Partial<PushReceipt> | undefined;
  if (typeof receipt?.accepted !== 'number') {
    throw new AppError(
      'invalid',
      'SIMULATOR.NOT_THE_API',
      `What answers at ${url.origin} is not the API: its answer to POST ${url.pathname} names no accepted events`,
    );
  }
  return {
    accepted: receipt.accepted,
    duplicates: receipt.duplicates ?? 0,
    rejected_total: receipt.rejected_total ?? receipt.rejected?.length ?? 0,
    rejected: receipt.rejected ?? [],
  };
}

/** The words of a problem document, else the beginning of whatever was answered. */
function problemOf(body: string): string {
  const problem = parse(body) as { title?: unknown; detail?: unknown } | undefined;
  for (const words of [problem?.detail, problem?.title]) if (typeof words === 'string') return words;
  return body.slice(0, 200) || 'no explanation';
}

function parse(body: string): object | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined; // Not JSON: the caller says so in its own words.
  }
}

/** `fetch` hides why it failed in the cause. */
function causeOf(error: unknown): string {
  const cause = (error as { cause?: { code?: unknown; message?: unknown } | null } | null)?.cause;
  for (const reason of [cause?.code, cause?.message]) if (typeof reason === 'string') return reason;
  return messageOf(error);
}
