import { createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFixtureApi } from '../dev/fixture-api.ts';

/** What `npm run build` has made of the dashboard. */
const BUILT = fileURLToPath(new URL('../dist', import.meta.url));

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** The policy that the product is served with: no inline script, nothing from elsewhere. */
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** The built dashboard on a port of its own, with the fixture API behind `/api`. */
export interface Site {
  url: string;
  api: ReturnType<typeof createFixtureApi>;
  close: () => Promise<void>;
}

/** Serves the dashboard. */
export async function openSite(): Promise<Site> {
  await access(join(BUILT, 'index.html'));
  const api = createFixtureApi();
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    if (path.startsWith('/api/')) {
      request.url = request.url?.slice('/api'.length);
      api.handle(request, response);
      return;
    }
    void fileFor(path).then((file) => {
      response.writeHead(200, {
        'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
        // As the product is served: what has its hash in its name is not fetched again, nor compiled.
        'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
      createReadStream(file).pipe(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    api,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((failure) => (failure ? reject(failure) : resolve()));
        server.closeAllConnections();
      }),
  };
}

/** The file of a path; a page's address without a file of its own is the application. */
async function fileFor(path: string): Promise<string> {
  const file = join(BUILT, normalize(path));
  const found = await stat(file).catch(() => null);
  return found?.isFile() ? file : join(BUILT, 'index.html');
}
