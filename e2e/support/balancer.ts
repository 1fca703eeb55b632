import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * One address in front of several processes, as a Service of Kubernetes is: each connection goes to the next process
 * that takes connections, and ends as soon as that process ends it. It knows nothing of requests, so it repeats none.
 */
export class Balancer {
  private readonly sockets = new Set<Socket>();
  private next = 0;

  private constructor(
    private readonly server: Server,
    private readonly ports: readonly number[],
  ) {}

  static async before(ports: readonly number[]): Promise<Balancer> {
    const server = createServer({ allowHalfOpen: true });
    const balancer = new Balancer(server, ports);
    server.on('connection', (client) => balancer.lead(client, ports.length));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return balancer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private lead(client: Socket, tries: number): void {
    const port = this.ports[this.next++ % this.ports.length]!;
    const process = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const giveUp = () => {
      process.destroy();
      client.destroy();
    };
    client.on('error', giveUp);
    process.once('error', () => {
      if (tries > 1 && !client.destroyed) {
        client.off('error', giveUp);
        this.lead(client, tries - 1);
      } else giveUp();
    });
    process.once('connect', () => {
      process.removeAllListeners('error');
      for (const [from, to] of [
        [client, process],
        [process, client],
      ] as const) {
        this.sockets.add(from);
        from.on('error', giveUp);
        from.once('close', () => {
          this.sockets.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
  }
}
