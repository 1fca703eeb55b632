import type { EventSubmission, SourceName } from '@mcm/contracts';
import type { CandidateEvent, IntakeItem, ItemFault } from '../accept-events/candidate-event.js';

/** A product whose own records are accepted as they are at `POST /sources/<name>`. */
export interface EventSource {
  /** Last part of the path, and the `source` of its events. */
  readonly name: SourceName;
  /**
   * Splits a body into records.
   *
   * @throws AppError when the body as a whole is not what this source delivers
   */
  items(submission: EventSubmission, text: string): IntakeItem[];
}

/** Maps one record of a source to an event, or says why it is none. The record itself is kept as `raw_data`. */
export type RecordMapping = (record: unknown) => CandidateEvent | ItemFault;
