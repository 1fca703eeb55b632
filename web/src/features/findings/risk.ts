import type { Severity } from '@/lib/severity';

/** The band of a score from 0 to 100, in the words of severities. */
export function riskBand(score: number): Severity {
  if (score >= 75) return score >= 90 ? 'critical' : 'high';
  return score >= 50 ? 'medium' : 'low';
}
