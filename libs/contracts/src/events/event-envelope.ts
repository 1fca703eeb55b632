import { nameBasedId, type TraceCarrier } from '@mcm/kernel';

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/**
 * An event in its normal form: what ingestion publishes once it has validated what a producer sent.
 * All times are ISO 8601 in UTC with milliseconds (`2026-11-23T10:00:00.000Z`).
 */
export interface EventEnvelope {
  /**
   * Identity everywhere in the system: derived from source and event_id, see {@link eventUid}; for a conflict, from its
   * content too, see {@link conflictUid}.
   */
  uid: string;
  /** The producer's own identifier, meant to be unique within `source`; generated when the producer gave none. */
  event_id: string;
  /** Where it came from: `api`, `cloudtrail`, or the CloudEvents source. */
  source: string;
  event_type: string;
  /** The actor. */
  user: string;
  /** When it happened. */
  timestamp: string;
  /** When this system accepted it. */
  received_at: string;
  /** Ties together everything that one request caused. */
  correlation_id: string;
  /**
   * Hash of what the producer sent as the event's content; two events of one source and event_id with different hashes
   * are a conflict. Absent where no other event can have the same id, and in events of versions that knew no hash, which
   * are taken to have the same content.
   */
  content_hash?: string;
  /** Only in a conflict that is a row: `uid` of the first event with its source and event_id. */
  conflicts_with?: string;
  /** Where in a trace it was accepted; only while it travels, and only where tracing is on. */
  trace?: TraceCarrier;
  /** What the producer sent about it, untouched but for characters that no database can hold. */
  raw_data: JsonObject;
}

const EVENT_NAMESPACE = '7c4e2a53-52f4-5d3b-9d0f-0b6f5a1c9e11';

/** Identity of an event: the same source and event_id give the same uid, on every machine, for ever. */
export function eventUid(source: string, eventId: string): string {
  return nameBasedId(EVENT_NAMESPACE, `${source}\u0000${eventId}`);
}

/** Identity of an event whose source and event_id are those of a stored event with other content. */
export function conflictUid(source: string, eventId: string, contentHash: string): string {
  return nameBasedId(EVENT_NAMESPACE, `${source}\u0000${eventId}\u0000${contentHash}`);
}
