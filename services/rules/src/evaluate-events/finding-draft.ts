import type { EventEnvelope, RuleLevel, Severity } from '@mcm/contracts';
import type { Detection } from '@mcm/detection';
import { canonicalName, nameBasedId } from '@mcm/kernel';
import type { FindingDraft } from '@mcm/persistence';

const FINDING_NAMESPACE = '5a1f8f0e-3b43-5c0d-8f5e-0f3d7c1b2a44';

/** Who a finding is about when its rule counts over all users. */
export const ALL_USERS = 'all users';

const SEVERITY_OF_LEVEL: Record<RuleLevel, Severity> = {
  informational: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  critical: 'critical',
};

/** What has to be known of an event for the findings about it. */
export type FindingEvent = Pick<EventEnvelope, 'user' | 'received_at'>;

/**
 * What the rules service writes for a detection. The key makes writing it again harmless: for an event it is made of
 * the rule and the event, for an episode of the rule, the group and its first event (an episode that grows backwards is
 * found by its overlap in time instead).
 *
 * @param events the batch that the detection came from, by uid
 * @param level the override of the rule's level
 */
export function findingDraft(
  detection: Detection,
  events: ReadonlyMap<string, FindingEvent>,
  level: RuleLevel = detection.level,
): FindingDraft {
  const { kind, ruleId, eventIds } = detection;
  const user = userOf(detection, events);
  const canonicalUser = canonicalName(user);
  const anchor = kind === 'event' ? eventIds[0]! : `${detection.groupKey}\u0000${eventIds[0]!}`;
  return {
    kind,
    finding_key: nameBasedId(FINDING_NAMESPACE, `${ruleId}\u0000${anchor}`),
    rule_id: ruleId,
    rule_name: detection.ruleName,
    rule_hash: detection.contentHash,
    title: detection.ruleTitle,
    description: detection.summary,
    severity: SEVERITY_OF_LEVEL[level],
    user,
    canonical_user: canonicalUser === user ? null : canonicalUser,
    group_key: kind === 'event' ? null : detection.groupKey,
    first_seen: detection.firstSeen.toISOString(),
    last_seen: detection.lastSeen.toISOString(),
    event_count: detection.count,
    event_uids: eventIds,
    reasons: detection.reasons,
    controls: (detection.custom['compliance'] ?? {}) as Record<string, string[]>,
    first_received_at: firstReceived(eventIds, events) ?? detection.lastSeen.toISOString(),
  };
}

function userOf(detection: Detection, events: ReadonlyMap<string, FindingEvent>): string {
  if (detection.kind === 'event') return events.get(detection.eventIds[0]!)?.user ?? ALL_USERS;
  const value = detection.group['user'] ?? Object.values(detection.group)[0];
  return value === undefined ? ALL_USERS : value.slice(0, 512);
}

/** Of the evidence in the batch; an episode whose evidence came earlier was accepted before all of the batch. */
function firstReceived(
  uids: readonly string[],
  events: ReadonlyMap<string, FindingEvent>,
): string | undefined {
  const evidence = uids.flatMap((uid) => events.get(uid) ?? []);
  const candidates = evidence.length > 0 ? evidence : [...events.values()];
  let first: string | undefined;
  for (const { received_at } of candidates)
    if (first === undefined || received_at < first) first = received_at;
  return first;
}
