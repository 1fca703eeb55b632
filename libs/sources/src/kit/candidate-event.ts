import type { ErrorDetail } from '@mcm/kernel';

/**
 * An event as some format or source delivers it, before validation. Values are still whatever the producer sent;
 * `raw_data` is what will be kept.
 */
export interface CandidateEvent {
  event_id?: unknown;
  source?: unknown;
  event_type?: unknown;
  user?: unknown;
  timestamp?: unknown;
  raw_data?: unknown;
  /**
   * What makes it the same event when its id comes again: the record as the vendor wrote it. Absent: type, user, time as
   * given, and raw data.
   */
  content?: unknown;
  /** What is wrong with it already; it is refused, with everything else that is. */
  faults?: readonly ErrorDetail[];
  /** What a source had to decide for the record to become this event; the answer names it. */
  warnings?: readonly ItemWarning[];
  /** `raw_data` comes from an encoded text: the look for unstorable characters through the body did not see it. */
  lookForUnstorable?: true;
}

/** A record in terms of this system's own event types: the type, and those of its fields that the record knows. */
export interface CatalogueMapping {
  event_type: string;
  /** Where the event is about another user than the one who acted. */
  user?: string | undefined;
  fields: Readonly<Record<string, unknown>>;
}

/** Something that was changed or decided so that an item could be stored. */
export interface ItemWarning {
  /** JSON pointer into the item. */
  pointer: string;
  detail: string;
}

/** Why an item is refused. `code` is stable, `AREA.REASON`. */
export interface ItemFault {
  code: string;
  reason: string;
  errors: readonly ErrorDetail[];
}

/** A fault that names one place. */
export function faultAt(code: string, pointer: string, detail: string): ItemFault {
  return {
    code,
    reason: pointer === '' ? detail : `${pointer.slice(1)} ${detail}`,
    errors: [{ pointer, detail }],
  };
}

/** A fault that names all places. */
export function faultsAt(code: string, errors: readonly ErrorDetail[]): ItemFault {
  const reason = errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; ');
  return { code, reason, errors };
}

/** A JSON object, not an array and not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
