/** What a rule's `logsource` is compared with (Sigma specification, "Log Source"). */
export interface LogSource {
  product?: string;
  category?: string;
  service?: string;
}

/** The source of events that come through the native endpoint and name none. */
export const NATIVE_SOURCE = 'api';
