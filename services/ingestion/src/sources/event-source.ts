import type { EventSubmission, SourceName } from '@mcm/contracts';
import type { IngestionConfig } from '../ingestion.config.js';
import type { Delivery } from '../read-body/delivery.js';

/** A product whose own records are accepted as they are at `POST /sources/<name>`. */
export interface EventSource {
  /** Last part of the path, and the `source` of its events. */
  readonly name: SourceName;
  /**
   * Makes sure that the body comes from the vendor, where the vendor proves itself and a secret is set.
   *
   * @returns whether the sender has proved itself; false where no secret is set
   * @throws AppError `SOURCE.UNSIGNED`, `SOURCE.WRONG_SIGNATURE`, `SOURCE.NO_SECRET` or `SOURCE.WRONG_SECRET`
   */
  checkSender?(submission: EventSubmission, config: IngestionConfig): boolean;
  /**
   * For a vendor that signs the body alone: what the headers say of a delivery. A signed body that comes again under other
   * names is refused, since anybody who has seen it could have written them.
   */
  namesOf?(headers: EventSubmission['headers']): DeliveryNames;
  /** Headers without which an item cannot be read; they are kept with one that is refused. */
  readonly itemHeaders?: readonly string[];
  /** How a body is divided into records, and what each of them is. The answer serves for one body. */
  delivery(submission: EventSubmission): Delivery;
}

/** What a vendor calls a delivery, outside of its body. */
export interface DeliveryNames {
  /** Its id; empty when it has none. */
  delivery: string;
  /** The kind of event; empty when there is none. */
  event: string;
}

/** What a record means in the catalogue of event types: the type, and those of its fields that the record knows. */
export interface CatalogueMeaning {
  event_type: string;
  /** Where the catalogue's event is about somebody else than the one who acted. */
  user?: string | undefined;
  fields: Readonly<Record<string, unknown>>;
}
