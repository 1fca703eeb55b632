import { setTimeout as delay } from 'node:timers/promises';

/** Longest time for an answer; then the request counts as lost. */
const ANSWER_MS = 20_000;
/** Pause after a connection that failed. */
const PAUSE_MS = 200;

/**
 * A client that sends again as docs/profiles.md says: after 503 when `Retry-After` allows it, and when there was no
 * answer. Every other answer is handed to the caller.
 */
export class RetryingClient {
  constructor(
    private readonly base: string,
    /** Longest pause that is taken, so that a test need not wait as long as it is told to. */
    private readonly longestPauseMs: number,
  ) {}

  async request(path: string, init: RequestInit = {}): Promise<{ status: number; body: unknown }> {
    for (;;) {
      let answer: Response;
      let body: unknown;
      try {
        answer = await fetch(`${this.base}${path}`, { ...init, signal: AbortSignal.timeout(ANSWER_MS) });
        body = await answer.json();
      } catch {
        await delay(PAUSE_MS);
        continue;
      }
      if (answer.status !== 503) return { status: answer.status, body };
      const retryAfter = Number(answer.headers.get('retry-after'));
      if (!(retryAfter > 0)) throw new Error(`${path}: 503 without Retry-After: ${JSON.stringify(body)}`);
      await delay(Math.min(retryAfter * 1000, this.longestPauseMs));
    }
  }

  post(path: string, body: unknown): Promise<{ status: number; body: unknown }> {
    const headers = { 'content-type': 'application/json' };
    return this.request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }
}
