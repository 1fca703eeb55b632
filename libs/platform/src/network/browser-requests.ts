import type { IncomingMessage } from 'node:http';

type Asked = Pick<IncomingMessage, 'headers' | 'method'>;

/**
 * Whether a browser says that a page of another origin caused the request (Fetch Metadata, `Sec-Fetch-Site`). Another
 * port of the same machine is another origin, too: `same-site`. Programs, and browsers before 2023, say nothing.
 */
export function isFromAnotherOrigin({ headers }: Asked): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

/** Whether a browser opens the answer as a page of its own: a link was followed, nothing is embedded or read. */
export function isNavigation({ headers, method }: Asked): boolean {
  return (
    (method === 'GET' || method === 'HEAD') &&
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document'
  );
}
