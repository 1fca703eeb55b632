import type { RuleDetail } from './api/get-rules';

type Change = RuleDetail['changes'][number];

/** What a change did, in words, as against the one before it (absent for the first). */
export function describeChange(change: Change, before: Change | undefined): string {
  const parts: string[] = [];
  if (change.enabled !== (before?.enabled ?? true)) parts.push(change.enabled ? 'Enabled' : 'Disabled');
  if (change.level !== (before?.level ?? null)) {
    parts.push(change.level === null ? 'Level as in its file again' : `Level set to ${change.level}`);
  }
  return parts.length > 0 ? parts.join(', ') : 'Nothing changed';
}
