import type { CustomFetch } from 'openid-client';
import { OidcFailure } from './oidc-failure.js';

/** Largest answer of the provider; its documents, keys and tokens have a few kilobytes. */
const ANSWER_MAX_BYTES = 1024 * 1024;

/**
 * Asks the provider. Its answer has a bound, as the answer of every server has.
 *
 * @throws OidcFailure `AUTH.OIDC_UNAVAILABLE` when it cannot be reached, has a fault of its own, or answers without end
 */
export const providerFetch: CustomFetch = async (url, { body, ...options }) => {
  try {
    const response = await fetch(url, { ...options, body: body ?? null });
    const bytes = await read(response);
    if (response.status >= 500 || response.status === 429)
      throw new Error(`${url} answers ${response.status}`);
    const { status, statusText, headers } = response;
    return new Response(bytes.length === 0 ? null : bytes, { status, statusText, headers });
  } catch (error) {
    throw new OidcFailure('AUTH.OIDC_UNAVAILABLE', error);
  }
};

async function read({ body, url }: Response): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    const bytes = chunk as Uint8Array;
    length += bytes.length;
    if (length > ANSWER_MAX_BYTES) throw new Error(`${url} answers with more than ${ANSWER_MAX_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
