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
  /** How a body is divided into records, and what each of them is. The answer serves for one body. */
  delivery(submission: EventSubmission): Delivery;
}

/** What a record means in the catalogue of event types: the type, and those of its fields that the record knows. */
export interface CatalogueMeaning {
  event_type: string;
  /** Where the catalogue's event is about somebody else than the one who acted. */
  user?: string | undefined;
  fields: Readonly<Record<string, unknown>>;
}
