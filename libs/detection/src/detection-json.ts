import type { Detection } from './detection.js';

/** The getters of a detection as an ordinary object. */
export function detectionJson(detection: Detection): Detection {
  return {
    ruleId: detection.ruleId,
    ruleName: detection.ruleName,
    ruleTitle: detection.ruleTitle,
    level: detection.level,
    kind: detection.kind,
    eventIds: detection.eventIds,
    group: detection.group,
    groupKey: detection.groupKey,
    firstSeen: detection.firstSeen,
    lastSeen: detection.lastSeen,
    count: detection.count,
    reasons: detection.reasons,
    summary: detection.summary,
    contentHash: detection.contentHash,
    custom: detection.custom,
  };
}
