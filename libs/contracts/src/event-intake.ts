import type { ErrorDetail } from '@mcm/kernel';

/** Media types of bodies with events: what the gateway lets through and ingestion reads. */
export const EVENT_MEDIA_TYPES = [
  'application/json',
  'application/x-ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/gzip',
] as const;

/** A request body on its way to ingestion, not yet parsed. */
export interface EventSubmission {
  /** `events` for the native door, else the name of a source (`cloudtrail`). */
  door: string;
  /** Lower-case header names; only what ingestion reads (content-type, content-encoding, ce-*, a vendor's own). */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  correlationId: string;
  /**
   * The id of an event that has none of its own, for producers that name their messages; `-<index>` is added to it from
   * the second item on.
   */
  defaultEventId?: string;
}

/** Code of an item that names a vendor's source without coming from the endpoint for that vendor's records. */
export const RESERVED_SOURCE = 'SOURCE.RESERVED';

/** An item that was refused; nothing else of the request is lost because of it. */
export interface RejectedItem {
  /** Position in the request, from 0; for NDJSON the line number is `index + 1`. */
  index: number;
  event_id: string | null;
  code: string;
  reason: string;
  errors: readonly ErrorDetail[];
}

/** The answer to a submission. accepted + duplicates + rejected_total = received. */
export interface IntakeReceipt {
  received: number;
  /**
   * Stored durably on the bus; within a second they are rows and findings. Whether an event is known from an earlier
   * request is decided when it is recorded, not here: then it changes nothing.
   */
  accepted: number;
  /** Items that repeat an earlier item of the same request; nothing is known here of other requests. */
  duplicates: number;
  /** Items that were refused. */
  rejected_total: number;
  /** The first of them; an answer never grows with what it refuses. */
  rejected: readonly RejectedItem[];
  /** Changes that were made. */
  warnings_total: number;
  /** What was changed to make an item storable, e.g. U+0000 in a text: the first of these changes. */
  warnings: readonly { index: number; pointer: string; detail: string }[];
  /** The sender expects an answer without a body, as hooks of Okta do. */
  empty_answer?: true;
}

/**
 * The way into ingestion. In one process a direct call, else HTTP. Throws an `AppError`: `invalid` when the body as a
 * whole cannot be read, `too-large`, `unsupported`, `unavailable` when the bus pushes back.
 */
export interface EventIntake {
  submit(submission: EventSubmission): Promise<IntakeReceipt>;
  /**
   * Takes an item that was refused before, as it is kept in the dead letter with this id. What its sender had proved then
   * still holds.
   *
   * @throws AppError also `not-found`, and `conflict` where the sender must prove itself now and had not then
   */
  redrive(letterId: number, correlationId: string): Promise<IntakeReceipt>;
}
export const EVENT_INTAKE = Symbol('EventIntake');
