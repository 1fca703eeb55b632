import type { Json, JsonObject, LogSource } from '@mcm/contracts';
import type { Delivery } from './kit/delivery.js';
import type { SourceSubmission } from './kit/submission.js';
import type { ModelFields } from './model-fields.js';

/**
 * A product whose own records are accepted as they are at `POST /sources/<name>`: all that the system knows about it.
 *
 * @typeParam H the headers that it reads; it sees no others
 */
export interface Source<H extends string = string> {
  /** Last part of the path, the `source` of its events, and the name of its folder: lower case, digits, hyphens. */
  readonly name: string;
  /** The product's name, for people. */
  readonly title: string;
  /** The names that the Sigma community gives the product's log; rules for any of them see its events. */
  readonly logsources: readonly [LogSource, ...LogSource[]];
  /** Names in lower case of the headers that are read beside `content-type`; the gateway passes on no others. */
  readonly headers: readonly H[];
  /** Those of {@link headers} without which an item cannot be read; they are kept with one that is refused. */
  readonly itemHeaders?: readonly H[];
  /** How the vendor proves that a delivery is its own, once a secret is set; null for one that cannot. */
  readonly verification: Verification<H> | null;
  /** The question that the vendor asks before it delivers, where it asks one. */
  readonly handshake?: Handshake;
  /** Where the vendor gives its bodies a content type that is not taken otherwise. */
  readonly contentType?: ContentTypeRule;
  /** Field of a record that holds the vendor's id, to name refused records by; null where there is no single one. */
  readonly idField: string | null;
  /** How a body is divided into records, and what each of them means. The answer serves for one body. */
  delivery(submission: SourceSubmission<H>): Delivery;
  /** The fields of its events that may be sent to a language model. No other field ever is. */
  readonly modelFields: ModelFields;
  readonly documentation: SourceDocumentation;
  readonly example: SourceExample;
}

/** Checks the sender of a delivery against the secret in the setting that {@link secretVariable} names. */
export interface Verification<H extends string> {
  /** @throws AppError unless the submission carries what only the holder of the secret can write */
  check(submission: SourceSubmission<H>, secret: string): void;
  /**
   * For a vendor that signs the body alone: what the headers say about a delivery. A signed body that comes again under
   * other names is refused, since an attacker who has seen it could have written them.
   */
  namesOf?(headers: SourceSubmission<H>['headers']): DeliveryNames;
}

/** What a vendor calls a delivery, outside of its body. */
export interface DeliveryNames {
  /** Its id; empty when it has none. */
  delivery: string;
  /** The kind of event; empty when there is none. */
  event: string;
}

/** A one-time question with `GET /sources/<name>`; the answer repeats the text that came in a header. */
export interface Handshake {
  /** What it is, for the API's documentation. */
  readonly summary: string;
  /** Name in lower case of the header with the text. */
  readonly header: string;
  /** Field of the answer (JSON) that repeats it. */
  readonly answerField: string;
}

/** Names of headers are in lower case. */
export interface ContentTypeRule {
  /** A request with this header is taken whatever its content type is. */
  readonly ignoredWith?: string;
  /** What the operator of the vendor's webhook should change when a request with this header comes as a form. */
  readonly form?: { readonly header: string; readonly advice: string };
}

/** The row of the source in the table of docs/sources.md, in Markdown; its README.md says the rest. */
export interface SourceDocumentation {
  /** What can be sent, such as "the audit log, webhooks"; also for the API's documentation. */
  readonly takes: string;
  /** The fields that become the ids of events. */
  readonly ids: string;
  /** What the types of its events look like. */
  readonly eventTypes: string;
}

/** What the vendor sends, for the API's documentation and for the tests that every source has to pass. */
export interface SourceExample {
  /** What {@link wrap} makes, such as "A CloudTrail log file". */
  readonly summary: string;
  /** Puts records into the vendor's own wrapping. */
  wrap(records: readonly JsonObject[]): Json;
  /** A record that is no event type of the catalogue; its first field is its id. */
  readonly record: JsonObject;
  /** The type of the event that {@link record} becomes. */
  readonly eventType: string;
}

/** Describes a source; a header that it reads and does not name in `headers` is a compile error. */
export function defineSource<const H extends string>(source: Source<H>): Source {
  return source;
}

/** The environment variable with the secret of a source that has a {@link Verification}: `SOURCE_OKTA_SECRET`. */
export function secretVariable(name: string): string {
  return `SOURCE_${name.toUpperCase().replaceAll('-', '_')}_SECRET`;
}
