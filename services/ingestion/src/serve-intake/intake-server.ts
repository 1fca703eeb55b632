import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CORRELATION_HEADER,
  type EventIntake,
  INTAKE_PATH,
  INTAKE_SECRET_HEADER,
  INTAKE_SECRET_WRONG,
  type IntakeFault,
  REDRIVE_PATH,
  SENDER_HEADER,
  SubmissionSender,
} from '@mcm/contracts';
import { AppError, messageOf, newId } from '@mcm/kernel';
import {
  BodyRoom,
  type Logger,
  type NetworkConfig,
  receiveBodies,
  toProblem,
  traceRequests,
} from '@mcm/platform';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { ServeIntakeConfig } from './serve-intake.config.js';

/** Longest time in which a request, with its body, must have come. */
const REQUEST_MS = 120_000;

/** Takes bodies from the gateway and answers with the result, see `intake-over-http` of the contracts. */
export class IntakeServer {
  private constructor(
    private readonly server: FastifyInstance,
    readonly port: number,
  ) {}

  /**
   * @param canStore rejects with the reason when bodies could not be stored now; gateways ask
   * @throws AppError `HOST.PORT_TAKEN`
   */
  static async listen(
    network: Pick<NetworkConfig, 'host' | 'hosts'>,
    serving: ServeIntakeConfig,
    intake: EventIntake,
    logger: Logger,
    canStore: () => Promise<void> = () => Promise.resolve(),
  ): Promise<IntakeServer> {
    const server = fastify({
      logger: false,
      bodyLimit: serving.bodyLimitBytes,
      requestTimeout: REQUEST_MS,
      // A gateway that has a request to send over a kept connection must not meet its end.
      keepAliveTimeout: 90_000,
      forceCloseConnections: 'idle',
      // What still comes over such a connection while we end is taken.
      return503OnClosing: false,
    });
    const hosts = network.hosts();
    server.addHook('onRequest', async (request) => {
      const fault = hosts.fault(request.raw);
      if (fault !== null) throw fault;
      takeSecret(request.raw.headers, serving.secret);
    });
    // A gateway asks with GET whether bodies would be taken.
    traceRequests(server, ({ method }) => method === 'POST');
    receiveBodies(server, {
      room: new BodyRoom(serving.bodiesBytes, 'INTAKE_BODIES_BYTES'),
      limitOf: () => serving.bodyLimitBytes,
      tooLarge: () => tooLarge(serving.bodyLimitBytes),
      read: (_request, body) => body,
    });
    server.get(INTAKE_PATH, async (_request, reply) => {
      await canStore();
      return reply.status(204).send();
    });
    server.post<{ Params: { endpoint: string } }>(`${INTAKE_PATH}/:endpoint`, async (request, reply) => {
      const receipt = await intake.submit({
        endpoint: request.params.endpoint,
        headers: textHeaders(request),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        correlationId: correlationOf(request),
        ...senderOf(request),
      });
      return reply.send(receipt);
    });
    server.post<{ Params: { id: string } }>(`${REDRIVE_PATH}/:id(^\\d{1,15}$)`, async (request, reply) => {
      const id = Number(request.params.id);
      return reply.send(await intake.redrive(id, correlationOf(request)));
    });
    server.setErrorHandler((error, request, reply) => {
      const { problem } = toProblem(error);
      if (problem.status >= 500 && problem.status !== 503) {
        logger.error({ err: error, request_id: request.headers[CORRELATION_HEADER] }, messageOf(error));
      }
      return reply.status(problem.status).send(faultOf(error));
    });
    try {
      await server.listen({ host: network.host, port: serving.port });
    } catch (error) {
      throw new AppError(
        'conflict',
        'HOST.PORT_TAKEN',
        `Cannot listen on ${network.host} port ${serving.port} for the gateway (${messageOf(error)}). Set INTAKE_PORT or HOST to something else.`,
        { cause: error },
      );
    }
    return new IntakeServer(server, (server.server.address() as AddressInfo).port);
  }

  /** Takes no new request and waits for those that are under way. */
  async close(): Promise<void> {
    await this.server.close();
  }
}

/** Takes the secret out of the headers, which are kept with refused items, and throws unless it is ours. */
function takeSecret(headers: IncomingHttpHeaders, secret: string): void {
  const shown = headers[INTAKE_SECRET_HEADER];
  delete headers[INTAKE_SECRET_HEADER];
  if (secret === '') return;
  const digest = (text: string) => createHash('sha256').update(text).digest();
  // Of equal length, and compared in the same time whatever they are.
  if (typeof shown === 'string' && timingSafeEqual(digest(shown), digest(secret))) return;
  throw new AppError(
    'unauthenticated',
    INTAKE_SECRET_WRONG,
    'The gateway and ingestion do not have the same INTAKE_SECRET.',
  );
}

function correlationOf(request: FastifyRequest): string {
  return textHeaders(request)[CORRELATION_HEADER] ?? newId();
}

/** What the gateway says about the sender. */
function senderOf(request: FastifyRequest): { sender?: SubmissionSender } {
  const text = textHeaders(request)[SENDER_HEADER];
  if (text === undefined) return {};
  try {
    return { sender: SubmissionSender.parse(JSON.parse(text)) };
  } catch (error) {
    throw new AppError('invalid', 'INTAKE.SENDER_INVALID', `The header ${SENDER_HEADER} cannot be read.`, {
      cause: error,
    });
  }
}

function tooLarge(limit: number): AppError {
  return new AppError(
    'too-large',
    'REQUEST.TOO_LARGE',
    `The body is larger than the limit of ${limit} bytes (API_BODY_LIMIT_BYTES of ingestion); send it in parts.`,
  );
}

function textHeaders({ headers }: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function faultOf(error: unknown): IntakeFault {
  if (error instanceof AppError) {
    const { kind, code, message, errors, retryAfterSeconds } = error;
    return { kind, code, message, errors, retry_after_seconds: retryAfterSeconds ?? null };
  }
  const { problem } = toProblem(error);
  return {
    kind: problem.status < 500 ? 'invalid' : 'internal',
    code: problem.code,
    message: problem.detail,
    errors: problem.errors ?? [],
    retry_after_seconds: null,
  };
}
