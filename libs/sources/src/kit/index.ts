/** What descriptors and mappings are made of. */
export {
  type CandidateEvent,
  type CatalogueMapping,
  faultAt,
  faultsAt,
  isObject,
  type ItemFault,
  type ItemWarning,
} from './candidate-event.js';
export { recordsDelivery, type Wrapping } from './delivered-records.js';
export {
  type Delivery,
  one,
  type RecordExpansion,
  type RecordList,
  type RecordMapping,
  type RecordPart,
  ROOT,
  type Whole,
} from './delivery.js';
export { recordTime } from './record-time.js';
export {
  actorOf,
  contentId,
  countryOf,
  objectOf,
  objectsOf,
  recordId,
  textOf,
  withFields,
} from './record-values.js';
export { sameSecret } from './same-secret.js';
export { mediaTypeOf, type SourceSubmission } from './submission.js';
