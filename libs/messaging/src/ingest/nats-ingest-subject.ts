import { INGEST_SUBJECT } from '@mcm/contracts';
import { FaultReporter, type FaultLog } from '@mcm/queue';
import type { Msg, Subscription as NatsSubscription } from '@nats-io/transport-node';
import type { Subscription } from '../event-bus.js';
import { NatsLink, SERVICE_INBOX } from '../nats/nats-link.js';
import type { NatsSettings } from '../nats/nats-settings.js';
import type { IngestHandlers, IngestMessage, IngestSubject } from './ingest-subject.js';

export interface NatsIngestSubjectOptions {
  nats: NatsSettings;
  log: FaultLog;
  /** Default: the one of the contracts. */
  subject?: string;
  /** Bytes that may wait in this process; what comes beyond them overflows. Default 64 MiB. */
  waitingBytes?: number;
}

/** Processes of one group share the messages. */
const QUEUE_GROUP = 'ingestion';
const WAITING_BYTES = 64 * 1024 * 1024;
/** Messages count as large as this at least: small ones take memory too. */
const LEAST_BYTES = 512;
/** Most of one call of the handler. */
const GROUP_MESSAGES = 1_000;
const GROUP_BYTES = 8 * 1024 * 1024;
/**
 * Where a producer may have its answer: an inbox of its own (`_INBOX.…`, or with a prefix as clients let one choose), also
 * through a gateway of a supercluster, and what the server itself puts in the place of one between accounts. We may publish
 * anything, a producer may not: an answer to `$JS.API.STREAM.PURGE.…` would be a command that it could not give itself.
 */
const PRODUCER_INBOX = /^(?:_GR_\.\w+\.\w+\.)?(?:_INBOX[._]|_R_\.)/;
/** Calls of the handler at the same time: while one waits for the store, the next group is read. */
const CONCURRENCY = 3;

/** The subject for events on a connection to NATS of its own, so that a flood of events does not hold up the bus. */
export class NatsIngestSubject implements IngestSubject {
  private readonly receivers = new Set<Receiver>();

  private constructor(
    private readonly link: NatsLink,
    private readonly options: NatsIngestSubjectOptions,
  ) {}

  /** Rejects with `NATS.UNREACHABLE` (kind `unavailable`). */
  static async open(options: NatsIngestSubjectOptions): Promise<NatsIngestSubject> {
    return new NatsIngestSubject(await NatsLink.connect(options.nats, options.log), options);
  }

  async receive(handlers: IngestHandlers): Promise<Subscription> {
    const { subject = INGEST_SUBJECT, waitingBytes = WAITING_BYTES, log } = this.options;
    const receiver = new Receiver(handlers, waitingBytes, new FaultReporter(log));
    this.receivers.add(receiver);
    receiver.subscription = this.link.connection.subscribe(subject, {
      queue: QUEUE_GROUP,
      callback: (error, message) => receiver.on(error, message),
    });
    await this.link.whileUp(this.link.connection.flush());
    return { close: () => receiver.close().finally(() => this.receivers.delete(receiver)) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.receivers].map((receiver) => receiver.close()));
    await this.link.close();
  }
}

/** Gathers what comes for one handler. */
class Receiver {
  subscription: NatsSubscription | undefined;
  private waiting: IngestMessage[] = [];
  private waitingBytes = 0;
  private readonly running = new Set<Promise<void>>();

  constructor(
    private readonly handlers: IngestHandlers,
    private readonly limit: number,
    private readonly faults: FaultReporter,
  ) {}

  on(error: Error | null, msg: Msg): void {
    if (error) {
      this.faults.report('the subject for events', error);
      return;
    }
    if (msg.reply && !mayBeAnswered(msg.reply))
      this.faults.report(
        'the subject for events',
        new Error(
          `A producer asks for its answer on ${msg.reply.slice(0, 200)}, which is no inbox: it gets none`,
        ),
      );
    const message = ingestMessage(msg, this.faults);
    const size = sizeOf(message);
    if (this.waiting.length > 0 && this.waitingBytes + size > this.limit) {
      this.handlers.overflow(message);
      return;
    }
    this.waiting.push(message);
    this.waitingBytes += size;
    this.pump();
  }

  async close(): Promise<void> {
    // Draining takes what the server has sent already.
    await this.subscription?.drain().catch(() => undefined);
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private pump(): void {
    while (this.waiting.length > 0 && this.running.size < CONCURRENCY) {
      const group = this.nextGroup();
      const run = this.handlers
        .take(group)
        .catch((error: unknown) => this.faults.report('events from their subject', error))
        .finally(() => {
          this.running.delete(run);
          this.pump();
        });
      this.running.add(run);
    }
  }

  private nextGroup(): IngestMessage[] {
    let count = 0;
    let bytes = 0;
    while (count < this.waiting.length && count < GROUP_MESSAGES) {
      const size = sizeOf(this.waiting[count]!);
      if (count > 0 && bytes + size > GROUP_BYTES) break;
      bytes += size;
      count += 1;
    }
    this.waitingBytes -= bytes;
    return this.waiting.splice(0, count);
  }
}

const sizeOf = ({ data }: IngestMessage) => Math.max(LEAST_BYTES, data.length);

const mayBeAnswered = (reply: string | undefined): boolean =>
  PRODUCER_INBOX.test(reply ?? '') && !reply!.startsWith(`${SERVICE_INBOX}.`);

function ingestMessage(msg: Msg, faults: FaultReporter): IngestMessage {
  const headers: Record<string, string> = {};
  for (const [name, [value]] of msg.headers ?? []) headers[name.toLowerCase()] ??= value ?? '';
  return {
    data: msg.data,
    headers,
    wantsAnswer: mayBeAnswered(msg.reply),
    answer: (value) => {
      try {
        msg.respond(JSON.stringify(value));
      } catch (error) {
        // The connection is closed: the producer hears nothing and sends again.
        faults.report('the answer to a producer', error);
      }
    },
  };
}
