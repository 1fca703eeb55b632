import type { FindingDetail } from './api/get-finding';

type EvidenceEvent = FindingDetail['events'][number];

/** The element that shows an event in the list of evidence. */
export function evidenceId(uid: string): string {
  return `evidence-${uid}`;
}

/** What a statement rests on, ready to be shown. */
export interface CitedEvidence {
  field: string;
  /** The values that the field has in the events, each once; empty when the rule says so, or nothing is stored. */
  values: string[];
  /** How many events are cited; 0 when it is the rule that says so. */
  events: number;
  /** The first of them that is shown on the page. */
  uid: string | undefined;
}

/** Looks up what is cited in the events of the finding. */
export function citedEvidence(
  { event_uids, field }: { event_uids: readonly string[]; field: string },
  events: readonly EvidenceEvent[],
): CitedEvidence {
  const cited = events.filter(({ uid }) => event_uids.includes(uid));
  const values = new Set(cited.flatMap((event) => fieldValues(event, field)));
  return { field, values: [...values], events: event_uids.length, uid: cited[0]?.uid };
}

/** The values of a field of an event: of itself (`event_type`, `user`, `source`), else by its path in the raw data. */
export function fieldValues(event: EvidenceEvent, field: string): string[] {
  if (field === 'event_type' || field === 'user' || field === 'source') return [event[field]];
  return valuesAt(event.raw_data, field.replace(/^raw_data\./, ''));
}

function valuesAt(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, path));
  if (typeof value !== 'object' || value === null) {
    return path === '' && value !== null && value !== undefined ? [String(value)] : [];
  }
  if (path === '') return [];
  const record = value as Record<string, unknown>;
  // A key may hold dots itself: the longest one wins.
  const parts = path.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const key = parts.slice(0, length).join('.');
    if (Object.hasOwn(record, key)) return valuesAt(record[key], parts.slice(length).join('.'));
  }
  return [];
}
