/** A UTC day as `YYYY-MM-DD`. */
export type Day = string;

/** The partition of `events` that holds a day. */
export function leafOf(day: Day): string {
  return `events_${day.replaceAll('-', '')}`;
}

/** First and last moment of a day; times of events have milliseconds. */
export function boundsOf(day: Day): { from: string; to: string } {
  return { from: `${day}T00:00:00.000Z`, to: `${day}T23:59:59.999Z` };
}

/** The day that lies `days` later. */
export function dayAfter(day: Day, days = 1): Day {
  return dayOf(Date.parse(day) + days * 86_400_000);
}

/** The day of a time in milliseconds since 1970. */
export function dayOf(time: number): Day {
  return new Date(time).toISOString().slice(0, 10);
}

/** An index of a partition, named `<partition>_<name>`. */
export interface LeafIndex {
  name: string;
  unique?: boolean;
  /** Method, columns and options as `create index` takes them behind the table. */
  on: string;
}

/**
 * What a partition has from its first event on: each index here is paid for by every event that is written. Ids follow
 * arrival, which is nearly the physical order, so that block ranges find both at almost no cost.
 */
export const HOT_INDEXES: readonly LeafIndex[] = [
  { name: 'uid_key', unique: true, on: '(uid)' },
  { name: 'timestamp_idx', on: '("timestamp" desc, id desc)' },
  { name: 'actor_idx', on: '((coalesce(canonical_user, "user")), "timestamp" desc, id desc)' },
  {
    name: 'arrival_brin',
    on: 'using brin (received_at, id) with (pages_per_range = 32, autosummarize = on)',
  },
  { name: 'conflicts_idx', on: '("timestamp" desc, id desc) where conflicts_with is not null' },
];

/**
 * What a partition gets besides once its day is closed, built without holding up writers: the words of its events, through
 * which a search finds any field.
 */
export const COLD_INDEXES: readonly LeafIndex[] = [
  {
    name: 'words_gin',
    on: 'using gin (event_words(source, event_type, "user", canonical_user, event_id, raw_data))',
  },
];

/** Names of the unique indexes that keep an event from being stored twice: one in each partition. */
export const EVENT_UID_KEYS = /^events_(default|\d{8,})_uid_key$/;

/** `create index` for a partition. */
export function createIndex(leaf: string, { name, unique, on }: LeafIndex, concurrently = false): string {
  return `create ${unique ? 'unique ' : ''}index ${concurrently ? 'concurrently ' : ''}${leaf}_${name} on ${leaf} ${on}`;
}
