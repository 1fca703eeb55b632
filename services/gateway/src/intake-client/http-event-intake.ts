import { setTimeout as delay } from 'node:timers/promises';
import {
  CORRELATION_HEADER,
  type EventIntake,
  type EventSubmission,
  INTAKE_PATH,
  INTAKE_SECRET_HEADER,
  INTAKE_SECRET_WRONG,
  REDRIVE_PATH,
  SENDER_HEADER,
  type SubmissionSender,
  IntakeFault,
  IntakeReceipt,
} from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import { HealthRegistry, MetricsRegistry, traceCarrier } from '@mcm/platform';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'undici';
import { IntakeClientConfig } from './intake-client.config.js';

const CONNECT_MS = 2_000;
/** Connections are given up after a while, so that replicas of ingestion that came later get some. */
const CONNECTION_MS = 60_000;
const RETRY_AFTER_SECONDS = 2;
/** Another replica may answer where one that is gone did not; nothing has been sent then. */
const CONNECT_TRIES = 3;
const TRY_AGAIN_MS = 50;

/** Errors after which it is certain that ingestion has seen nothing of the request. */
const NOTHING_SENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The way into ingestion over HTTP: passes bodies on as they came. Whatever is wrong with ingestion becomes
 * `unavailable` within the configured time; a request that may have arrived is never repeated here, because events
 * without an id of their own would be stored twice.
 */
@Injectable()
export class HttpEventIntake implements EventIntake, OnApplicationShutdown {
  private readonly pool: Pool;
  private inFlightBytes = 0;
  private readonly failures;
  /** What each request shows, whatever headers a producer has sent. */
  private readonly identity: Readonly<Record<string, string>>;

  constructor(
    private readonly config: IntakeClientConfig,
    health: HealthRegistry,
    metrics: MetricsRegistry,
  ) {
    this.pool = new Pool(new URL(config.ingestionUrl).origin, {
      connections: config.connections,
      connect: { timeout: CONNECT_MS },
      headersTimeout: config.timeoutMs,
      bodyTimeout: config.timeoutMs,
      clientTtl: CONNECTION_MS,
    });
    this.identity = config.secret === '' ? {} : { [INTAKE_SECRET_HEADER]: config.secret };
    this.failures = metrics.counter(
      'mcm_gateway_intake_failures_total',
      'Bodies that could not be handed to ingestion, by reason',
      ['code'],
    );
    metrics.gauge('mcm_gateway_intake_bytes', 'Bytes of bodies on their way to ingestion', [], (gauge) =>
      gauge.set(this.inFlightBytes),
    );
    health.register('ingestion', () => this.check());
  }

  async submit({ endpoint, headers, body, correlationId, sender }: EventSubmission): Promise<IntakeReceipt> {
    const { length } = body;
    if (this.inFlightBytes > 0 && this.inFlightBytes + length > this.config.inFlightBytes) {
      throw this.unavailable('INTAKE.BUSY', 'Too much is on its way to ingestion already.');
    }
    this.inFlightBytes += length;
    try {
      const path = `${INTAKE_PATH}/${encodeURIComponent(endpoint)}`;
      const sent = sender === undefined ? headers : { ...headers, [SENDER_HEADER]: senderText(sender) };
      return await this.send(path, sent, body, correlationId);
    } finally {
      this.inFlightBytes -= length;
    }
  }

  redrive(letterId: number, correlationId: string): Promise<IntakeReceipt> {
    return this.send(`${REDRIVE_PATH}/${letterId}`, {}, new Uint8Array(), correlationId);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }

  private async send(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: Uint8Array,
    correlationId: string,
  ): Promise<IntakeReceipt> {
    const signal = AbortSignal.timeout(this.config.timeoutMs);
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await this.pool.request({
          method: 'POST',
          path,
          headers: {
            ...headers,
            ...traceCarrier(),
            ...this.identity,
            [CORRELATION_HEADER]: correlationId,
          },
          body,
          signal,
        });
        const answer: unknown = await response.body.json();
        if (response.statusCode === 200) {
          const receipt = IntakeReceipt.safeParse(answer);
          if (receipt.success) return receipt.data;
        } else throwFault(answer);
        throw this.unavailable('INTAKE.NO_ANSWER', `Ingestion answered with status ${response.statusCode}.`);
      } catch (error) {
        // The fault is ours and not the producer's, who can send again when it is repaired.
        if (error instanceof AppError && error.code === INTAKE_SECRET_WRONG)
          throw this.unavailable('INTAKE.REFUSED', error.message);
        if (error instanceof AppError) throw error;
        if (!NOTHING_SENT.has(codeOf(error)) || tries >= CONNECT_TRIES || signal.aborted) {
          throw this.failed(error, signal.aborted);
        }
        await delay(TRY_AGAIN_MS * (0.5 + Math.random()));
      }
    }
  }

  private failed(error: unknown, late: boolean): AppError {
    if (late) {
      return this.unavailable(
        'INTAKE.NO_ANSWER',
        `Ingestion did not answer within ${this.config.timeoutMs} ms (INGESTION_TIMEOUT_MS).`,
        error,
      );
    }
    return NOTHING_SENT.has(codeOf(error))
      ? this.unavailable('INTAKE.UNREACHABLE', `Ingestion cannot be reached: ${messageOf(error)}`, error)
      : this.unavailable('INTAKE.NO_ANSWER', `Ingestion gave no answer: ${messageOf(error)}`, error);
  }

  private unavailable(code: string, message: string, cause?: unknown): AppError {
    this.failures.inc({ code });
    return new AppError('unavailable', code, message, { retryAfterSeconds: RETRY_AFTER_SECONDS, cause });
  }

  private async check(): Promise<void> {
    const { statusCode, body } = await this.pool.request({
      method: 'GET',
      path: INTAKE_PATH,
      headers: this.identity,
      signal: AbortSignal.timeout(CONNECT_MS),
    });
    if (statusCode === 204) return body.dump();
    const answer: unknown = await body.json();
    throwFault(answer);
    throw new Error(`answered with status ${statusCode}`);
  }
}

/** JSON in ASCII, which is what a header can hold. */
function senderText(sender: SubmissionSender): string {
  return JSON.stringify(sender).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Throws the error that an answer stands for, if it is one of ingestion. */
function throwFault(answer: unknown): void {
  const { success, data } = IntakeFault.safeParse(answer);
  if (!success) return;
  const { kind, code, message, errors, retry_after_seconds } = data;
  throw new AppError(kind, code, message, {
    errors,
    ...(retry_after_seconds !== null && { retryAfterSeconds: retry_after_seconds }),
  });
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  // Several addresses were tried, each with an error of its own.
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first === undefined ? '' : codeOf(first);
}
