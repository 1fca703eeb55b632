import type { Query } from '@mcm/search';
import { EVENTS } from '@mcm/search';
import type { StoredEvent } from './event-reader.js';

/** What events can have in common. */
export const COMMON = ['user', 'ip', 'session'] as const;
export type Common = (typeof COMMON)[number];

/** Fields that hold it: those that mappings add, and those of the vendors' records. */
const FIELDS: Readonly<Record<Common, readonly string[]>> = {
  user: ['user'],
  ip: ['raw_data.ip', 'raw_data.sourceIPAddress', 'raw_data.client.ipAddress', 'raw_data.ipAddress'],
  session: [
    'raw_data.session_id',
    'raw_data.sessionId',
    'raw_data.session',
    'raw_data.userIdentity.accessKeyId',
    'raw_data.authenticationContext.externalSessionId',
  ],
};

/** Different values that are looked for together. */
const VALUES_MAX = 10;

/**
 * A query for events that have this in common with one of the events; null when none of them has it. Of many values
 * the first ten are looked for.
 */
export function sameAs(events: readonly StoredEvent[], common: Common): Query | null {
  const paths = FIELDS[common].map((name) => name.split('.'));
  const values = new Set<string>();
  for (const event of events) {
    for (const path of paths) {
      const field = EVENTS.field(path);
      const read = field.read({ ...event });
      for (const value of field.kind === 'json' ? (read as unknown[]) : [read]) {
        if ((typeof value === 'string' && value !== '') || typeof value === 'number')
          values.add(String(value));
      }
    }
  }
  if (values.size === 0) return null;
  const terms = [...values]
    .slice(0, VALUES_MAX)
    .flatMap((value) =>
      paths.map((path): Query => ({ kind: 'field', path, test: { kind: 'equals', parts: [value] } })),
    );
  return { kind: 'any', of: terms };
}
