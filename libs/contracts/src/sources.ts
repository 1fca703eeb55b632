/** What a rule's `logsource` is compared with (Sigma specification, "Log Source"). */
export interface LogSource {
  product?: string;
  category?: string;
  service?: string;
}

/** The products whose own records are accepted, by the `source` of their events. */
export const SOURCES = {
  cloudtrail: { title: 'AWS CloudTrail', logsource: { product: 'aws', service: 'cloudtrail' } },
} as const satisfies Record<string, { title: string; logsource: LogSource }>;
export type SourceName = keyof typeof SOURCES;

/** Every event, wherever it came from, is activity that the rules of this system's own event types may watch. */
export const ACTIVITY_LOG_SOURCE: LogSource = { product: 'mcm', service: 'activity' };

/** The log sources of an event by its `source`. */
export function logSourcesOf(source: string): LogSource[] {
  const known = Object.hasOwn(SOURCES, source) ? SOURCES[source as SourceName] : undefined;
  return known === undefined ? [ACTIVITY_LOG_SOURCE] : [known.logsource, ACTIVITY_LOG_SOURCE];
}
