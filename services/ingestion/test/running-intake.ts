import type {
  DeadLetter,
  EventEnvelope,
  EventSubmission,
  IntakeReceipt,
  SubjectName,
  Subjects,
  SubmissionSender,
} from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { MemoryEventBus } from '@mcm/messaging/drivers/memory';
import { DeadLetterReader, DeadLetters } from '@mcm/persistence';
import { createLogger, MetricsRegistry } from '@mcm/platform';
import { type Source, SourceList, SOURCES } from '@mcm/sources';
import type { DataSource } from 'typeorm';
import { AcceptEventsService } from '../src/accept-events/accept-events.service.js';
import { Senders } from '../src/accept-events/senders.js';
import { SignedDeliveries } from '../src/accept-events/signed-deliveries.js';
import { IngestionConfig } from '../src/ingestion.config.js';
import { SourceSecrets } from '../src/source-secrets.js';

/** The wall clock of the tests: later than every recorded fixture. */
export const ARRIVAL = Date.parse('2026-11-23T12:00:00Z');

/** The way into ingestion, with what came out of it. */
export interface RunningIntake {
  /** What was published, in order; the same event sent twice is there twice. */
  readonly published: EventEnvelope[];
  readonly deadLetters: DeadLetter[];
  /** A body that is neither bytes nor a text is sent as JSON. */
  submit(
    endpoint: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
    sender?: SubmissionSender,
  ): Promise<IntakeReceipt>;
  /** Makes the bus refuse what is published, or take it again. */
  fillBus(full: boolean): void;
  /** Takes a dead letter again; needs a database. */
  redrive(letterId: number): Promise<IntakeReceipt>;
  close(): Promise<void>;
}

/** A memory bus that keeps what is published through it. */
class KeepingBus extends MemoryEventBus {
  readonly published: unknown[] = [];
  full = false;

  override async publish<S extends SubjectName>(subject: S, messages: readonly Subjects[S][]): Promise<void> {
    if (this.full) throw new AppError('unavailable', 'BUS.FULL', 'Too much is waiting.');
    await super.publish(subject, messages);
    for (const message of messages) this.published.push(message);
  }
}

/** For intakes without a database: no signed body is known, and no dead letter. */
export const NOTHING_KNOWN = {
  remember: () => Promise.resolve(null),
  byId: () => Promise.resolve(null),
};

/** Settings of an intake. */
export interface IntakeOptions extends Partial<IngestionConfig> {
  /** By the names of sources; none by default. */
  secrets?: Readonly<Record<string, string>>;
  /** The product's by default. */
  sources?: Iterable<Source>;
}

/** Starts an intake on a bus in memory; dead letters and signed bodies are kept in the database, where there is one. */
export function startIntake(
  { secrets = {}, sources = SOURCES, ...settings }: IntakeOptions = {},
  database?: DataSource,
): RunningIntake {
  const deadLetters: DeadLetter[] = [];
  const store = {
    add: async (letters: readonly DeadLetter[]) => {
      deadLetters.push(...letters);
      if (database !== undefined) await new DeadLetters(database).add(letters);
    },
  };
  const bus = new KeepingBus({
    deadLetters: store,
    log: createLogger({ service: 'intake-test', level: 'fatal' }),
  });
  const config = Object.assign(new IngestionConfig(), settings);
  const metrics = new MetricsRegistry();
  const service = new AcceptEventsService(
    bus,
    store,
    database === undefined ? NOTHING_KNOWN : new DeadLetterReader(database),
    new Senders(
      database === undefined ? NOTHING_KNOWN : new SignedDeliveries(database),
      new SourceSecrets(secrets),
      metrics,
    ),
    new SourceList(sources),
    { now: () => ARRIVAL },
    config,
    metrics,
  );
  return {
    published: bus.published as EventEnvelope[],
    deadLetters,
    submit: (endpoint, body, headers = {}, sender = undefined) => {
      const submission: EventSubmission = {
        endpoint,
        headers: { 'content-type': 'application/json', ...headers },
        body: bytesOf(body),
        correlationId: 'request-1',
        ...(sender === undefined ? {} : { sender }),
      };
      return service.submit(submission);
    },
    fillBus: (full) => (bus.full = full),
    redrive: (letterId) => service.redrive(letterId, 'request-1'),
    close: () => bus.close(),
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
