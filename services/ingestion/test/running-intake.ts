import type {
  DeadLetter,
  EventEnvelope,
  EventSubmission,
  IntakeReceipt,
  SubjectName,
  Subjects,
} from '@mcm/contracts';
import { MemoryEventBus } from '@mcm/messaging/drivers/memory';
import { createLogger, MetricsRegistry } from '@mcm/platform';
import { AcceptEventsService } from '../src/accept-events/accept-events.service.js';
import { IngestionConfig } from '../src/ingestion.config.js';

/** The wall clock of the tests: later than every recorded fixture. */
export const ARRIVAL = Date.parse('2026-11-23T12:00:00Z');

/** The way into ingestion, with what came out of it. */
export interface RunningIntake {
  /** What was published, in order; the same event sent twice is there twice. */
  readonly published: EventEnvelope[];
  readonly deadLetters: DeadLetter[];
  /** A body that is neither bytes nor a text is sent as JSON. */
  submit(door: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<IntakeReceipt>;
  close(): Promise<void>;
}

/** A memory bus that keeps what is published through it. */
class KeepingBus extends MemoryEventBus {
  readonly published: unknown[] = [];

  override async publish<S extends SubjectName>(subject: S, messages: readonly Subjects[S][]): Promise<void> {
    await super.publish(subject, messages);
    for (const message of messages) this.published.push(message);
  }
}

/** Starts an intake on a bus in memory. */
export function startIntake(config: Partial<IngestionConfig> = {}): RunningIntake {
  const deadLetters: DeadLetter[] = [];
  const store = {
    add: (letters: readonly DeadLetter[]) => {
      deadLetters.push(...letters);
      return Promise.resolve();
    },
  };
  const bus = new KeepingBus({
    deadLetters: store,
    log: createLogger({ service: 'intake-test', level: 'fatal' }),
  });
  const service = new AcceptEventsService(
    bus,
    store,
    { now: () => ARRIVAL },
    Object.assign(new IngestionConfig(), config),
    new MetricsRegistry(),
  );
  return {
    published: bus.published as EventEnvelope[],
    deadLetters,
    submit: (door, body, headers = {}) => {
      const submission: EventSubmission = {
        door,
        headers: { 'content-type': 'application/json', ...headers },
        body: bytesOf(body),
        correlationId: 'request-1',
      };
      return service.submit(submission);
    },
    close: () => bus.close(),
  };
}

function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
