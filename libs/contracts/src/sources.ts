import { canonicalName } from '@mcm/kernel';

/** What a rule's `logsource` is compared with (Sigma specification, "Log Source"). */
export interface LogSource {
  product?: string;
  category?: string;
  service?: string;
}

/** The source of events that come through the native endpoint and name none. */
export const NATIVE_SOURCE = 'api';

/**
 * The products whose own records are accepted, by the `source` of their events, with the names that the Sigma community
 * gives their log sources.
 */
export const SOURCES = {
  cloudtrail: { title: 'AWS CloudTrail', logsources: [{ product: 'aws', service: 'cloudtrail' }] },
  github: { title: 'GitHub', logsources: [{ product: 'github', service: 'audit' }] },
  okta: { title: 'Okta', logsources: [{ product: 'okta', service: 'okta' }] },
  'google-workspace': {
    title: 'Google Workspace',
    // Public rules know the activities only as the export to Google Cloud has them; ours name the product itself.
    logsources: [
      { product: 'google_workspace', service: 'activity' },
      { product: 'gcp', service: 'google_workspace.admin' },
      { product: 'gcp', service: 'google_workspace.login' },
    ],
  },
} as const satisfies Record<string, { title: string; logsources: readonly LogSource[] }>;
export type SourceName = keyof typeof SOURCES;

/**
 * The product whose records alone may have this `source`, because its name is this one or looks like it; undefined for
 * names that any producer may use.
 */
export function reservedSource(source: string): SourceName | undefined {
  const name = canonicalName(source);
  return Object.hasOwn(SOURCES, name) ? (name as SourceName) : undefined;
}

/** Every event, wherever it came from, is activity that the rules of this system's own event types may watch. */
export const ACTIVITY_LOG_SOURCE: LogSource = { product: 'mcm', service: 'activity' };

/** The log sources of an event by its `source`. */
export function logSourcesOf(source: string): LogSource[] {
  const known = Object.hasOwn(SOURCES, source) ? SOURCES[source as SourceName] : undefined;
  return known === undefined ? [ACTIVITY_LOG_SOURCE] : [...known.logsources, ACTIVITY_LOG_SOURCE];
}
