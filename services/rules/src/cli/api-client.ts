import type { RuleProblem } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';

/** An answer of the API that is not what was asked for. */
export class ApiRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** What is wrong with rules, where that is the reason. */
    readonly problems: readonly RuleProblem[],
  ) {
    super(message);
  }
}

/** Speaks to the API of a running system. */
export class ApiClient {
  private readonly base: string;

  /** @param headers sent with each request: that of `apiKeyHeader` */
  constructor(
    baseUrl: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {
    this.base = baseUrl.endsWith('/') ? baseUrl : `${baseUrl}/`;
  }

  /**
   * @throws AppError `RULES.API_UNREACHABLE` with what to do
   * @throws ApiRefusal
   */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    let response: Response;
    try {
      response = await fetch(new URL(path, this.base), {
        method,
        headers: { ...this.headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new AppError(
        'unavailable',
        'RULES.API_UNREACHABLE',
        `Nothing answers at ${new URL(this.base).origin}. Start the system first (npm start), or name it with --url.`,
        { cause: error },
      );
    }
    const text = await response.text();
    const answer = text === '' ? {} : (JSON.parse(text) as { detail?: string; problems?: RuleProblem[] });
    if (!response.ok) {
      throw new ApiRefusal(
        response.status,
        answer.detail ?? `HTTP ${response.status}`,
        answer.problems ?? [],
      );
    }
    return answer as T;
  }
}
