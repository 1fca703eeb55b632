import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { type AllowedHosts, isFromAnotherOrigin, isNavigation, toProblem } from '@mcm/platform';
import { AppError } from '@mcm/kernel';
import { fastify, type FastifyInstance } from 'fastify';

/** Folder of the built dashboard. */
export const WEB_ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../../web/dist');

const API_PREFIX = '/api';

/** What a page of the dashboard may load: nothing from elsewhere. Styles are set inline by the chart library. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "style-src 'self' 'unsafe-inline'",
  "script-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "form-action 'self'",
].join('; ');

async function staticFiles(
  root: string,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyInstance> {
  const server = fastify({ logger: false });
  server.addHook('onSend', async (_request, reply) => {
    void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    void reply.header('x-content-type-options', 'nosniff');
    void reply.header('referrer-policy', 'no-referrer');
    void reply.headers(headers);
  });
  await server.register(fastifyStatic, {
    root,
    wildcard: true,
    setHeaders(response, path) {
      // Names under assets/ hold a hash of the content; everything else may change with the next build.
      const forEver = path.includes('/assets/') || path.includes('\\assets\\');
      response.setHeader('cache-control', forEver ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  // The dashboard's own routes are paths without a file.
  server.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !/\.[a-z0-9]+$/i.test(request.url.split('?')[0]!);
    return isPage ? reply.sendFile('index.html') : reply.status(404).type('text/plain').send('Not found\n');
  });
  await server.ready();
  return server;
}

function refuse(response: ServerResponse, fault: AppError): void {
  const { problem } = toProblem(fault);
  response.writeHead(problem.status, { 'content-type': 'application/problem+json; charset=utf-8' });
  response.end(JSON.stringify(problem));
}

/** Serves the dashboard, and the API below `/api` on the same origin. */
export class WebServer {
  private constructor(
    private readonly server: Server,
    private readonly files: FastifyInstance,
  ) {}

  /**
   * @param api answers requests whose path has lost its `/api`
   * @param options `headers` go with each file, `root` is the folder of the built dashboard
   */
  static async listen(
    options: {
      host: string;
      port: number;
      hosts: AllowedHosts;
      headers: Readonly<Record<string, string>>;
      root?: string;
    },
    api: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<WebServer> {
    const files = await staticFiles(options.root ?? WEB_ROOT, options.headers);
    const server = createServer((request, response) => {
      const fault = options.hosts.fault(request);
      if (fault !== null) {
        refuse(response, fault);
        return;
      }
      const url = request.url ?? '/';
      const rest = url.slice(API_PREFIX.length);
      if (url.startsWith(API_PREFIX) && (rest === '' || rest[0] === '/' || rest[0] === '?')) {
        request.url = rest[0] === '/' ? rest : `/${rest}`;
        api(request, response);
      } else if (isFromAnotherOrigin(request) && !isNavigation(request)) {
        // A page elsewhere may link to the dashboard, not load parts of it.
        refuse(
          response,
          new AppError('forbidden', 'REQUEST.FOREIGN_PAGE', 'Pages of other origins may link here only.'),
        );
      } else {
        files.routing(request, response);
      }
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
    return new WebServer(server, files);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
    await this.files.close();
  }
}
