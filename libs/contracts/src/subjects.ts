import type { EnrichmentProgressed } from './enrichments.js';
import type { EventEnvelope } from './events/event-envelope.js';
import type { EventsCounted } from './events/events-counted.js';
import type { FindingEnriched, FindingRaised } from './events/findings.js';
import type { RulesChanged } from './rules.js';

/** Every subject of the bus and what one message on it holds. */
export interface Subjects {
  /** Validated and normalised; not yet a row. */
  'events.accepted': EventEnvelope;
  /** The event is a row. Published for every acceptance that became one, again if in doubt. */
  'events.recorded': EventEnvelope;
  /** For live views: no durable consumer reads it. */
  'events.counted': EventsCounted;
  'findings.raised': FindingRaised;
  'findings.enriched': FindingEnriched;
  'rules.changed': RulesChanged;
  'enrichments.progressed': EnrichmentProgressed;
}
export type SubjectName = keyof Subjects;

/** Where producers put events with any client of NATS; plain messages, no subject of the bus. */
export const INGEST_SUBJECT = 'compliance.events.ingest';

/** How a durable consumer takes its messages. */
export interface ConsumerDeclaration {
  /** The subject it reads. */
  subject: string;
  /** Maximum number of messages in a batch. */
  batchSize: number;
  /** Batches handled at the same time by one process. */
  concurrency: number;
  /** Tries before a message goes to the dead letters. */
  maxTries: number;
  /** Delay before the second try in milliseconds; doubles with each further one. */
  retryDelayMs: number;
  /**
   * Whether publishers may be made to wait for the handler: where publisher and consumer share a process, the bus may
   * hand messages over directly, and stores them only when the handler fails or is busy. For consumers whose publishers
   * are themselves handlers of messages that are delivered again when the process dies.
   */
  direct?: boolean;
}
/** The durable consumers of a bus by name: known to every process, so that publishing reaches consumers that are down. */
export type Topology = Readonly<Record<string, ConsumerDeclaration>>;

/** The durable consumers of this system. Names are unique over all services. */
export const CONSUMERS = {
  /** ingestion: writes events and their daily counts. Several at a time, so that one is written while others commit or are evaluated. */
  'record-events': {
    subject: 'events.accepted',
    batchSize: 1000,
    concurrency: 3,
    maxTries: 8,
    retryDelayMs: 200,
  },
  /**
   * rules: turns events into findings. It reads what is recorded, not what is accepted, so that a restart finds every
   * event it has seen before in the event store (docs/adr/0005). The detector takes one batch at a time, because windows
   * are state; while it does, the findings of the batches before are written. Its publisher, record-events, keeps what
   * it records until this is done, so nothing is lost when nothing is stored in between.
   */
  'evaluate-events': {
    subject: 'events.recorded',
    batchSize: 1000,
    concurrency: 3,
    maxTries: 8,
    retryDelayMs: 200,
    direct: true,
  },
} as const satisfies Topology;

/**
 * Durable consumers that exist only where a policy is switched on: a bus may keep a copy of every message for each
 * consumer, and one without a reader would fill up.
 */
export const POLICY_CONSUMERS = {
  /** ai-worker: queues the enrichment of findings that are severe enough. */
  'auto-enrich': {
    subject: 'findings.raised',
    batchSize: 500,
    concurrency: 1,
    maxTries: 8,
    retryDelayMs: 200,
  },
} as const satisfies Topology;

export type ConsumerName = keyof typeof CONSUMERS | keyof typeof POLICY_CONSUMERS;

/** The durable consumers of a system with these policies. All of its processes must be told the same. */
export function consumersWith(policies: { autoEnrich: boolean }): Topology {
  return policies.autoEnrich ? { ...CONSUMERS, ...POLICY_CONSUMERS } : CONSUMERS;
}
