import { messageOf } from '@mcm/kernel';
import { ModelFailure } from './model.js';

/** Most bytes of an answer that are read, once they are decompressed. Answers of models take a few kilobytes. */
export const ANSWER_LIMIT_BYTES = 1024 * 1024;

/** Statuses whose responses have no body (Fetch standard, "null body status"). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/**
 * `fetch` for a server that is not trusted: an answer is read up to {@link ANSWER_LIMIT_BYTES} and then given up, however
 * it is compressed or sent, and a redirect is not followed, because it would carry the question to an address that is
 * not configured. The signal of the request ends the reading of its body, too.
 *
 * @throws ModelFailure `AI.GARBLED` for a longer answer or one that ends too early, `AI.SERVER_ERROR` for a redirect
 */
export async function boundedFetch(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const { status, statusText, headers } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    throw new ModelFailure(
      'failed',
      'AI.SERVER_ERROR',
      `The server answers with a redirect (HTTP ${status}), which is not followed. Set OPENAI_BASE_URL to its present address.`,
    );
  }
  try {
    const body = await boundedBody(response);
    return new Response(WITHOUT_BODY.has(status) ? null : body, { status, statusText, headers });
  } catch (error) {
    init?.signal?.throwIfAborted();
    throw unreadable(error);
  }
}

/** @throws RangeError beyond the limit, and what the connection ends with */
async function boundedBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the body and closes its connection.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > ANSWER_LIMIT_BYTES) throw new RangeError(`it takes more than ${ANSWER_LIMIT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unreadable(cause: unknown): ModelFailure {
  return new ModelFailure(
    'failed',
    'AI.GARBLED',
    `The server sent an answer that cannot be read: ${messageOf(cause)}.`,
    { cause, mayHaveUsedTokens: true },
  );
}
