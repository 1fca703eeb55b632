import createClient from 'openapi-fetch';
import { env } from '@/config/current-env';
import { ApiProblem, problemFromBody, problemFromFailure } from './problem';
import type { components, paths } from './schema';

// Queries and mutations fail with what `call` throws.
declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiProblem;
  }
}

/** A type of the API by its name in the OpenAPI document. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

const CALL_TIMEOUT_MS = 20_000;
/** For calls that wait until a language model has answered. */
const PATIENT_TIMEOUT_MS = 90_000;

const fetchWithin = (timeoutMs: number) => (request: Request) =>
  fetch(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]) }));

/** Give it to a call as `fetch` when the answer may take as long as a model does. */
export const patientFetch = fetchWithin(PATIENT_TIMEOUT_MS);

/** The typed client; use it through {@link call}, which turns every failure into an {@link ApiProblem}. */
export const api = createClient<paths>({
  baseUrl: env.apiBaseUrl,
  headers: { accept: 'application/json' },
  fetch: fetchWithin(CALL_TIMEOUT_MS),
});

type Pending<Data> = Promise<{ data?: Data; error?: unknown; response: Response }>;

/**
 * Awaits a call of {@link api} and returns its data.
 * @throws ApiProblem for every failure but a cancelled call, whose AbortError passes through
 */
export async function call<Data>(pending: Pending<Data>): Promise<Data> {
  return (await callWithHeaders(pending)).data;
}

/** The same, with the headers of the answer. */
export async function callWithHeaders<Data>(
  pending: Pending<Data>,
): Promise<{ data: Data; headers: Headers }> {
  const { data, response } = await settle(pending);
  if (data === undefined)
    throw new ApiProblem({ title: 'The API answered with nothing', status: response.status });
  return { data, headers: response.headers };
}

/** The same for a call that is answered with nothing. */
export async function callForNothing(pending: Pending<unknown>): Promise<void> {
  await settle(pending);
}

async function settle<Data>(pending: Pending<Data>): Promise<{ data?: Data; response: Response }> {
  let answer;
  try {
    answer = await pending;
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'AbortError') throw failure;
    throw problemFromFailure(failure);
  }
  const { data, error, response } = answer;
  if (!response.ok) {
    throw problemFromBody(error, {
      status: response.status,
      requestId: response.headers.get('x-request-id'),
    });
  }
  return { data, response };
}
