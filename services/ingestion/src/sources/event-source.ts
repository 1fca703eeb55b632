import type { EventSubmission, SourceName } from '@mcm/contracts';
import type { CandidateEvent, IntakeItem, ItemFault } from '../accept-events/candidate-event.js';
import type { IngestionConfig } from '../ingestion.config.js';

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
   * Splits a body into records.
   *
   * @throws AppError when the body as a whole is not what this source delivers
   */
  items(submission: EventSubmission, text: string): IntakeItem[];
}

/** Maps one record of a source to an event, or says why it is none. The record itself is kept in `raw_data`. */
export type RecordMapping = (record: unknown) => CandidateEvent | ItemFault;

/** Like {@link RecordMapping}, for vendors whose records hold several events. */
export type RecordExpansion = (record: unknown) => readonly RecordPart[];

/** One event of a record: the part of the record that it is made of, and what it is mapped to. */
export interface RecordPart {
  part: unknown;
  result: CandidateEvent | ItemFault;
}

/** What a record means in the catalogue of event types: the type, and those of its fields that the record knows. */
export interface CatalogueMeaning {
  event_type: string;
  /** Where the catalogue's event is about somebody else than the one who acted. */
  user?: string | undefined;
  fields: Readonly<Record<string, unknown>>;
}
