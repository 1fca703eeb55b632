import type { Schema } from './api/client';

/** How bad a finding is, as its rule says. */
export type Severity = Schema<'Severity'>;

/** Worst first, the order in which people ask. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const satisfies readonly Severity[];

/** Whether a text is a severity. */
export function isSeverity(value: string): value is Severity {
  return (SEVERITIES as readonly string[]).includes(value);
}
