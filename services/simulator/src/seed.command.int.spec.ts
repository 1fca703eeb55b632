import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ProducedEvent } from './produced-event.js';
import { runSeed } from './seed.command.js';

/** A real HTTP server whose answers a test chooses. */
class AnsweringServer {
  readonly received: ProducedEvent[][] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(answer: (response: ServerResponse, events: ProducedEvent[], call: number) => void) {
    let self: AnsweringServer | undefined = undefined as AnsweringServer | undefined;
    const server = createServer((request: IncomingMessage, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const events = JSON.parse(Buffer.concat(chunks).toString('utf8')) as ProducedEvent[];
        self!.received.push(events);
        answer(response, events, self!.received.length);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    self = new AnsweringServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return self;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

describe('seed', () => {
  let server: AnsweringServer | undefined;
  let said: string[];
  let complained: string[];
  const run = (...args: string[]) =>
    runSeed(args, { print: (line) => said.push(line), printError: (line) => complained.push(line) });

  beforeEach(() => {
    said = [];
    complained = [];
  });
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('pushes batches of at most 500 and reports the result', async () => {
    server = await AnsweringServer.start((response, events) =>
      json(response, 202, {
        received: events.length,
        accepted: events.length - 1,
        duplicates: 1,
        rejected: [],
        warnings: [],
      }),
    );
    expect(await run('--n', '1200', '--url', server.url, '--seed', '3')).toBe(0);
    expect(server.received.map((batch) => batch.length)).toEqual([500, 500, 200]);
    expect(said.join('\n')).toContain(
      '1197 accepted, 3 repeated in a request, 0 rejected. Events that the system knows from before',
    );
  });

  it('names the rejected events and fails', async () => {
    server = await AnsweringServer.start((response) =>
      json(response, 202, {
        accepted: 2,
        duplicates: 0,
        rejected: [{ index: 1, reason: '/user is missing' }],
      }),
    );
    expect(await run('--n', '3', '--url', server.url)).toBe(1);
    expect(complained.join('\n')).toContain('event 1: /user is missing');
  });

  it('waits and sends the same events again when the API asks for patience', async () => {
    server = await AnsweringServer.start((response, events, call) =>
      call === 1
        ? json(response, 503, { detail: 'The bus is full' }, { 'retry-after': '0.01' })
        : json(response, 202, { accepted: events.length, duplicates: 0, rejected: [] }),
    );
    expect(await run('--n', '4', '--url', server.url)).toBe(0);
    expect(server.received).toHaveLength(2);
    expect(server.received[1]).toEqual(server.received[0]);
  });

  it('repeats the words of the problem when the API refuses the request', async () => {
    server = await AnsweringServer.start((response) =>
      json(response, 413, {
        title: 'Too large',
        detail: 'The body is larger than 10 MB',
        code: 'REQUEST.TOO_LARGE',
      }),
    );
    expect(await run('--n', '4', '--url', server.url)).toBe(1);
    expect(complained.join('\n')).toContain('answered 413: The body is larger than 10 MB');
  });

  it('notices that something else answers', async () => {
    server = await AnsweringServer.start((response) => {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<html></html>');
    });
    expect(await run('--n', '4', '--url', server.url)).toBe(1);
    expect(complained.join('\n')).toContain('is not the API');
  });

  it('reports in a sentence that the API does not answer', async () => {
    server = await AnsweringServer.start(() => undefined);
    const { url } = server;
    await server.stop();
    server = undefined;
    expect(await run('--n', '4', '--url', url)).toBe(1);
    expect(complained.join('\n')).toMatch(/does not answer \(ECONNREFUSED\)\. Is the system running\?/);
  });

  it('shows its usage when asked, and after a wrong argument', async () => {
    expect(await run('--help')).toBe(0);
    expect(said.join('\n')).toContain('--days');
    expect(await run('--n', 'x')).toBe(1);
    expect(complained.join('\n')).toContain('--n must be a whole number');
    expect(complained.join('\n')).toContain('--url URL');
  });
});
