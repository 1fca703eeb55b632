import type { EventEnvelope } from './events/event-envelope.js';
import type { EventsRecorded, FindingEnriched, FindingRaised } from './events/findings.js';

/** Every subject of the bus and what one message on it holds. */
export interface Subjects {
  'events.accepted': EventEnvelope;
  'events.recorded': EventsRecorded;
  'findings.raised': FindingRaised;
  'findings.enriched': FindingEnriched;
}
export type SubjectName = keyof Subjects;

/** How a durable consumer takes its messages. */
export interface ConsumerDeclaration {
  /** The subject it reads. */
  subject: string;
  /** Most messages handed over at once. */
  batchSize: number;
  /** Batches handled at the same time by one process. */
  concurrency: number;
  /** Tries before a message goes to the dead letters. */
  maxTries: number;
  /** Delay before the second try in milliseconds; doubles with each further one. */
  retryDelayMs: number;
}
/** The durable consumers of a bus by name: known to every process, so that publishing reaches consumers that are down. */
export type Topology = Readonly<Record<string, ConsumerDeclaration>>;

/** The durable consumers of this system. Names are unique over all services. */
export const CONSUMERS = {
  /** ingestion: writes events and their daily counts. */
  'record-events': {
    subject: 'events.accepted',
    batchSize: 1000,
    concurrency: 1,
    maxTries: 8,
    retryDelayMs: 200,
  },
  /** rules: turns events into findings; one batch at a time, because windows are state. */
  'evaluate-events': {
    subject: 'events.accepted',
    batchSize: 1000,
    concurrency: 1,
    maxTries: 8,
    retryDelayMs: 200,
  },
} as const satisfies Topology;
export type ConsumerName = keyof typeof CONSUMERS;
