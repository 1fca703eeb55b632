import { createServer, type Server, type ServerResponse } from 'node:http';
import { AppError, messageOf } from '@mcm/kernel';
import { type HealthRegistry, type MetricsRegistry, type NetworkConfig, toProblem } from '@mcm/platform';

/** What a process shows of itself. */
export interface ManagementView {
  health: HealthRegistry;
  metrics: MetricsRegistry;
}

/**
 * For supervisors and Prometheus: `/health/live` (the process answers), `/health/ready` (whether work can be done, with
 * the state of each part) and `/metrics`. The same answers as those of the gateway, to the same hosts.
 */
export class ManagementServer {
  private constructor(private readonly server: Server) {}

  /** @throws AppError `HOST.PORT_TAKEN` */
  static async listen(
    network: Pick<NetworkConfig, 'host' | 'hosts'>,
    port: number,
    view: ManagementView,
  ): Promise<ManagementServer> {
    const hosts = network.hosts();
    const server = createServer((request, response) => {
      const fault = hosts.fault(request);
      if (fault !== null) {
        const { problem } = toProblem(fault);
        send(response, problem.status, problem, 'application/problem+json; charset=utf-8');
        return;
      }
      const path = (request.url ?? '/').split('?')[0];
      answer(path ?? '/', view, response).catch((error: unknown) =>
        send(response, 500, { status: 'down', detail: messageOf(error) }),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        reject(
          new AppError(
            'conflict',
            'HOST.PORT_TAKEN',
            `Cannot listen on ${network.host} port ${port} for health and metrics (${error.code ?? error.message}). ` +
              'Set MANAGEMENT_PORT or HOST to something else.',
            { cause: error },
          ),
        ),
      );
      server.listen(port, network.host, resolve);
    });
    return new ManagementServer(server);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}

async function answer(
  path: string,
  { health, metrics }: ManagementView,
  response: ServerResponse,
): Promise<void> {
  switch (path.replace(/\/$/, '')) {
    case '/health':
    case '/health/live':
      return send(response, 200, { status: 'ok' });
    case '/health/ready': {
      const { ready, parts } = await health.report();
      return send(response, ready ? 200 : 503, { status: ready ? 'ok' : 'down', parts });
    }
    case '/metrics':
      response.writeHead(200, { 'content-type': metrics.contentType });
      response.end(await metrics.text());
      return;
    default:
      return send(response, 404, {
        status: 'not found',
        paths: ['/health/live', '/health/ready', '/metrics'],
      });
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  type = 'application/json; charset=utf-8',
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}
