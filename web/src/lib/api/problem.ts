/** What one field of a refused request is reproached with. */
export interface ProblemDetail {
  pointer?: string;
  detail: string;
}

/** A fault in a rule file, with its place. */
export interface TextProblem {
  path: string;
  line: number;
  column: number;
  severity: 'error' | 'warning';
  code: string;
  message: string;
}

/**
 * A call that failed: the API's `application/problem+json` answer, or our own words for a failure that
 * never reached the API (`status` 0).
 */
export class ApiProblem extends Error {
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** Stable code of the API, e.g. `FINDING.NOT_FOUND`; `NETWORK` and `TIMEOUT` are our own. */
  readonly code?: string;
  readonly requestId?: string;
  readonly errors: readonly ProblemDetail[];
  /** What is wrong with the rule files or the text that was sent. */
  readonly problems: readonly TextProblem[];

  constructor(fields: {
    title: string;
    status: number;
    detail?: string;
    code?: string;
    requestId?: string;
    errors?: readonly ProblemDetail[];
    problems?: readonly TextProblem[];
  }) {
    super(fields.detail ? `${fields.title}: ${fields.detail}` : fields.title);
    this.name = 'ApiProblem';
    this.title = fields.title;
    this.status = fields.status;
    this.detail = fields.detail;
    this.code = fields.code;
    this.requestId = fields.requestId;
    this.errors = fields.errors ?? [];
    this.problems = fields.problems ?? [];
  }

  /** Whether the same call may succeed a moment later without any change. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Turns the body of a failed answer, whatever it is, into a problem. */
export function problemFromBody(
  body: unknown,
  response: { status: number; requestId: string | null },
): ApiProblem {
  const fields = isRecord(body) ? body : {};
  return new ApiProblem({
    status: response.status,
    title: text(fields.title) ?? titleFor(response.status),
    detail: text(fields.detail),
    code: text(fields.code),
    requestId: text(fields.request_id) ?? response.requestId ?? undefined,
    errors: Array.isArray(fields.errors) ? fields.errors.flatMap(readDetail) : [],
    problems: Array.isArray(fields.problems) ? fields.problems.flatMap(readTextProblem) : [],
  });
}

/** Turns anything that was thrown while calling the API into a problem. */
export function problemFromFailure(failure: unknown): ApiProblem {
  if (failure instanceof ApiProblem) return failure;
  if (failure instanceof DOMException && failure.name === 'TimeoutError') {
    return new ApiProblem({
      title: 'The API did not answer in time',
      status: 0,
      code: 'TIMEOUT',
      detail: 'It may be busy or starting. Nothing was changed on this page.',
    });
  }
  return new ApiProblem({
    title: 'The API cannot be reached',
    status: 0,
    code: 'NETWORK',
    detail: 'Check that the system is running and that this computer is connected to it.',
  });
}

function readDetail(entry: unknown): ProblemDetail[] {
  if (!isRecord(entry)) return [];
  const detail = text(entry.detail);
  return detail ? [{ pointer: text(entry.pointer), detail }] : [];
}

function readTextProblem(entry: unknown): TextProblem[] {
  if (!isRecord(entry)) return [];
  const message = text(entry.message);
  if (message === undefined) return [];
  return [
    {
      path: text(entry.path) ?? '',
      line: typeof entry.line === 'number' ? entry.line : 1,
      column: typeof entry.column === 'number' ? entry.column : 1,
      severity: entry.severity === 'warning' ? 'warning' : 'error',
      code: text(entry.code) ?? '',
      message,
    },
  ];
}

function titleFor(status: number): string {
  if (status === 404) return 'Not found';
  if (status === 429) return 'Too many requests';
  if (status >= 500) return `The API failed (${status})`;
  return `The API refused the request (${status})`;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
