import { z } from 'zod';

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
  /** `events` for the native endpoint, else the name of a source (`cloudtrail`). */
  endpoint: string;
  /** Lower-case header names; only what ingestion reads (content-type, content-encoding, ce-*, a vendor's own). */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  correlationId: string;
  /**
   * The id of an event that has none of its own, for producers that name their messages; `-<index>` is added to it from
   * the second item on.
   */
  defaultEventId?: string;
  /** What the sender may send; absent means everything. */
  sender?: SubmissionSender;
}

/** What the sender of a submission may send. */
export const SubmissionSender = z.object({
  /** The sender has no key: only what the source's own signature or secret proves is taken. */
  anonymous: z.boolean(),
  /** Sources that its events may be of; null means all. */
  allowedSources: z.array(z.string()).readonly().nullable(),
});
export type SubmissionSender = z.infer<typeof SubmissionSender>;

/** Code of an item, or of a request, with events of a source that the sender's key is not for. */
export const SOURCE_NOT_ALLOWED = 'AUTH.SOURCE_NOT_ALLOWED';

/** Code of an item that names a vendor's source without coming from the endpoint for that vendor's records. */
export const RESERVED_SOURCE = 'SOURCE.RESERVED';

/** One problem of a request or an item. */
export const ErrorDetail = z
  .object({
    pointer: z.string().meta({
      description: "JSON pointer (RFC 6901) into the body, or a parameter's name.",
      example: 'page',
    }),
    detail: z.string().meta({ example: 'must be at least 1' }),
  })
  .meta({ id: 'ErrorDetail', description: 'One problem of a request.' });

const count = z.int().nonnegative();
const index = count.describe('Position in the request, from 0; for NDJSON the line number is one more.');

/** An item that was refused; nothing else of the request is lost because of it. */
export const RejectedItem = z
  .object({
    index,
    event_id: z.string().nullable(),
    code: z.string().meta({ example: 'EVENTS.INVALID' }),
    reason: z.string(),
    errors: z.array(ErrorDetail).readonly(),
  })
  .meta({ id: 'RejectedItem', description: 'An item that was refused.' });
export type RejectedItem = z.infer<typeof RejectedItem>;

/** Something that was changed so that an item could be stored, e.g. U+0000 in a text. */
export const IntakeWarning = z
  .object({ index, pointer: z.string().describe('JSON pointer into the item.'), detail: z.string() })
  .meta({ id: 'IntakeWarning', description: 'Something that was changed so that an item could be stored.' });

/** What producers are told about a submission. accepted + duplicates + rejected_total = received. */
export const SubmissionReceipt = z
  .object({
    received: count,
    accepted: count.describe(
      'Number of durably stored items; they are visible as events and findings within a second. Whether an event ' +
        'is a duplicate of an earlier request is decided when it is recorded: `GET /events?source=…&event_id=…` ' +
        'returns the one stored event.',
    ),
    duplicates: count.describe(
      'Items that repeat an earlier item of the same request; other requests are not compared.',
    ),
    rejected_total: count.describe('Number of refused items.'),
    rejected: z
      .array(RejectedItem)
      .readonly()
      .meta({ description: 'The first 100 refused items.', maxItems: 100 }),
    warnings_total: count.describe('Changes that were made so that items could be stored.'),
    warnings: z
      .array(IntakeWarning)
      .readonly()
      .meta({ description: 'The first 100 changes.', maxItems: 100 }),
  })
  .meta({
    id: 'IntakeReceipt',
    description: 'The outcome of a request, item by item: accepted + duplicates + rejected_total = received.',
  });
export type SubmissionReceipt = z.infer<typeof SubmissionReceipt>;

/** The answer of ingestion to a submission. */
export const IntakeReceipt = SubmissionReceipt.extend({
  /** The sender expects an answer without a body, as hooks of Okta do. */
  empty_answer: z.literal(true).optional(),
});
export type IntakeReceipt = z.infer<typeof IntakeReceipt>;

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
