import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { protobufFields } from './protobuf-fields.js';

/** A span that arrived at a {@link TraceReceiver}. Ids are hexadecimal. */
export interface ReceivedSpan {
  /** `service.name` of the process. */
  service: string;
  name: string;
  traceId: string;
  id: string;
  /** Empty for the first span of a trace. */
  parentId: string;
  /** Traces that it names as further causes. */
  links: string[];
  facts: Record<string, string | number | boolean>;
  failed: boolean;
}

/** A receiver of traces as every collector is one: OTLP over HTTP with protobuf, on a free port. */
export class TraceReceiver {
  /** Everything that arrived, in the order in which spans ended in their process. */
  readonly spans: ReceivedSpan[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TraceReceiver> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const known =
          request.url === '/v1/traces' && request.headers['content-type'] === 'application/x-protobuf';
        if (known) {
          receiver.spans.push(
            ...spansOf(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body),
          );
        }
        response.writeHead(known ? 200 : 400, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    const receiver = new TraceReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  /** What OTEL_EXPORTER_OTLP_ENDPOINT has to be. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The spans of one trace. */
  of(traceId: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.traceId === traceId);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

// The numbers of fields are those of
// https://github.com/open-telemetry/opentelemetry-proto/blob/v1.7.0/opentelemetry/proto/trace/v1/trace.proto and what it imports.
function spansOf(body: Buffer): ReceivedSpan[] {
  return all(body, 1).flatMap((resourceSpans) => {
    const resource = all(resourceSpans, 1)[0];
    const service = String(factsOf(resource ? all(resource, 1) : [])['service.name'] ?? '');
    return all(resourceSpans, 2).flatMap((scopeSpans) =>
      all(scopeSpans, 2).map((span) => ({
        service,
        name: all(span, 5).join(''),
        traceId: hex(all(span, 1)),
        id: hex(all(span, 2)),
        parentId: hex(all(span, 4)),
        links: all(span, 13).map((link) => hex(all(link, 1))),
        facts: factsOf(all(span, 9)),
        failed: all(span, 15).some((status) =>
          [...protobufFields(status)].some(({ number, value }) => number === 3 && value === 2n),
        ),
      })),
    );
  });
}

function all(message: Buffer, wanted: number): Buffer[] {
  return [...protobufFields(message)].flatMap(({ number, value }) =>
    number === wanted && Buffer.isBuffer(value) ? [value] : [],
  );
}

const hex = ([bytes]: Buffer[]) => bytes?.toString('hex') ?? '';

function factsOf(keyValues: readonly Buffer[]): ReceivedSpan['facts'] {
  return Object.fromEntries(
    keyValues.map((keyValue) => {
      const [value] = [...protobufFields(all(keyValue, 2)[0] ?? Buffer.alloc(0))];
      return [all(keyValue, 1).join(''), value === undefined ? '' : factOf(value.number, value.value)];
    }),
  );
}

/** An `AnyValue`: 1 is a text, 2 a boolean, 3 a whole number, 4 a number. */
function factOf(kind: number, value: bigint | Buffer): string | number | boolean {
  if (typeof value === 'bigint') return kind === 2 ? value === 1n : Number(BigInt.asIntN(64, value));
  return kind === 4 ? value.readDoubleLE() : value.toString();
}
